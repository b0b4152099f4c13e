public import Inference
import RealModule

/// All parameters against each other: marginal densities on the diagonal, the smallest regions that
/// hold 68.3 % and 95.4 % below it.
///
/// The regions hold these fractions of the draws; they end at the edges of the prior, and are closed
/// there. The first set is filled, others are lines on top of it.
public struct CornerPlot: Figure {
  /// The beginning of the names of the files.
  public let name: String
  /// The sets, at most six of them; parameters are those of the first, others are joined by name.
  public let sets: [DrawSet]
  /// The priors by name, drawn dashed on the diagonal.
  public let priors: [String: Prior]
  /// Values to be marked, by name, such as those that a mock was made with.
  public let truths: [String: Double]
  /// The parameters to be drawn, by their position in the first set.
  private let indices: [Int]

  /// The probabilities of the regions: those within one and two standard deviations of a normal
  /// quantity.
  public static let probabilities = [0.683, 0.954]

  /// A corner plot; parameters that do not vary are left out, and at most eight are drawn.
  public init(
    name: String = "corner", _ sets: [DrawSet], priors: [String: Prior] = [:],
    truths: [String: Double] = [:]
  ) {
    self.name = name
    self.sets = Array(sets.prefix(FigureStyle.colors.count))
    self.priors = priors
    self.truths = truths
    indices = Array(
      (sets.first?.columns.indices ?? 0..<0).filter { index in
        guard let values = sets.first?.values(index), let first = values.first else { return false }
        return values.contains { $0 != first } && values.allSatisfy(\.isFinite)
      }.prefix(8))
  }

  /// Whether there is anything to draw.
  public var isEmpty: Bool { indices.isEmpty }

  /// Square, and larger the more parameters there are.
  public var size: FigureSize {
    let side = marginLeft + marginRight + cell * Double(indices.count) + gap * Double(indices.count - 1)
    return FigureSize(width: side, height: side + marginTop + marginBottom - marginLeft - marginRight)
  }

  /// What is to be seen.
  public var caption: String {
    let contours =
      indices.count > 1
      ? "Marginal densities, and the smallest regions that hold 68.3 % and 95.4 % of the draws."
      : "The marginal density."
    let guides =
      (priors.isEmpty ? "" : " Dashed: the prior, where it is in view.")
      + (truths.isEmpty ? "" : " Dotted: the true value.")
    return contours + guides
  }

  private let marginLeft = 72.0
  private let marginRight = 16.0
  private let marginTop = 44.0
  private let marginBottom = 58.0
  private let gap = 8.0
  private var cell: Double { indices.count == 1 ? 360 : max(118, min(230, 640 / Double(indices.count))) }

  /// Draws panel after panel.
  public func draw(on script: inout GnuplotScript) {
    let ranges = indices.map(range)
    script.add("set multiplot")
    for row in indices.indices {
      for column in 0...row {
        frame(on: &script, row, column, ranges)
        if row == column {
          drawLine(on: &script, row, ranges[row])
        } else {
          drawPlane(on: &script, row, column, ranges)
        }
      }
    }
    script.add("unset multiplot")
  }

  /// The part of a parameter's axis that is in view: all draws but the outermost half per cent at
  /// each side with some room, not beyond the edges of the prior.
  private func range(_ index: Int) -> ClosedRange<Double> {
    var (lower, upper) = (Double.infinity, -Double.infinity)
    var (edgeLow, edgeHigh) = (-Double.infinity, Double.infinity)
    for set in sets {
      guard let (values, weights, own) = draws(set, index) else { continue }
      let density = LineDensity(
        values, weights: weights, bounds: set.bounds(own),
        effectiveSampleSize: set.effectiveSampleSizes[own])
      guard let density else { continue }
      lower = min(lower, density.quantile(0.0015))
      upper = max(upper, density.quantile(0.9985))
      edgeLow = max(edgeLow, set.bounds(own).lowerBound)
      edgeHigh = min(edgeHigh, set.bounds(own).upperBound)
    }
    guard lower < upper else { return 0...1 }
    let room = 0.06 * (upper - lower)
    // An edge that is nearly reached is shown.
    let low = lower - 3 * room < edgeLow ? edgeLow : lower - room
    let high = upper + 3 * room > edgeHigh ? edgeHigh : upper + room
    return low < high ? low...high : lower...upper
  }

  /// The values and weights of a set for a parameter of the first set, and its position there.
  private func draws(_ set: DrawSet, _ index: Int) -> ([Double], [Double], Int)? {
    guard let first = sets.first, let own = set.index(of: first.columns[index].name) else {
      return nil
    }
    let values = set.values(own)
    return values.allSatisfy(\.isFinite) ? (values, set.weights, own) : nil
  }

  private func frame(
    on script: inout GnuplotScript, _ row: Int, _ column: Int, _ ranges: [ClosedRange<Double>]
  ) {
    let left = marginLeft + Double(column) * (cell + gap)
    let top = size.height - marginTop - Double(row) * (cell + gap)
    func screen(_ x: Double, _ whole: Double) -> String { GnuplotScript.number(x / whole) }
    let isBottom = row == indices.count - 1
    let labels = indices.map { MathLabel(latex: sets[0].columns[$0].label) }
    let (x, y) = (ranges[column], ranges[row])
    let most = cell > 200 ? 5 : (cell > 140 ? 4 : 3)
    // A tick near the end of an axis would meet that of the neighbouring panel.
    func ticks(_ range: ClosedRange<Double>) -> String {
      let room = 0.04 * (range.upperBound - range.lowerBound)
      return Ticks(range.lowerBound + room, range.upperBound - room, atMost: most).gnuplot
    }
    script.add(
      "set lmargin at screen \(screen(left, size.width)); set rmargin at screen \(screen(left + cell, size.width))",
      "set tmargin at screen \(screen(top, size.height)); set bmargin at screen \(screen(top - cell, size.height))",
      "set xrange [\(GnuplotScript.number(x.lowerBound)):\(GnuplotScript.number(x.upperBound))]",
      "set xtics nomirror offset 0,0.3 \(ticks(x)); set format x '\(isBottom ? "%g" : "")'",
      isBottom
        ? "set xlabel \(GnuplotScript.quoted(labels[column])) font ',14' offset 0,0.2"
        : "unset xlabel; set xtics add autofreq; set xtics format '' \(blank(ticks(x)))",
      "unset label; unset arrow; unset key")
    if row == column {
      script.add("unset ytics; unset ylabel; set yrange [0:1.12]; set border 1")
    } else {
      script.add(
        "set border 15; set yrange [\(GnuplotScript.number(y.lowerBound)):\(GnuplotScript.number(y.upperBound))]")
      if column == 0 {
        script.add(
          "set ytics nomirror offset 0.4,0 \(ticks(y))",
          "set label 9 \(GnuplotScript.quoted(labels[row])) font ',14' center rotate by 90 at screen \(screen(16, size.width)), screen \(screen(top - 0.5 * cell, size.height))"
        )
      } else {
        script.add("set ytics nomirror \(blank(ticks(y)))")
      }
      script.add("unset ylabel")
    }
  }

  /// The same ticks without their numbers.
  private func blank(_ ticks: String) -> String {
    ticks.replacing(#/'[^']*'/#, with: "''")
  }

  private func drawLine(
    on script: inout GnuplotScript, _ position: Int, _ range: ClosedRange<Double>
  ) {
    let index = indices[position]
    var plots: [String] = []
    var peak = 0.0
    for (number, set) in sets.enumerated() {
      let title = GnuplotScript.quoted(set.name)
      guard let (values, weights, own) = draws(set, index),
        let density = LineDensity(
          values, weights: weights, bounds: set.bounds(own),
          effectiveSampleSize: set.effectiveSampleSizes[own])
      else {
        plots.append("NaN with lines linewidth 2 linecolor '\(FigureStyle.color(number))' title \(title)")
        continue
      }
      if number == 0 { peak = density.peak }
      let curve = script.table(points(density, in: range).map { [$0.0, $0.1 / density.peak] })
      if number == 0 {
        plots.append(
          "\(curve) with filledcurves y1=0 linecolor '\(FigureStyle.color(0))' fs transparent solid 0.2 noborder notitle")
      }
      plots.append(
        "\(curve) with lines linewidth 2 dashtype \(FigureStyle.dash(number)) linecolor '\(FigureStyle.color(number))' title \(title)"
      )
    }
    if let name = sets.first?.columns[index].name, let prior = priors[name], peak > 0 {
      let rows = (0...200).map { step in
        let x = range.lowerBound + Double(step) / 200 * (range.upperBound - range.lowerBound)
        return [x, .exp(prior.logDensity(at: x).value) / peak]
      }
      if rows.contains(where: { $0[1] > 0.004 }) {
        plots.append(
          "\(script.table(rows)) with lines linewidth 1.2 dashtype 2 linecolor '\(FigureStyle.guide)' title 'prior'"
        )
      }
    }
    markTruth(on: &script, index, vertical: true)
    if position == 0 {
      // Above the diagonal there is room; a single panel has it above.
      let isAlone = indices.count == 1
      script.add(
        isAlone
          ? "set key at graph 1, 1.11 right bottom horizontal maxrows 1 reverse Left"
          : "set key at screen \(GnuplotScript.number(1 - marginRight / size.width)), screen \(GnuplotScript.number(1 - marginTop / size.height)) right top vertical reverse Left"
      )
    }
    script.add("plot \(plots.joined(separator: ", \\\n  "))")
  }

  private func points(
    _ density: LineDensity, in range: ClosedRange<Double>
  ) -> [(Double, Double)] {
    (0...240).map { step in
      let x = range.lowerBound + Double(step) / 240 * (range.upperBound - range.lowerBound)
      return (x, density.value(at: x))
    }
  }

  private func drawPlane(
    on script: inout GnuplotScript, _ row: Int, _ column: Int, _ ranges: [ClosedRange<Double>]
  ) {
    var plots: [String] = []
    for (number, set) in sets.enumerated() {
      guard let (x, weights, i) = draws(set, indices[column]),
        let (y, _, j) = draws(set, indices[row]),
        let density = PlaneDensity(
          x, y, weights: weights, bounds: (set.bounds(i), set.bounds(j)),
          effectiveSampleSize: min(set.effectiveSampleSizes[i], set.effectiveSampleSizes[j]))
      else { continue }
      let color = FigureStyle.color(number)
      for (depth, probability) in Self.probabilities.reversed().enumerated() {
        let contours = ContourLines(
          x: density.x, y: density.y, values: density.values,
          level: density.level(enclosing: probability))
        let closed = contours.lines.map { line in (line + line.prefix(1)).map { [$0.x, $0.y] } }
        let table = script.table(closed)
        if number == 0 {
          plots.append(
            "\(table) with filledcurves closed linecolor '\(color)' fs transparent solid \(depth == 0 ? 0.2 : 0.4) noborder notitle"
          )
        }
        plots.append(
          "\(table) with lines linewidth \(number == 0 ? 1.2 : 1.8) dashtype \(FigureStyle.dash(number)) linecolor '\(color)' notitle"
        )
      }
    }
    markTruth(on: &script, indices[column], vertical: true)
    markTruth(on: &script, indices[row], vertical: false)
    script.add("plot \(plots.isEmpty ? "NaN notitle" : plots.joined(separator: ", \\\n  "))")
  }

  private func markTruth(
    on script: inout GnuplotScript, _ index: Int, vertical: Bool
  ) {
    guard let name = sets.first?.columns[index].name, let truth = truths[name] else { return }
    let value = GnuplotScript.number(truth)
    let line = vertical ? "from \(value), graph 0 to \(value), graph 1" : "from graph 0, first \(value) to graph 1, first \(value)"
    script.add("set arrow \(line) nohead front linewidth 1.2 dashtype 3 linecolor '#000000'")
  }
}
