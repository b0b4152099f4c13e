import Inference
import RealModule

/// The importance weights of a flow's draws, in units of their mean.
public struct WeightHistogram: Figure {
  /// The base name of the files.
  public let name: String
  /// The weights, not negative.
  public let weights: [Double]
  /// k-hat, the shape of the generalised Pareto distribution that fits the largest weights.
  public let shape: Double?

  /// A histogram of weights.
  public init(name: String = "weights", _ weights: [Double], shape: Double? = nil) {
    self.name = name
    self.weights = weights
    self.shape = shape
  }

  /// One panel.
  public let size = FigureSize(width: 640, height: 300)

  /// The caption.
  public var caption: String {
    "Importance weights in units of their mean; the closer to 1, the closer the flow is to the posterior."
      + " The first bar holds all that are smaller."
      + (shape == nil
        ? ""
        : " With k-hat above 0.7 and draws that count for many, the weights cannot be relied upon.")
  }

  /// Draws the histogram.
  public func draw(on script: inout GnuplotScript) {
    let mean = weights.reduce(0, +) / Double(max(weights.count, 1))
    let logs = weights.filter { $0 > 0 }.map { Double.log10($0 / mean) }.filter(\.isFinite).sorted()
    // Tiny weights, such as those of a wide density's draws, would take all the room: they share the
    // first bar.
    let low = logs.isEmpty ? -1 : max(logs[logs.count / 40], -6)
    let high = max(logs.last ?? 1, low + 0.01)
    let room = 0.05 * (high - low)
    let (start, end, count) = (low - room, high + room, 60)
    let width = (end - start) / Double(count)
    var bins = [Double](repeating: 0, count: count)
    for value in logs { bins[min(count - 1, max(0, Int((value - start) / width)))] += 1 }
    let rows = bins.enumerated().map { [start + (Double($0) + 0.5) * width, $1] }
    let efficiency = kishSize(weights) / Double(max(weights.count, 1))
    var words = [
      "effective sample size \(GnuplotScript.number((efficiency * 1000).rounded() / 10)) %"
    ]
    if let shape { words.append("k-hat \(GnuplotScript.number((shape * 100).rounded() / 100))") }
    let largest = Double.exp((logs.last ?? 0) * .log(10))
    words.append("largest \(GnuplotScript.number((largest * 10).rounded() / 10))")
    var layout = PanelLayout(size, rows: 1, columns: 1)
    layout.bottom = 58
    script.add(
      layout.place(row: 0, column: 0), "unset key",
      "set xrange [\(GnuplotScript.number(start)):\(GnuplotScript.number(end))]",
      "set yrange [0.5:\(GnuplotScript.number(3 * (bins.max() ?? 1)))]", "set logscale y",
      "set boxwidth \(GnuplotScript.number(width))", "set style fill solid 0.5 noborder",
      "set title \(GnuplotScript.quoted(words.joined(separator: ", "))) font ',11' offset 0,-0.5",
      "set xlabel 'weight / mean weight, log_{10}' offset 0,0.2", "set xtics nomirror",
      "set ytics nomirror format '%g'",
      "set label 1 'draws' center rotate by 90 at screen 0.025, graph 0.5",
      "plot \(script.table(rows)) with boxes linecolor '\(FigureStyle.color(0))' notitle",
      "unset logscale")
  }
}
