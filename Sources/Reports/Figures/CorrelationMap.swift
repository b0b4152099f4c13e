/// A matrix of correlations as colours and numbers, such as those of where a flow's draws begin and
/// where they end.
public struct CorrelationMap: Figure {
  /// The base name of the files.
  public let name: String
  /// The caption.
  public let caption: String
  /// Rows × columns, −1 to 1.
  public let correlations: [[Double]]
  /// The rows, as LaTeX.
  public let rowLabels: [String]
  /// The columns, as LaTeX.
  public let columnLabels: [String]

  /// A map of a matrix.
  public init(
    name: String, caption: String, _ correlations: [[Double]], rowLabels: [String],
    columnLabels: [String]
  ) {
    precondition(
      correlations.count == rowLabels.count
        && correlations.allSatisfy { $0.count == columnLabels.count }, "labels for another matrix")
    self.name = name
    self.caption = caption
    self.correlations = correlations
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
  }

  /// A flow's memory of its base: corr(q₀, q_T).
  public static func memory(_ correlations: [[Double]], labels: [String]) -> CorrelationMap {
    CorrelationMap(
      name: "memory",
      caption:
        "Correlation between where draws begin in the base (columns) and where they end (rows).",
      correlations, rowLabels: labels, columnLabels: labels)
  }

  /// One square per correlation.
  public var size: FigureSize {
    FigureSize(
      width: 110 + 64 * Double(columnLabels.count), height: 66 + 52 * Double(rowLabels.count))
  }

  /// Draws the map.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 1)
    layout.top = 12
    layout.right = 20
    var rows: [[Double]] = []
    for (row, values) in correlations.enumerated() {
      for (column, value) in values.enumerated() {
        // Two decimals are shown, and none of them as −0.00.
        let shown = (100 * min(max(value, -1), 1)).rounded() / 100
        rows.append([Double(column), Double(row), shown == 0 ? 0 : shown])
      }
    }
    let table = script.table(rows)
    func ticks(_ labels: [String]) -> String {
      labels.enumerated().map { "\(GnuplotScript.quoted(MathLabel(latex: $1))) \($0)" }
        .joined(separator: ", ")
    }
    script.add(
      layout.place(row: 0, column: 0), "unset key; unset colorbox",
      "set palette defined (-1 '\(FigureStyle.color(1))', 0 '#ffffff', 1 '\(FigureStyle.color(0))')",
      "set cbrange [-1:1]", "set xrange [-0.5:\(Double(columnLabels.count) - 0.5)]",
      "set yrange [\(Double(rowLabels.count) - 0.5):-0.5]",
      "set xtics scale 0 (\(ticks(columnLabels))) font ',13'",
      "set ytics scale 0 (\(ticks(rowLabels))) font ',13'",
      "plot \(table) with image pixels notitle, \\",
      "  \(table) using 1:2:(gprintf('%.2f', $3)) with labels font ',11' notitle")
  }
}
