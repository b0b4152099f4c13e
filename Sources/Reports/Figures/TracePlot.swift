import Inference

/// The draws of each parameter in the order in which they were made, one colour per chain.
public struct TracePlot: Figure {
  /// The base name of the files.
  public let name: String
  /// The chains.
  public let set: DrawSet

  /// A trace plot of at most eight parameters; of long chains every n-th draw is shown.
  public init(name: String = "trace", _ set: DrawSet) {
    self.name = name
    self.set = set
  }

  private static let mostPoints = 500
  private var shown: Range<Int> { 0..<min(8, set.columns.count) }
  private var stride: Int {
    max(1, ((set.chains.map(\.count).max() ?? 0) + Self.mostPoints - 1) / Self.mostPoints)
  }

  /// The height grows with the number of parameters.
  public var size: FigureSize { FigureSize(width: 640, height: 84 + 92 * Double(shown.count)) }

  /// The caption.
  public var caption: String {
    "\(set.name): the draws of \(set.chains.count) chain\(set.chains.count == 1 ? "" : "s") in the order in which"
      + " they were made" + (stride > 1 ? ", every \(stride)th of them." : ".")
  }

  /// Draws one panel per parameter.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: shown.count, columns: 1)
    layout.top = 12
    let length = set.chains.map(\.count).max() ?? 1
    script.add("set multiplot", "unset key", "set xrange [0:\(length)]")
    for index in shown {
      var plots: [String] = []
      for (number, chain) in set.chains.enumerated() {
        let values = chain.column(index)
        let rows = Swift.stride(from: 0, to: values.count, by: stride).map {
          [Double($0 + 1), values[$0]]
        }
        plots.append(
          "\(script.table(rows)) with lines linewidth 0.5 linecolor '\(FigureStyle.color(number))' notitle"
        )
      }
      let values = set.values(index).filter(\.isFinite)
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let room = high > low ? 0.05 * (high - low) : 1
      let isLast = index == shown.last
      script.add(
        layout.place(row: index, column: 0),
        "set yrange [\(GnuplotScript.number(low - room)):\(GnuplotScript.number(high + room))]",
        "set ytics nomirror \(Ticks(low, high, atMost: 4).gnuplot)",
        "set label 1 \(GnuplotScript.quoted(MathLabel(latex: set.columns[index].label))) font ',13' center rotate by 90 at screen 0.025, graph 0.5",
        "set xtics nomirror format '\(isLast ? "%g" : "")'",
        isLast ? "set xlabel 'draw' offset 0,0.3" : "unset xlabel",
        "plot \(plots.isEmpty ? "NaN notitle" : plots.joined(separator: ", \\\n  "))")
    }
    script.add("unset multiplot")
  }
}
