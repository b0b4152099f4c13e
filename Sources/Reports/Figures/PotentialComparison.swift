/// The learned potential of a flow next to minus the log posterior.
///
/// Contours are where a normal density would have its 68, 95 and 99.7 % regions in two dimensions:
/// 1.15, 3.09 and 5.81 above the lowest point of the same support. Correlation and slope of V against −log posterior are
/// taken over the points of the grid where the posterior has its mass.
public struct PotentialComparison: Figure {
  /// A function on a grid.
  public struct Grid: Sendable {
    /// The nodes along the first coordinate, rising.
    public var x: [Double]
    /// The nodes along the second.
    public var y: [Double]
    /// x by x: the value at x[i], y[j] is element i · y.count + j.
    public var values: [Double]

    /// A grid of x.count · y.count values.
    public init(x: [Double], y: [Double], values: [Double]) {
      precondition(values.count == x.count * y.count, "\(values.count) values on the grid")
      self.x = x
      self.y = y
      self.values = values
    }

    /// The borders of where the values are less than some numbers above the lowest, as closed lines.
    func regions(_ rises: [Double]) -> [[[(x: Double, y: Double)]]] {
      let lowest = values.filter(\.isFinite).min() ?? 0
      // Contour lines close around what is high, so the valley is turned over.
      let height = values.map { $0.isFinite ? max(0, 50 - ($0 - lowest)) : 0 }
      return rises.map { ContourLines(x: x, y: y, values: height, level: 50 - $0).lines }
    }
  }

  /// The base name of the files.
  public let name: String
  /// V.
  public let potential: Grid
  /// −log posterior, up to a constant, on the same nodes.
  public let negativeLogPosterior: Grid
  /// The coordinates, as LaTeX.
  public let labels: (x: String, y: String)

  /// A comparison on one grid.
  public init(
    name: String = "potential", potential: Grid, negativeLogPosterior: Grid,
    labels: (x: String, y: String)
  ) {
    precondition(
      potential.x == negativeLogPosterior.x && potential.y == negativeLogPosterior.y,
      "two different grids")
    self.name = name
    self.potential = potential
    self.negativeLogPosterior = negativeLogPosterior
    self.labels = labels
  }

  /// Two square panels.
  public let size = FigureSize(width: 640, height: 340)

  /// The correlation of V and −log posterior where the posterior has its mass, and the slope of the
  /// line that fits V best.
  public var agreement: (correlation: Double, slope: Double) {
    let lowest = negativeLogPosterior.values.filter(\.isFinite).min() ?? 0
    var pairs: [(Double, Double)] = []
    for (value, energy) in zip(potential.values, negativeLogPosterior.values)
    where energy < lowest + Self.depth && value.isFinite { pairs.append((energy, value)) }
    let count = Double(pairs.count)
    let (a, b) = (
      pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count
    )
    let both = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let (first, second) = (
      pairs.reduce(0) { $0 + ($1.0 - a) * ($1.0 - a) },
      pairs.reduce(0) { $0 + ($1.1 - b) * ($1.1 - b) }
    )
    return (both / (first * second).squareRoot(), both / first)
  }

  /// The points that count have −log posterior below its minimum and this, in nats.
  private static let depth = 6.0
  /// The heights of the contours of −log posterior above its minimum.
  private static let rises = [5.81, 3.09, 1.15]

  /// The same for V; closer together where V rises by less, so that they are on the grid.
  private var potentialRises: [Double] {
    let values = potential.values.filter(\.isFinite)
    let range = (values.max() ?? 0) - (values.min() ?? 0)
    return Self.rises.map { min(1, range / 7) * $0 }
  }

  /// The caption.
  public var caption: String {
    let (correlation, slope) = agreement
    let heights = potentialRises
    let contours = "with contours 1.15, 3.09 and 5.81 above its lowest point"
    return
      (heights == Self.rises
      ? "Left: the learned potential V, right: minus the log posterior, each \(contours)."
      : "Left: the learned potential V, which hardly varies here, with contours"
        + " \(rounded(heights[2])), \(rounded(heights[1])) and \(rounded(heights[0])) above its lowest"
        + " point; right: minus the log posterior, \(contours).")
      + (correlation.isFinite && slope.isFinite
        ? " Where the posterior has its mass their correlation is"
          + " \(rounded(correlation)) and the slope of V \(rounded(slope))."
        : "")
  }

  private func rounded(_ value: Double) -> String {
    GnuplotScript.number((value * 1000).rounded() / 1000)
  }

  /// Draws both panels.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 2)
    layout.gap.x = 24
    layout.bottom = 58
    let (x, y) = (potential.x, potential.y)
    func range(_ nodes: [Double]) -> String {
      "[\(GnuplotScript.number(nodes.first ?? 0)):\(GnuplotScript.number(nodes.last ?? 1))]"
    }
    script.add(
      "set multiplot", "unset key", "set xrange \(range(x)); set yrange \(range(y))",
      "set xlabel \(GnuplotScript.quoted(MathLabel(latex: labels.x))) font ',13' offset 0,0.2",
      "set xtics nomirror; set ytics nomirror",
      "set label 1 \(GnuplotScript.quoted(MathLabel(latex: labels.y))) font ',13' center rotate by 90 at screen 0.025, graph 0.5"
    )
    let panels = [
      (potential, "learned potential", potentialRises),
      (negativeLogPosterior, "−log posterior", Self.rises),
    ]
    for (column, (grid, title, rises)) in panels.enumerated() {
      var plots: [String] = []
      for (index, lines) in grid.regions(rises).enumerated() {
        let table = script.table(
          lines.map { line in (line + line.prefix(1)).map { [$0.x, $0.y] } })
        let color = FigureStyle.color(column)
        plots += [
          "\(table) with filledcurves closed linecolor '\(color)' fs transparent solid \([0.12, 0.2, 0.3][index]) noborder notitle",
          "\(table) with lines linewidth 1.2 linecolor '\(color)' notitle",
        ]
      }
      script.add(
        layout.place(row: 0, column: column),
        "set title '\(title)' font ',12' offset 0,-0.5",
        "plot \(plots.joined(separator: ", \\\n  "))",
        "unset label 1; set ytics format ''")
    }
    script.add("unset multiplot")
  }
}
