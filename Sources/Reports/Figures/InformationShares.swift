public import Analyses

/// Each probe's share of the information on each component of a joint posterior, as bars.
public struct InformationShares: Figure {
  /// The base name of the files.
  public let name = "components"
  /// The width and height.
  public let size: FigureSize
  private let labels: [String]
  private let parts: [(name: String, shares: [Double])]

  /// The shares of components; nil without those of probes.
  ///
  /// - Parameters:
  ///   - result: the components with what probes have measured.
  ///   - format: what the figure is made for.
  public init?(_ result: PosteriorComponents, format: FigureFormat = .page) {
    guard let probes = result.probes, !result.components.isEmpty else { return nil }
    labels = result.components.indices.map {
      let formula = ComponentFormula($0, of: result.components, result.coordinates)
      return "\(formula.text) = \(formula.value) ± \(formula.error)"
    }
    parts =
      probes.probes.map { ($0.name, $0.shares) } + [("prior", probes.priorShares)]
    size = format.layout(FigureSize(width: 640, height: 110 + 46 * Double(labels.count)))
  }

  /// The caption.
  public var caption: String {
    "Which probe fixes which component: shares of Fisher's information at the best fit, the best measured component at the top."
  }

  /// Draws the bars.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 1)
    (layout.left, layout.right, layout.top, layout.bottom) = (20, 20, 44, 52)
    var starts = labels.map { _ in 0.0 }
    var plots: [String] = []
    for (number, part) in parts.enumerated() {
      let rows = labels.indices.map { index -> [Double] in
        let (start, y) = (starts[index], Double(index))
        let end = start + (part.shares[index].isFinite ? 100 * part.shares[index] : 0)
        starts[index] = end
        return [0.5 * (start + end), y, start, end, y - 0.04, y + 0.34]
      }
      let isPrior = number == parts.count - 1
      let color = isPrior ? FigureStyle.guide : FigureStyle.color(number)
      plots.append(
        "\(script.table(rows)) with boxxyerror fillstyle solid 0.75 noborder linecolor '\(color)' title \(GnuplotScript.quoted(part.name))"
      )
    }
    for (index, label) in labels.enumerated() {
      script.add(
        "set label \(index + 1) \(GnuplotScript.quoted(label)) font ',11' left at 0.5, \(Double(index) - 0.22)"
      )
    }
    script.add(
      layout.place(row: 0, column: 0), "set xrange [0:100]",
      "set yrange [\(Double(labels.count) - 0.55):-0.45]", "unset ytics",
      "set xtics nomirror out", "set xlabel 'share of the information [%]' offset 0,0.2",
      "set key outside top horizontal left samplen 1",
      "plot \(plots.joined(separator: ", \\\n  "))")
  }
}
