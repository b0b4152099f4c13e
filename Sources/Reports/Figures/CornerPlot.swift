public import Inference

/// All parameters against each other: marginal densities on the diagonal, and below it the smallest
/// regions that hold 68.3 % and 95.4 % of the draws.
///
/// Regions end at the edges of the prior, and are closed there. Of several sets of one posterior the first is filled, and others
/// are lines on top of it; of several posteriors all are filled.
public struct CornerPlot: Figure {
  /// The base name of the files.
  public let name: String
  /// The sets, at most six of them, whose parameters are joined by name.
  public let sets: [DrawSet]
  /// The priors by name, drawn dashed on the diagonal.
  public let priors: [String: Prior]
  /// Values to mark, by name, such as the true values of a mock.
  public let truths: [String: Double]

  /// What is quoted of each set above the diagonal, by name; empty where nothing is.
  let quotes: [[String: ParameterQuote]]
  /// The parameters that are drawn.
  let axes: [Axis]
  /// Room for the numbers of the vertical axes, and for the labels left of them.
  let marginLeft: Double
  let marginRight = 16.0
  let marginTop: Double
  let marginBottom = 58.0
  let gap = 8.0
  /// The side of a panel.
  let cell: Double
  /// The height of a line of `quotes`.
  static let quoteHeight = 14.0

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
  ///
  /// - Parameters:
  ///   - name: the base name of the files.
  ///   - sets: draws of one posterior.
  ///   - parameters: the parameters in the order in which they are drawn; by default those of the first set that has any.
  ///   - priors: by name, drawn dashed on the diagonal.
  ///   - truths: values to mark, by name.
  ///   - format: what it is made for.
  public init(
    name: String = "corner", _ sets: [DrawSet], parameters: [String]? = nil,
    priors: [String: Prior] = [:], truths: [String: Double] = [:], format: FigureFormat = .page
  ) {
    self.init(
      name: name, sets,
      columns: parameters.map { Chain.Column.of($0, in: sets) } ?? sets.first?.columns ?? [],
      quotes: [], priors, truths, format)
  }

  /// A corner plot of several posteriors.
  ///
  /// - Parameters:
  ///   - columns: the parameters, each with its label.
  ///   - quotes: what is quoted of each set, by name.
  init(
    posteriors sets: [DrawSet], columns: [Chain.Column], quotes: [[String: ParameterQuote]],
    truths: [String: Double], format: FigureFormat
  ) {
    self.init(name: "corner", sets, columns: columns, quotes: quotes, [:], truths, format)
  }

  private init(
    name: String, _ sets: [DrawSet], columns: [Chain.Column], quotes: [[String: ParameterQuote]],
    _ priors: [String: Prior], _ truths: [String: Double], _ format: FigureFormat
  ) {
    let sets = Array(sets.prefix(FigureStyle.colors.count))
    self.name = name
    self.sets = sets
    self.quotes = quotes
    self.priors = priors
    self.truths = truths
    let marginals = columns.map { column in sets.map { Self.marginal($0, column.name) } }
    let shown = columns.indices.filter { marginals[$0].contains { $0 != nil } }.prefix(8)
    let cell = format.cell(shown.count)
    self.cell = cell
    axes = shown.map { index in
      let range = Self.range(sets, marginals[index])
      return Axis(
        name: columns[index].name, label: MathLabel(latex: columns[index].label), range: range,
        ticks: Self.ticks(range, cell), marginals: marginals[index])
    }
    marginLeft = 44 + 6.2 * Double(axes.dropFirst().map(\.ticks.longest).max() ?? 0)
    let lines = quotes.isEmpty ? 0 : Self.quoteHeight * Double(sets.count)
    marginTop = axes.count == 1 ? 44 + lines : max(44, 18 + lines)
  }

  /// How opaque a set is filled; 0 for lines alone.
  func opacity(_ number: Int) -> Double {
    number == 0 ? 0.2 : quotes.isEmpty ? 0 : sets.count <= 3 ? 0.14 : 0.07
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
    let derived = axes.map(\.name).filter { name in
      let columns = sets.compactMap { set in set.index(of: name).map { set.columns[$0] } }
      return !columns.isEmpty && columns.allSatisfy(\.isDerived)
    }
    return contours + (priors.isEmpty ? "" : " Dashed grey: the prior.")
      + (derived.isEmpty ? "" : " Derived: \(derived.joined(separator: ", ")).")
      + (truths.isEmpty
        ? "" : quotes.isEmpty ? " Dotted: the true value." : " Dotted: values that are marked.")
      + (quotes.isEmpty
        ? ""
        : " Above: medians with 68 % intervals; 95 % limits where a prior cuts the posterior off, --- where it alone limits.")
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
    var ends: [(lower: Double, upper: Double, edges: ClosedRange<Double>)] = []
    for (set, marginal) in zip(sets, marginals) {
      guard let (column, density) = marginal else { continue }
      ends.append((density.quantile(0.0015), density.quantile(0.9985), set.bounds(column)))
    }
    guard let lower = ends.map(\.lower).min(), let upper = ends.map(\.upper).max(), lower < upper
    else { return 0...1 }
    let room = 0.06 * (upper - lower)
    // An edge that is nearly reached is shown.
    let low =
      ends.map {
        $0.lower - 3 * room < $0.edges.lowerBound ? $0.edges.lowerBound : $0.lower - room
      }.min() ?? lower
    let high =
      ends.map {
        $0.upper + 3 * room > $0.edges.upperBound ? $0.edges.upperBound : $0.upper + room
      }.max() ?? upper
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

extension Chain.Column {
  /// The columns of some names, each from the first set that has it with a label of its own.
  static func of(_ names: [String], in sets: [DrawSet]) -> [Chain.Column] {
    names.compactMap { name in
      let columns = sets.compactMap { set in set.index(of: name).map { set.columns[$0] } }
      return columns.first { $0.label != name } ?? columns.first
    }
  }
}
