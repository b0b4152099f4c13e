import Foundation
import GenerativeStudy
import Samplers

/// Local components at many points of a layer, compared with its directions and its width.
struct ComponentReport {
  static let header =
    "sheet,width,components,median_angle,large_angle,median_scale,low_scale,high_scale,"
    + "effective_dimension,date"

  let name: String
  let sheet: Sheet
  /// The median angle between the least component and the direction across the layer, in degrees,
  /// and what 95 % of the points are below.
  let medianAngle, largeAngle: Double
  /// The median of the least scale, and what 5 % of the points are below and above, in widths.
  let medianScale, lowScale, highScale: Double
  /// The mean number of directions that reach further than three widths.
  let effectiveDimension: Double

  init(_ name: String, _ sheet: Sheet, _ found: [LocalComponents?], normals: [[Double]]) {
    (self.name, self.sheet) = (name, sheet)
    let pairs = zip(found, normals).compactMap { local, normal in local.map { ($0, normal) } }
    let least = sheet.dimension - 1
    let angles = pairs.map { $0.angle(least, to: $1) }.sorted()
    let scales = pairs.map { $0.0.scales[least] / sheet.width }.sorted()
    func quantile(_ values: [Double], _ share: Double) -> Double {
      values[Int((share * Double(values.count - 1)).rounded())]
    }
    (medianAngle, largeAngle) = (quantile(angles, 0.5), quantile(angles, 0.95))
    medianScale = quantile(scales, 0.5)
    (lowScale, highScale) = (quantile(scales, 0.05), quantile(scales, 0.95))
    effectiveDimension =
      pairs.reduce(0) { $0 + $1.0.effectiveDimension(resolution: 3 * sheet.width) }
      / Double(pairs.count)
  }

  /// For the screen.
  var text: String {
    sheet.name.padded(6) + String(format: "%-8g", sheet.width) + name.padded(11)
      + String(
        format: "%6.2f° %6.2f°    %.3f (%.3f to %.3f)   %.2f", medianAngle, largeAngle,
        medianScale, lowScale, highScale, effectiveDimension)
  }

  /// For `results.csv`.
  var line: String {
    let numbers = [
      medianAngle, largeAngle, medianScale, lowScale, highScale, effectiveDimension,
    ]
    return "\(sheet.name),\(sheet.width),\(name),"
      + numbers.map { String(format: "%.4g", $0) }.joined(separator: ",") + ","
      + ISO8601DateFormatter().string(from: Date()).prefix(10)
  }
}
