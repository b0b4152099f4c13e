/// Draws from a posterior: a table of draws × columns, with a log density and a weight for each
/// draw.
public struct Chain: Sendable, Equatable {
  /// One column of a chain.
  public struct Column: Sendable, Equatable {
    /// The name in files, such as `omega_m`.
    public let name: String
    /// LaTeX for labels, without dollar signs.
    public let label: String
    /// The hard lower edge of the prior; −∞ where there is none.
    public let lowerBound: Double
    /// The hard upper edge of the prior; ∞ where there is none.
    public let upperBound: Double

    /// A column; without a label it is labelled by its name.
    public init(
      name: String, label: String? = nil,
      bounds: (lower: Double, upper: Double) = (-.infinity, .infinity)
    ) {
      self.name = name
      self.label = label ?? name
      (lowerBound, upperBound) = bounds
    }
  }

  /// The columns, in order.
  public let columns: [Column]
  /// All values, draw by draw: `count × columns.count` numbers.
  public private(set) var values: [Double] = []
  /// The log density of each draw in the columns' own space: log prior + log likelihood for a
  /// posterior.
  public private(set) var logDensities: [Double] = []
  /// The weight of each draw, 1 for draws of a Markov chain.
  public private(set) var weights: [Double] = []
  /// What the sampler noted of each draw, by name; every list has `count` elements.
  public private(set) var statistics: [Statistic: [Double]] = [:]

  /// A chain without draws.
  public init(columns: [Column]) {
    self.columns = columns
  }

  /// The number of draws.
  public var count: Int { logDensities.count }

  /// Adds a draw; all draws of a chain carry the same statistics.
  public mutating func append(
    _ draw: [Double], logDensity: Double, weight: Double = 1,
    statistics: [Statistic: Double] = [:]
  ) {
    precondition(
      draw.count == columns.count, "\(draw.count) values for \(columns.count) columns")
    precondition(
      count == 0 || statistics.count == self.statistics.count, "every draw has the same statistics")
    values += draw
    logDensities.append(logDensity)
    weights.append(weight)
    for (name, value) in statistics { self.statistics[name, default: []].append(value) }
  }

  /// The values of one draw.
  public func draw(_ index: Int) -> ArraySlice<Double> {
    values[index * columns.count..<(index + 1) * columns.count]
  }

  /// The values of one column, over all draws.
  public func column(_ index: Int) -> [Double] {
    (0..<count).map { values[$0 * columns.count + index] }
  }
}

extension Chain {
  /// The name of something that a sampler notes of each draw, as CmdStan spells it in its files.
  public struct Statistic: RawRepresentable, Hashable, Sendable {
    /// The spelling in files.
    public let rawValue: String

    /// A statistic of one's own.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The log density in the sampler's coordinates, Jacobian included.
    public static let coordinateLogDensity = Statistic(rawValue: "lp__")
    /// The acceptance probability of the transition, 0 to 1.
    public static let acceptance = Statistic(rawValue: "accept_stat__")
    /// The step size of the integrator.
    public static let stepSize = Statistic(rawValue: "stepsize__")
    /// The number of doublings of a no-U-turn tree.
    public static let treeDepth = Statistic(rawValue: "treedepth__")
    /// The number of leapfrog steps, hence of gradient evaluations.
    public static let leapfrogSteps = Statistic(rawValue: "n_leapfrog__")
    /// 1 where the trajectory diverged, else 0.
    public static let divergent = Statistic(rawValue: "divergent__")
    /// The Hamiltonian of the draw, with the momentum of its trajectory.
    public static let energy = Statistic(rawValue: "energy__")
  }
}
