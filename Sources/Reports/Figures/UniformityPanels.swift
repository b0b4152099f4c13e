/// Panels of distribution functions minus that of a uniform quantity, with the band that 95 % of uniform ones keep to.
struct UniformityPanels {
  /// A label for each panel, with the differences at `points`.
  let curves: [(label: String, differences: [Double])]
  /// Where differences are given, and the half width of the band there.
  let points, halfWidths: [Double]
  /// Titles of both axes.
  let titles: (x: String, y: String)

  private var rowCount: Int { (curves.count + 1) / 2 }

  /// Two panels in a row.
  var size: FigureSize { FigureSize(width: 640, height: 62 + 164 * Double(rowCount)) }

  /// Draws all panels over one range.
  func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: rowCount, columns: min(2, curves.count))
    layout.gap = (60, 62)
    layout.left = 62
    layout.top = 32
    script.add("set multiplot", "unset key", "set xrange [0:1]")
    let largest = (curves.flatMap(\.differences) + halfWidths).map(abs).reduce(0, max)
    let ticks = Ticks(-1.2 * largest, 1.2 * largest, atMost: 5)
    for (index, (label, differences)) in curves.enumerated() {
      let band = zip(points, halfWidths).map { [$0, -$1, $1] }
      let curve = zip(points, differences).map { [$0, $1] }
      script.add(
        layout.place(row: index / 2, column: index % 2),
        "set yrange [\(GnuplotScript.number(-1.2 * largest)):\(GnuplotScript.number(1.2 * largest))]",
        "set title \(GnuplotScript.quoted(label)) font ',13' offset 0,-0.8",
        "set xtics nomirror ('0' 0, '0.5' 0.5, '1' 1)", "set ytics nomirror \(ticks.gnuplot)",
        index + 2 >= curves.count ? "set xlabel '\(titles.x)' offset 0,0.3" : "unset xlabel",
        index % 2 == 0 ? "set ylabel '\(titles.y)' offset 1,0" : "unset ylabel",
        "plot \(script.table(band)) with filledcurves linecolor '#888888' fs transparent solid 0.25 noborder notitle, "
          + "0 with lines linewidth 0.8 linecolor '\(FigureStyle.guide)' notitle, "
          + "\(script.table([[0, 0]] + curve + [[1, 0]])) with steps linewidth 1.4 linecolor '\(FigureStyle.color(0))' notitle"
      )
    }
    script.add("unset multiplot")
  }
}
