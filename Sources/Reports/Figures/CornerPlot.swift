public import Inference

/// All parameters against each other: marginal densities on the diagonal, and below it the smallest
/// regions that hold 68.3 % and 95.4 % of the draws.
///
/// Regions end at the edges of the prior, and are closed there. The first set is filled, others are
/// lines on top of it.
public struct CornerPlot: Figure {
  /// The base name of the files.
  public let name: String
  /// The sets, at most six of them; parameters are those of the first, others are joined by name.
  public let sets: [DrawSet]
  /// The priors by name, drawn dashed on the diagonal.
  public let priors: [String: Prior]
  /// Values to mark, by name, such as the true values of a mock.
  public let truths: [String: Double]

  /// The parameters that are drawn.
  let axes: [Axis]
  /// Room for the numbers of the vertical axes, and for the labels left of them.
  let marginLeft: Double
  let marginRight = 16.0
  let marginTop = 44.0
  let marginBottom = 58.0
  let gap = 8.0

  /// The probabilities of the regions: those within one and two standard deviations of a normal
  /// quantity.
  public static let probabilities = [0.683, 0.954]

  /// One parameter.
  struct Axis {
    let name: String
    let label: MathLabel
    /// The part of the axis that is in view.
    let range: ClosedRange<Double>
    let ticks: Ticks
    /// The position of the parameter in each set, and its density there.
    let marginals: [(column: Int, density: LineDensity)?]
  }

  /// A corner plot; parameters that do not vary are left out, and at most eight are drawn.
  public init(
    name: String = "corner", _ sets: [DrawSet], priors: [String: Prior] = [:],
    truths: [String: Double] = [:]
  ) {
    let sets = Array(sets.prefix(FigureStyle.colors.count))
    self.name = name
    self.sets = sets
    self.priors = priors
    self.truths = truths
    let columns = sets.first?.columns ?? []
    let marginals = columns.map { column in sets.map { Self.marginal($0, column.name) } }
    let shown = columns.indices.filter { marginals[$0][0] != nil }.prefix(8)
    let cell = Self.cell(shown.count)
    axes = shown.map { index in
      let range = Self.range(sets, marginals[index])
      return Axis(
        name: columns[index].name, label: MathLabel(latex: columns[index].label), range: range,
        ticks: Self.ticks(range, cell), marginals: marginals[index])
    }
    marginLeft = 44 + 6.2 * Double(axes.dropFirst().map(\.ticks.longest).max() ?? 0)
  }

  /// Whether there is nothing to draw.
  public var isEmpty: Bool { axes.isEmpty }

  /// Grows with the number of parameters.
  public var size: FigureSize {
    let count = Double(axes.count)
    let panels = cell * count + gap * (count - 1)
    return FigureSize(
      width: panels + marginLeft + marginRight, height: panels + marginTop + marginBottom)
  }

  /// The caption.
  public var caption: String {
    let contours =
      axes.count > 1
      ? "Marginal densities, and the smallest regions that hold 68.3 % and 95.4 % of the draws."
      : "The marginal density."
    let derived = (sets.first?.columns ?? []).filter { column in
      column.isDerived && axes.contains { $0.name == column.name }
    }.map(\.name)
    return contours + (priors.isEmpty ? "" : " Dashed grey: the prior.")
      + (derived.isEmpty ? "" : " Derived: \(derived.joined(separator: ", ")).")
      + (truths.isEmpty ? "" : " Dotted: the true value.")
  }

  /// The side of a panel.
  var cell: Double { Self.cell(axes.count) }

  private static func cell(_ count: Int) -> Double {
    count <= 1 ? 360 : max(118, min(230, 640 / Double(count)))
  }

  private static func marginal(
    _ set: DrawSet, _ name: String
  ) -> (column: Int, density: LineDensity)? {
    guard let column = set.index(of: name) else { return nil }
    let values = set.values(column)
    guard values.allSatisfy(\.isFinite) else { return nil }
    return LineDensity(
      values, weights: set.weights, bounds: set.bounds(column),
      effectiveSampleSize: set.effectiveSampleSizes[column]
    ).map { (column, $0) }
  }

  /// All but the outermost 0.15 % at each side with some room, not beyond the edges of the prior.
  private static func range(
    _ sets: [DrawSet], _ marginals: [(column: Int, density: LineDensity)?]
  ) -> ClosedRange<Double> {
    var (lower, upper) = (Double.infinity, -Double.infinity)
    var (edgeLow, edgeHigh) = (-Double.infinity, Double.infinity)
    for (set, marginal) in zip(sets, marginals) {
      guard let (column, density) = marginal else { continue }
      lower = min(lower, density.quantile(0.0015))
      upper = max(upper, density.quantile(0.9985))
      edgeLow = max(edgeLow, set.bounds(column).lowerBound)
      edgeHigh = min(edgeHigh, set.bounds(column).upperBound)
    }
    guard lower < upper else { return 0...1 }
    let room = 0.06 * (upper - lower)
    // An edge that is nearly reached is shown.
    let low = lower - 3 * room < edgeLow ? edgeLow : lower - room
    let high = upper + 3 * room > edgeHigh ? edgeHigh : upper + room
    return low < high ? low...high : lower...upper
  }

  /// Ticks whose numbers do not overlap with each other or with those of the neighbouring panel.
  private static func ticks(_ range: ClosedRange<Double>, _ cell: Double) -> Ticks {
    let length = range.upperBound - range.lowerBound
    var most = cell > 200 ? 5 : 4
    while true {
      let ticks = Ticks(
        range.lowerBound + 0.06 * length, range.upperBound - 0.06 * length, atMost: most)
      // Digits are some six points wide.
      let width = 6.2 * Double(ticks.longest) + 12
      if ticks.step / length * cell >= width || most == 1 { return ticks }
      most -= 1
    }
  }
}
