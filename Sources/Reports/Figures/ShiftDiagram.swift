public import Analyses

/// How far fits side by side have their parameters from those of the first: means with 68 % and the band of the first.
public struct ShiftDiagram: Figure {
  /// The base name of the files.
  public let name = "shifts"
  /// The width and height.
  public let size: FigureSize
  private let labels: [String]
  private let panels: [(parameter: String, points: [(row: Int, mean: Double, deviation: Double)])]

  /// More panels than these are too narrow.
  private static let mostPanels = 4

  /// The fits; nil where fewer than two have a parameter.
  ///
  /// - Parameters:
  ///   - ensemble: the fits.
  ///   - parameters: those to show.
  ///   - format: what the figure is made for.
  public init?(_ ensemble: Ensemble, _ parameters: [String], format: FigureFormat = .page) {
    labels = ensemble.rows.map(\.name)
    let all = parameters.map { name in
      (
        parameter: name,
        points: ensemble.rows.enumerated().compactMap { index, row in
          row.means[name].flatMap { mean in
            row.standardDeviations[name].map { (row: index, mean: mean, deviation: $0) }
          }
        }
      )
    }
    panels = Array(all.filter { $0.points.count > 1 }.prefix(Self.mostPanels))
    if panels.isEmpty { return nil }
    size = format.layout(
      FigureSize(
        width: 260 + 200 * Double(panels.count), height: 126 + 22 * Double(labels.count)))
  }

  /// The caption.
  public var caption: String {
    "Mean and standard deviation of each fit; the band is that of the first."
  }

  /// Draws the panels.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: panels.count)
    (layout.left, layout.right, layout.top, layout.bottom) = (190, 24, 20, 84)
    layout.gap = (x: 20, y: 0)
    let ticks = labels.enumerated().map { index, label in
      "\(GnuplotScript.quoted(label.count > 28 ? "…" + label.suffix(27) : label)) \(index)"
    }
    script.add("set multiplot", "unset key", "set yrange [\(labels.count):-1]")
    for (column, panel) in panels.enumerated() {
      script.add(
        layout.place(row: 0, column: column),
        column == 0
          ? "set ytics out nomirror (\(ticks.joined(separator: ", ")))" : "set ytics format ''",
        "set xtics nomirror out rotate by -30", "set autoscale x", "unset object",
        "set xlabel \(GnuplotScript.quoted(panel.parameter))")
      if let first = panel.points.first, first.row == 0 {
        let (low, high) = (first.mean - first.deviation, first.mean + first.deviation)
        script.add(
          "set object 1 rectangle from first \(low), graph 0 to first \(high), graph 1 behind fillcolor rgb '\(FigureStyle.color(0))' fillstyle solid 0.15 noborder"
        )
      }
      let rows = panel.points.map { [$0.mean, Double($0.row), $0.deviation] }
      script.add(
        "plot \(script.table(rows)) with xerrorbars pointtype 7 pointsize 0.6 linewidth 1.5 linecolor '\(FigureStyle.color(0))'"
      )
    }
    script.add("unset multiplot")
  }
}
