public import Analyses
import Foundation
public import Inference

/// The ellipses of the Fisher matrix, and the regions of the full posterior, in the plane of two parameters.
public struct ForecastEllipse: Figure {
  /// The base name of the files.
  public let name = "forecast"
  /// The width and height.
  public let size: FigureSize
  private let names: [String]
  private let truth: [Double]
  private let covariance: (xx: Double, xy: Double, yy: Double)
  private let set: DrawSet?

  /// The plane of the figure of merit; nil for another number of parameters than two.
  public init?(_ forecast: Forecast, _ draws: SampleSet?, format: FigureFormat = .page) {
    names = forecast.merit.parameters
    let places = names.compactMap { name in forecast.rows.firstIndex { $0.parameter == name } }
    guard places.count == 2 else { return nil }
    let (i, j) = (places[0], places[1])
    truth = [forecast.rows[i].truth, forecast.rows[j].truth]
    covariance = (
      forecast.covariance[i][i], forecast.covariance[i][j], forecast.covariance[j][j]
    )
    set = draws.map { DrawSet("full posterior", $0.chains) }
    size = format.layout(FigureSize(width: 520, height: 430))
  }

  /// The caption.
  public var caption: String {
    "68.3 % and 95.4 % of \(names.joined(separator: " and ")): the ellipses of the Fisher matrix, and the smallest regions of the full posterior of data without noise. Cross: the truth."
  }

  /// Draws both.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 1)
    (layout.left, layout.top) = (62, 14)
    var (fills, lines) = ([String](), [String]())
    if let set, let i = set.index(of: names[0]), let j = set.index(of: names[1]),
      let contours = PlaneContours(set, i, j, probabilities: CornerPlot.probabilities)
    {
      let plots = contours.plots(0, opacity: 0.2, on: &script)
      fills += plots.fills
      lines += plots.lines
      lines.append(
        "NaN with lines linewidth 2.5 linecolor '\(FigureStyle.color(0))' title 'full posterior'")
    }
    for (index, probability) in CornerPlot.probabilities.sorted(by: >).enumerated() {
      let ellipse = script.table(ellipse(-2 * log(1 - probability)))
      lines.append(
        "\(ellipse) with lines linewidth 1.8 dashtype 2 linecolor '\(FigureStyle.color(1))' \(index == 0 ? "title 'Fisher'" : "notitle")"
      )
    }
    let cross = script.table([truth])
    lines.append("\(cross) with points pt 2 ps 0.9 linewidth 2 linecolor '#000000' notitle")
    script.add(
      layout.place(row: 0, column: 0), "set xtics nomirror", "set ytics nomirror",
      "set xlabel \(GnuplotScript.quoted(Self.label(names[0]))) font ',14' offset 0,0.2",
      "set label 1 \(GnuplotScript.quoted(Self.label(names[1]))) font ',14' center rotate by 90 at screen 0.04, graph 0.5",
      "set key right top reverse Left",
      "plot \((fills + lines).joined(separator: ", \\\n  "))")
  }

  private static func label(_ name: String) -> MathLabel {
    let labels = ["w0": "w_0", "wa": "w_a", "omega_m": #"\Omega_\mathrm{m}"#]
    return MathLabel(latex: labels[name] ?? name.replacing("_", with: #"\_"#))
  }

  /// The points where the deviation from the truth is some χ².
  private func ellipse(_ chiSquared: Double) -> [[Double]] {
    let x = covariance.xx.squareRoot()
    let slope = covariance.xy / x
    let rest = max(0, covariance.yy - slope * slope).squareRoot()
    let radius = chiSquared.squareRoot()
    return (0...120).map { step in
      let angle = 2 * Double.pi * Double(step) / 120
      let (u, v) = (radius * cos(angle), radius * sin(angle))
      return [truth[0] + x * u, truth[1] + slope * u + rest * v]
    }
  }
}
