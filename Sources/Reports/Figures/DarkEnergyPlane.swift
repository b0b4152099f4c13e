import Inference

/// The plane of w0 and wa, with the cosmological constant marked.
struct DarkEnergyPlane: Figure {
  let name = "w0-wa"
  let sets: [DrawSet]
  let size: FigureSize
  private let columns: [(x: Int, y: Int)?]

  /// The plane of posteriors; nil if none has both parameters.
  init?(_ sets: [DrawSet], format: FigureFormat) {
    columns = sets.map { set in
      func place(_ name: String) -> Int? {
        set.index(of: name) ?? ParameterAlias.place(of: name, among: set.columns.map(\.name))
      }
      guard let x = place("w0"), let y = place("wa") else { return nil }
      return (x, y)
    }
    guard columns.contains(where: { $0 != nil }) else { return nil }
    self.sets = sets
    // On paper it is a column wide.
    size =
      format == .paper
      ? FigureSize(width: 342, height: 300) : format.layout(FigureSize(width: 520, height: 430))
  }

  var caption: String {
    "The plane of w0 and wa: the smallest regions that hold 68.3 % and 95.4 % of the draws."
      + " Dashed lines and cross: the cosmological constant, w0 = −1 and wa = 0."
  }

  func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 1)
    layout.left = 62
    layout.top = 14
    var (fills, lines, names) = ([String](), [String](), [String]())
    var (x, y) = (Extent(including: -1), Extent(including: 0))
    for (number, set) in sets.enumerated() {
      guard let (i, j) = columns[number],
        let contours = PlaneContours(set, i, j, probabilities: CornerPlot.probabilities)
      else { continue }
      x.include(set, i)
      y.include(set, j)
      let plots = contours.plots(number, opacity: sets.count <= 3 ? 0.2 : 0.1, on: &script)
      fills += plots.fills
      lines += plots.lines
      names.append(
        "NaN with lines linewidth 2.5 dashtype \(FigureStyle.dash(number)) linecolor '\(FigureStyle.color(number))' title \(GnuplotScript.quoted(set.name))"
      )
    }
    let guide = "nohead back linewidth 1 dashtype 2 linecolor '\(FigureStyle.guide)'"
    script.add(
      layout.place(row: 0, column: 0), "set xrange [\(x.gnuplot)]; set yrange [\(y.gnuplot)]",
      "set xtics nomirror \(x.ticks(atMost: size.width > 400 ? 6 : 5).gnuplot)",
      "set ytics nomirror \(y.ticks(atMost: 6).gnuplot)",
      "set xlabel \(GnuplotScript.quoted(MathLabel(latex: "w_0"))) font ',14' offset 0,0.2",
      "set label 1 \(GnuplotScript.quoted(MathLabel(latex: "w_a"))) font ',14' center rotate by 90 at screen 0.04, graph 0.5",
      "set arrow 1 from -1, graph 0 to -1, graph 1 \(guide)",
      "set arrow 2 from graph 0, first 0 to graph 1, first 0 \(guide)",
      "set label 2 'ΛCDM' font ',11' right at -1, 0 offset -0.5, -0.7 front",
      "set key right top reverse Left",
      "plot \((fills + lines + names + ["'+' using (-1):(0) every ::::0 with points pt 2 ps 0.9 linewidth 2 linecolor '#000000' notitle"]).joined(separator: ", \\\n  "))"
    )
  }

  /// The part of an axis that holds nearly all draws, and a mark.
  private struct Extent {
    private var lower: Double
    private var upper: Double

    init(including mark: Double) { (lower, upper) = (mark, mark) }

    mutating func include(_ set: DrawSet, _ column: Int) {
      guard
        let density = LineDensity(
          set.values(column), weights: set.weights, bounds: set.bounds(column),
          effectiveSampleSize: set.effectiveSampleSizes[column])
      else { return }
      lower = min(lower, density.quantile(0.003))
      upper = max(upper, density.quantile(0.997))
    }

    private var ends: (Double, Double) {
      let room = 0.07 * (upper - lower)
      return (lower - room, upper + room)
    }
    var gnuplot: String {
      "\(GnuplotScript.number(ends.0)):\(GnuplotScript.number(ends.1))"
    }
    func ticks(atMost count: Int) -> Ticks { Ticks(lower, upper, atMost: count) }
  }
}
