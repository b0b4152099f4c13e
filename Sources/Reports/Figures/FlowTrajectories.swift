/// The leapfrog trajectories of a flow from its base to the posterior, in two coordinates.
public struct FlowTrajectories: Figure {
  /// The base name of the files.
  public let name: String
  /// Trajectories × leapfrog steps and one × 2 coordinates.
  public let trajectories: [[(x: Double, y: Double)]]
  /// Draws of the posterior, shown as dots behind.
  public let posterior: [(x: Double, y: Double)]
  /// −log posterior on a grid, shown as shades behind: where a normal density would have its 68, 95
  /// and 99.7 % regions.
  public let negativeLogPosterior: PotentialComparison.Grid?
  /// The coordinates, as LaTeX.
  public let labels: (x: String, y: String)

  /// A figure of about ten trajectories.
  public init(
    name: String = "trajectories", _ trajectories: [[(x: Double, y: Double)]],
    posterior: [(x: Double, y: Double)] = [],
    negativeLogPosterior: PotentialComparison.Grid? = nil, labels: (x: String, y: String)
  ) {
    self.name = name
    self.trajectories = trajectories
    self.posterior = Array(posterior.prefix(2000))
    self.negativeLogPosterior = negativeLogPosterior
    self.labels = labels
  }

  /// One panel.
  public let size = FigureSize(width: 480, height: 440)

  /// The caption.
  public var caption: String {
    "Draws of the base (open circles) on their way through the leapfrog steps of the flow to the posterior (filled)"
      + (negativeLogPosterior != nil
        ? "; grey: where −log posterior is 1.15, 3.09 and 5.81 above its lowest point."
        : (posterior.isEmpty ? "." : "; grey: draws of the posterior."))
  }

  /// Draws the panel.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 1, columns: 1)
    layout.top = 14
    layout.bottom = 58
    let shades = negativeLogPosterior?.regions([5.81, 3.09, 1.15]) ?? []
    let all = trajectories.flatMap { $0 } + posterior + shades.flatMap { $0.flatMap { $0 } }
    let (x, y) = (all.map(\.x).filter(\.isFinite), all.map(\.y).filter(\.isFinite))
    func range(_ values: [Double]) -> String {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let room = high > low ? 0.05 * (high - low) : 1
      return "[\(GnuplotScript.number(low - room)):\(GnuplotScript.number(high + room))]"
    }
    let paths = script.table(trajectories.map { $0.map { [$0.x, $0.y] } })
    let starts = script.table(trajectories.compactMap { $0.first.map { [$0.x, $0.y] } })
    let ends = script.table(trajectories.compactMap { $0.last.map { [$0.x, $0.y] } })
    var plots = zip(shades, ["#eeeeee", "#dddddd", "#c8c8c8"]).map { lines, color in
      let table = script.table(lines.map { line in (line + line.prefix(1)).map { [$0.x, $0.y] } })
      return "\(table) with filledcurves closed linecolor '\(color)' fs solid noborder notitle"
    }
    if !posterior.isEmpty {
      let dots = script.table(posterior.map { [$0.x, $0.y] })
      plots.append("\(dots) with points pt 7 ps 0.15 linecolor '#bbbbbb' notitle")
    }
    let color = FigureStyle.color(0)
    plots += [
      "\(paths) with linespoints pt 7 ps 0.2 linewidth 0.9 linecolor '\(color)' notitle",
      "\(starts) with points pt 6 ps 0.7 linewidth 1.2 linecolor '\(FigureStyle.color(1))' notitle",
      "\(ends) with points pt 7 ps 0.6 linecolor '\(color)' notitle",
    ]
    script.add(
      layout.place(row: 0, column: 0), "unset key",
      "set xrange \(range(x)); set yrange \(range(y))", "set xtics nomirror; set ytics nomirror",
      "set xlabel \(GnuplotScript.quoted(MathLabel(latex: labels.x))) font ',13' offset 0,0.2",
      "set label 1 \(GnuplotScript.quoted(MathLabel(latex: labels.y))) font ',13' center rotate by 90 at screen 0.035, graph 0.5",
      "plot \(plots.joined(separator: ", \\\n  "))")
  }
}
