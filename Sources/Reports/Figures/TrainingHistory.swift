/// The training of a flow: its loss with the lower limit for any flow, the
/// effective sample size of its importance weights, and the tempering.
public struct TrainingHistory: Figure {
  /// One moment of the training.
  public struct Step: Sendable, Equatable {
    /// The number of gradient steps before.
    public var step: Double
    /// The loss in nats.
    public var loss: Double
    /// The effective sample size as a fraction of the draws, 0 to 1; NaN where it was not measured.
    public var efficiency: Double
    /// The power of the likelihood, 0 to 1.
    public var temper: Double

    /// A moment with its numbers.
    public init(step: Double, loss: Double, efficiency: Double, temper: Double) {
      self.step = step
      self.loss = loss
      self.efficiency = efficiency
      self.temper = temper
    }
  }

  /// The base name of the files.
  public let name: String
  /// The moments, in order.
  public let steps: [Step]
  /// −ln Z, the smallest possible loss of any flow.
  public let floor: Double?

  /// The history of a training.
  public init(name: String = "training", _ steps: [Step], floor: Double? = nil) {
    self.name = name
    self.steps = steps
    self.floor = floor
  }

  /// Two panels.
  public let size = FigureSize(width: 640, height: 400)

  /// The caption.
  public var caption: String {
    "Training of the flow: the loss above "
      + (floor.map { "its floor −ln Z, which is \(Rounding.number($0, decimals: 3))" }
        ?? "its smallest value")
      + "; below, the effective sample size of the importance weights and the power β of the likelihood."
  }

  /// Draws both panels.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 2, columns: 1)
    layout.top = 12
    layout.left = 80
    let end = max(steps.last?.step ?? 1, 1)
    // With a hundred thousand supernovae the loss itself is a large number that hardly changes.
    let zero = floor ?? steps.map(\.loss).filter(\.isFinite).min() ?? 0
    let table = script.table(steps.map { [$0.step, $0.loss - zero, $0.efficiency, $0.temper] })
    // The start may be far above all that follows.
    let sorted = steps.map { $0.loss - zero }.filter(\.isFinite).sorted()
    let low = min(sorted.first ?? 0, 0)
    let high = sorted.isEmpty ? 1 : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
    let room = high > low ? 0.12 * (high - low) : 1
    var plots = [
      "\(table) using 1:2 with lines linewidth 1.4 linecolor '\(FigureStyle.color(0))' title 'loss'"
    ]
    if floor != nil {
      plots.append(
        "0 with lines linewidth 1.2 dashtype 2 linecolor '\(FigureStyle.guide)' title 'floor, −ln Z'"
      )
    }
    script.add(
      "set multiplot", "set xrange [0:\(GnuplotScript.number(end))]",
      layout.place(row: 0, column: 0), "set xtics nomirror format ''; set key right top",
      "set yrange [\(GnuplotScript.number(low - room)):\(GnuplotScript.number(high + 2 * room))]",
      "set ytics nomirror \(Ticks(low - room, high + 2 * room, atMost: 6).gnuplot)",
      "set label 1 '\(floor == nil ? "loss above smallest" : "loss above floor") [nats]' center rotate by 90 at screen 0.025, graph 0.5",
      "plot \(plots.joined(separator: ", \\\n  "))",
      layout.place(row: 1, column: 0), "set xtics nomirror format '%g'; set key right bottom",
      "set xlabel 'gradient steps' offset 0,0.3", "set yrange [0:1.05]",
      "set ytics nomirror ('0' 0, '0.5' 0.5, '1' 1)",
      "set label 1 'fraction' center rotate by 90 at screen 0.025, graph 0.5",
      "plot \(table) using 1:3 with linespoints pt 7 ps 0.25 linewidth 1.2 linecolor '\(FigureStyle.color(2))' title 'effective sample size', \\",
      "  \(table) using 1:4 with lines linewidth 1.4 dashtype 2 linecolor '\(FigureStyle.color(1))' title 'β'",
      "unset multiplot")
  }
}
