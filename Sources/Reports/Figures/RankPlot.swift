import Inference

/// Histograms of the ranks of each chain's draws among all draws: flat for chains that agree.
///
/// Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16, 667, section 4.
public struct RankPlot: Figure {
  /// The base name of the files.
  public let name: String
  /// The chains, of one length.
  public let set: DrawSet

  /// A rank plot of at most eight parameters.
  public init(name: String = "ranks", _ set: DrawSet) {
    self.name = name
    self.set = set
  }

  private static let binCount = 20
  private var shown: Range<Int> { 0..<min(8, set.columns.count) }
  private var columnCount: Int { min(2, shown.count) }
  private var rowCount: Int { (shown.count + 1) / 2 }

  /// Two panels in a row.
  public var size: FigureSize { FigureSize(width: 640, height: 62 + 164 * Double(rowCount)) }

  /// The caption.
  public var caption: String {
    "\(set.name): ranks of the draws of each chain among all draws. Grey: where 95 % of the bars of chains that agree"
      + " would end, given their effective sample size."
  }

  /// Draws one panel per parameter.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: rowCount, columns: columnCount)
    layout.gap = (40, 62)
    layout.left = 40
    layout.top = 32
    script.add("set multiplot", "unset key", "set xrange [0:1]", "unset ytics")
    for index in shown {
      let counts = histogram(index)
      let total = Double(set.chains.first?.count ?? 0)
      let expected = total / Double(Self.binCount)
      // Correlated draws move together, which widens the band.
      let share = Double(set.chains.count) * total / max(set.effectiveSampleSizes[index], 1)
      let band = 1.96 * (expected * (1 - 1 / Double(Self.binCount)) * max(share, 1)).squareRoot()
      var plots = [
        "\(script.table([[0, expected - band, expected + band], [1, expected - band, expected + band]])) with filledcurves linecolor '#888888' fs transparent solid 0.25 noborder notitle"
      ]
      for (number, bins) in counts.enumerated() {
        let width = 1 / Double(Self.binCount)
        let rows = bins.enumerated().flatMap { bin, count in
          [[Double(bin) * width, count], [Double(bin + 1) * width, count]]
        }
        plots.append(
          "\(script.table(rows)) with lines linewidth 1.2 linecolor '\(FigureStyle.color(number))' notitle"
        )
      }
      let highest = max(counts.flatMap { $0 }.max() ?? 1, expected + band)
      script.add(
        layout.place(row: index / columnCount, column: index % columnCount),
        "set yrange [0:\(GnuplotScript.number(1.1 * highest))]",
        "set title \(GnuplotScript.quoted(MathLabel(latex: set.columns[index].label))) font ',13' offset 0,-0.8",
        "set xtics nomirror ('0' 0, '0.5' 0.5, '1' 1)",
        index + columnCount >= shown.count
          ? "set xlabel 'rank / number of draws' offset 0,0.3" : "unset xlabel",
        index % columnCount == 0
          ? "set label 1 'draws' center rotate by 90 at screen 0.025, graph 0.5" : "unset label 1",
        "plot \(plots.joined(separator: ", \\\n  "))")
    }
    script.add("unset multiplot")
  }

  /// The number of draws in each bin of ranks, chain by chain.
  private func histogram(_ index: Int) -> [[Double]] {
    let columns = set.chains.map { $0.column(index) }
    let all = columns.enumerated().flatMap { chain, values in
      values.map { (value: $0, chain: chain) }
    }.sorted { $0.value < $1.value }
    var counts = columns.map { _ in [Double](repeating: 0, count: Self.binCount) }
    for (rank, draw) in all.enumerated() {
      counts[draw.chain][rank * Self.binCount / all.count] += 1
    }
    return counts
  }
}
