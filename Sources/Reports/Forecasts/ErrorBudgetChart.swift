public import Analyses

/// By how much the figure of merit grows without each part of the errors, as bars.
public struct ErrorBudgetChart: Figure {
  /// The base name of the files.
  public let name = "budget"
  /// The width and height.
  public let size: FigureSize
  private let entries: [(label: String, ratio: Double)]

  /// The budget of a forecast; nil if there is none.
  public init?(_ forecast: Forecast, format: FigureFormat = .page) {
    entries = forecast.budget.compactMap { entry in
      entry.ratio.map { (entry.without, $0) }
    }
    guard !entries.isEmpty else { return nil }
    size = format.layout(FigureSize(width: 560, height: 90 + 30 * Double(entries.count)))
  }

  /// The caption.
  public var caption: String {
    "The figure of merit without each part of errors or data, over the one with everything, by the Fisher matrix."
  }

  /// Draws the bars.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 1)
    (layout.left, layout.right, layout.top, layout.bottom) = (210, 24, 16, 52)
    let bars = script.table(
      entries.enumerated().map { index, entry in
        let (y, end) = (Double(index), entry.ratio)
        return [0.5 * (1 + end), y, min(1, end), max(1, end), y - 0.3, y + 0.3]
      })
    let ticks = entries.enumerated().map { "\(GnuplotScript.quoted($1.label)) \($0)" }
    script.add(
      layout.place(row: 0, column: 0),
      "set yrange [\(Double(entries.count) - 0.4):-0.6]",
      "set ytics nomirror scale 0 (\(ticks.joined(separator: ", ")))", "set xtics nomirror out",
      "set xlabel 'figure of merit over that with everything' offset 0,0.2",
      "set arrow 1 from 1, graph 0 to 1, graph 1 nohead linewidth 1 linecolor '\(FigureStyle.guide)'",
      "plot \(bars) with boxxyerror fillstyle solid 0.75 noborder linecolor '\(FigureStyle.color(0))' notitle"
    )
  }
}
