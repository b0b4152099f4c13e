public import Analyses

/// The distribution functions of ranks minus that of uniform ones, with the band that 95 % of calibrated posteriors keep to.
///
/// Source: Säilynoja, Bürkner & Vehtari 2022, Statistics and Computing 32, 32.
public struct CalibrationPlot: Figure {
  /// "calibration".
  public let name = "calibration"
  private let result: CalibrationResult

  /// A plot of at most eleven parameters and log L.
  public init(_ result: CalibrationResult) { self.result = result }

  private var shown: [CalibrationResult.Ranks] {
    Array(result.ranks.dropLast().prefix(11) + result.ranks.suffix(1))
  }
  private var rowCount: Int { (shown.count + 1) / 2 }

  /// Two panels in a row.
  public var size: FigureSize { FigureSize(width: 640, height: 62 + 164 * Double(rowCount)) }

  /// The caption.
  public var caption: String {
    "Ranks of what \(result.mockCount) mocks were made with in their posteriors: the share of ranks up to z, minus z. Grey: where 95 % of calibrated posteriors stay, everywhere at once. A hill on the left with a valley on the right is an error that is too small, the reverse one that is too large, a hill or a valley alone a bias."
  }

  /// Draws one panel per parameter, and one for log L.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: rowCount, columns: min(2, shown.count))
    layout.gap = (60, 62)
    layout.left = 62
    layout.top = 32
    script.add("set multiplot", "unset key", "set xrange [0:1]")
    let largest = (shown.flatMap(\.differences) + result.halfWidths).map(abs).reduce(0, max)
    let ticks = Ticks(-1.2 * largest, 1.2 * largest, atMost: 5)
    for (index, ranks) in shown.enumerated() {
      let band = zip(result.points, result.halfWidths).map { [$0, -$1, $1] }
      let curve = zip(result.points, ranks.differences).map { [$0, $1] }
      let label = ranks.name == "log_likelihood" ? "log L" : ranks.name
      script.add(
        layout.place(row: index / 2, column: index % 2),
        "set yrange [\(GnuplotScript.number(-1.2 * largest)):\(GnuplotScript.number(1.2 * largest))]",
        "set title \(GnuplotScript.quoted(label)) font ',13' offset 0,-0.8",
        "set xtics nomirror ('0' 0, '0.5' 0.5, '1' 1)", "set ytics nomirror \(ticks.gnuplot)",
        index + 2 >= shown.count ? "set xlabel 'rank z' offset 0,0.3" : "unset xlabel",
        index % 2 == 0 ? "set ylabel 'F(z) − z' offset 1,0" : "unset ylabel",
        "plot \(script.table(band)) with filledcurves linecolor '#888888' fs transparent solid 0.25 noborder notitle, "
          + "0 with lines linewidth 0.8 linecolor '\(FigureStyle.guide)' notitle, "
          + "\(script.table([[0, 0]] + curve + [[1, 0]])) with steps linewidth 1.4 linecolor '\(FigureStyle.color(0))' notitle"
      )
    }
    script.add("unset multiplot")
  }
}
