import Cosmology
import Foundation

/// Magnitudes compared with those of an ordinary universe at their redshifts, about their own zero
/// point, which shows whether numbers are plausible.
///
/// The universe is flat with Ωm = 0.3 and h = 0.7; no model that is fitted here differs from it by a
/// magnitude where there are supernovae.
struct HubbleResiduals {
  /// The median of magnitude minus modulus; 0 if there is no magnitude.
  let offset: Double
  /// The scatter about it, 1.4826 times the median of absolute deviations; nil for fewer than five.
  let scatter: Double?

  /// What a magnitude may be at all.
  static let magnitudes = -100.0...100
  /// How far a magnitude may be from what belongs to its redshift.
  static let limit = 3.0
  /// The number of rows from which the median and the scatter are estimated.
  private static let mostRows = 4001

  /// Assesses magnitudes.
  ///
  /// - Parameters:
  ///   - moduli: what is expected, by row.
  ///   - rows: those that count; marks of missing values among them do not.
  init(_ magnitudes: [Double], _ moduli: [Double], rows: [Int]) {
    let step = max(1, rows.count / Self.mostRows)
    let some = stride(from: 0, to: rows.count, by: step).map { rows[$0] }
    let sound = some.filter { !MissingValue.isMark(magnitudes[$0]) }
    let differences = sound.map { magnitudes[$0] - moduli[$0] }.filter(\.isFinite)
    let middle = Self.median(differences)
    offset = middle
    scatter =
      differences.count < 5 ? nil : 1.4826 * Self.median(differences.map { abs($0 - middle) })
  }

  /// The magnitude that belongs to a modulus.
  func expected(_ modulus: Double) -> Double { modulus + offset }

  /// M of standardised supernovae for h = 0.7.
  static let usualAbsoluteMagnitude = -19.3

  private static func median(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.sorted()[values.count / 2]
  }

  // MARK: What is expected

  /// 5 log₁₀ of the luminosity distance in units of 10 pc, interpolated in ln z; any number for a
  /// redshift that is not positive.
  static func modulus(_ redshift: Double) -> Double {
    guard redshift > 0, redshift.isFinite else { return 0 }
    let place = (log(redshift) - firstNode) / spacing
    let node = min(max(0, Int(place)), nodes.count - 2)
    return nodes[node] + (place - Double(node)) * (nodes[node + 1] - nodes[node])
  }

  /// How much a motion of 1000 km/s changes a modulus, besides the limit.
  static func motion(_ redshift: Double) -> Double {
    5 / log(10) * 1000 / (Measure.lightSpeed * max(redshift, 1e-6))
  }

  private static let firstNode = log(1e-7)
  private static let spacing = 0.05
  private static let nodes: [Double] = (0..<520).map { index in
    let z = exp(firstNode + spacing * Double(index))
    // Pen's fit is a difference of two numbers, which leaves nothing of it for small z.
    guard z > 1e-3 else { return 5 * log10(Measure.lightSpeed / 70 * z * (1 + z / 2)) + 25 }
    let distance =
      Pen1999.conformalTime(scaleFactor: 1, omegaMatter: 0.3)
      - Pen1999.conformalTime(scaleFactor: 1 / (1 + z), omegaMatter: 0.3)
    return 5 * log10(Measure.lightSpeed / 70 * (1 + z) * distance) + 25
  }
}
