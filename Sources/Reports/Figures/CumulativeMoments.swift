import Inference
import RealModule

/// Means and standard deviations of the first n draws against n, for several samplers: figure 8 of
/// Souveton et al. 2023 (arXiv 2302.01955).
///
/// Chains of one sampler are interleaved, draw by draw. Weighted draws count with their weights.
public struct CumulativeMoments: Figure {
  /// The exact mean and standard deviation of a parameter.
  public struct Exact: Sendable, Equatable {
    /// The mean.
    public var mean: Double
    /// The standard deviation.
    public var standardDeviation: Double

    /// Both numbers.
    public init(mean: Double, standardDeviation: Double) {
      (self.mean, self.standardDeviation) = (mean, standardDeviation)
    }
  }

  /// The base name of the files.
  public let name: String
  /// The sets; parameters are those of the first, others are joined by name.
  public let sets: [DrawSet]
  /// Exact values by name, drawn as lines.
  public let exact: [String: Exact]

  /// A figure of at most six parameters.
  public init(
    name: String = "cumulative", _ sets: [DrawSet], exact: [String: Exact] = [:]
  ) {
    self.name = name
    self.sets = Array(sets.prefix(FigureStyle.colors.count))
    self.exact = exact
  }

  private var shown: Range<Int> { 0..<min(6, sets.first?.columns.count ?? 0) }

  /// One row per parameter.
  public var size: FigureSize {
    FigureSize(width: 640, height: 92 + 126 * Double(shown.count) + moreLegend)
  }

  /// The rows of the legend, whose columns are as wide as the longest name.
  private var legendRows: Int {
    let names = sets.map(\.name) + (exact.isEmpty ? [] : ["exact"])
    let width = 60 + 7.2 * Double(names.map(\.count).max() ?? 0)
    let columns = max(1, Int(620 / width))
    return max(1, (names.count + columns - 1) / columns)
  }

  /// The room that rows of the legend beyond the first take.
  private var moreLegend: Double { 16 * Double(legendRows - 1) }

  /// The caption.
  public var caption: String {
    "Means and standard deviations of the first n draws"
      + (exact.isEmpty ? "." : "; dashed: the exact values.")
  }

  /// Draws two panels per parameter.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: shown.count, columns: 2)
    // Offsets such as −19.356 take room.
    layout.left = 84
    layout.gap = (96, 12)
    layout.top += moreLegend
    let longest = sets.map { set in set.chains.reduce(0) { $0 + $1.count } }.max() ?? 100
    drawLegend(on: &script)
    script.add(
      "unset key; set border 15; set tics scale 0.6 textcolor '#222222' font ',10'",
      "set logscale x", "set xrange [20:\(max(longest, 40))]")
    for row in shown {
      let curves = sets.map { set in
        set.index(of: sets[0].columns[row].name).map { cumulative(set, $0) } ?? []
      }
      let known = exact[sets[0].columns[row].name]
      let label = MathLabel(latex: sets[0].columns[row].label)
      for column in 0..<2 {
        // The first draws say little and would flatten the rest.
        let late = curves.flatMap { $0.filter { $0[0] >= 100 || $0[0] * 4 > Double(longest) } }
          .map { $0[column + 1] }.filter(\.isFinite)
        let value = column == 0 ? known?.mean : known?.standardDeviation
        let low = min(late.min() ?? 0, value ?? .infinity)
        let high = max(late.max() ?? 1, value ?? -.infinity)
        let room = high > low ? 0.15 * (high - low) : 1
        var plots = zip(sets, curves).enumerated().map { number, pair in
          "\(script.table(pair.1)) using 1:\(column + 2) with lines linewidth 1.6 dashtype \(FigureStyle.dash(number)) linecolor '\(FigureStyle.color(number))' notitle"
        }
        if let value {
          plots.append(
            "\(GnuplotScript.number(value)) with lines linewidth 1.2 dashtype 2 linecolor '\(FigureStyle.guide)' notitle"
          )
        }
        let isLast = row == shown.last
        script.add(
          layout.place(row: row, column: column),
          "set yrange [\(GnuplotScript.number(low - room)):\(GnuplotScript.number(high + room))]",
          "set ytics nomirror \(Ticks(low - 0.9 * room, high + 0.9 * room, atMost: 4).gnuplot)",
          "set xtics nomirror format '\(isLast ? "%g" : "")'",
          isLast ? "set xlabel 'draws' offset 0,0.3" : "unset xlabel",
          "set label 1 \(Self.title(column, label)) font ',11' center rotate by 90 at screen \(column == 0 ? "0.022" : "0.519"), graph 0.5",
          "plot \(plots.isEmpty ? "NaN notitle" : plots.joined(separator: ", \\\n  "))")
      }
    }
    script.add("unset multiplot", "unset logscale")
  }

  /// A panel of its own over the whole width, of which only the legend is seen.
  private func drawLegend(on script: inout GnuplotScript) {
    var plots = sets.enumerated().map { number, set in
      "NaN with lines linewidth 1.6 dashtype \(FigureStyle.dash(number)) linecolor '\(FigureStyle.color(number))' title \(GnuplotScript.quoted(set.name))"
    }
    if !exact.isEmpty {
      plots.append(
        "NaN with lines linewidth 1.2 dashtype 2 linecolor '\(FigureStyle.guide)' title 'exact'")
    }
    script.add(
      "set multiplot", "unset border; unset tics; set xrange [0:1]; set yrange [0:1]",
      "set lmargin at screen 0.02; set rmargin at screen 0.98; set bmargin at screen 0.5; set tmargin at screen 1",
      "set key at screen 0.985, screen \(GnuplotScript.number(1 - 8 / size.height)) right top horizontal maxrows \(legendRows) reverse Left",
      "plot \(plots.joined(separator: ", \\\n  "))")
  }

  private static func title(_ column: Int, _ label: MathLabel) -> String {
    // Some viewers of SVG drop a space where the font changes.
    GnuplotScript.literal(label.gnuplot + (column == 0 ? ": mean" : ": sd"))
  }

  /// Rows of n, mean and standard deviation at some 150 values of n, evenly spaced in log n.
  private func cumulative(_ set: DrawSet, _ index: Int) -> [[Double]] {
    let columns = set.chains.map { $0.column(index) }
    let longest = columns.map(\.count).max() ?? 0
    var (count, total, mean, squares, next) = (0, 0.0, 0.0, 0.0, 20.0)
    var rows: [[Double]] = []
    let end = columns.reduce(0) { $0 + $1.count }
    for draw in 0..<longest {
      for (chain, values) in columns.enumerated() where draw < values.count {
        let weight = set.chains[chain].weights[draw]
        count += 1
        if weight > 0 {
          total += weight
          let change = values[draw] - mean
          mean += weight / total * change
          squares += weight * change * (values[draw] - mean)
        }
        if Double(count) >= next || count == end {
          rows.append([Double(count), mean, .sqrt(squares / total)])
          next = max(next * 1.045, next + 1)
        }
      }
    }
    return rows
  }
}
