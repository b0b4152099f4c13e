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
    /// Whether it is a function of other columns, computed from each draw and not sampled.
    public let isDerived: Bool

    /// A column; without a label it is labelled by its name.
    public init(
      name: String, label: String? = nil,
      bounds: (lower: Double, upper: Double) = (-.infinity, .infinity), isDerived: Bool = false
    ) {
      self.name = name
      self.label = label ?? name
      (lowerBound, upperBound) = bounds
      self.isDerived = isDerived
    }
  }

  /// The columns, in order.
  public let columns: [Column]
  /// The names of the statistics of each draw, in the order in which `append` takes them.
  public private(set) var statisticNames: [Statistic]
  /// In the order log density, weight, statistics, values.
  private var table: DrawTable?
  private var rows = 0..<0
  private let folder: String?

  /// A chain without draws.
  ///
  /// - Parameters:
  ///   - columns: the columns.
  ///   - statistics: the statistics of each draw; if empty, the first draw may decide.
  ///   - folder: where draws go when they are too many for memory; if nil, they stay in memory.
  public init(columns: [Column], statistics: [Statistic] = [], folder: String? = nil) {
    self.columns = columns
    self.folder = folder
    statisticNames = statistics
  }

  /// The number of draws.
  public var count: Int { rows.count }

  /// The log density of each draw in the columns' own space: log prior + log likelihood for a
  /// posterior.
  public var logDensities: ChainColumn { ChainColumn(table, 0, rows) }
  /// The weight of each draw, 1 for draws of a Markov chain.
  public var weights: ChainColumn { ChainColumn(table, 1, rows) }

  /// The sampler's statistics of each draw, by name.
  public var statistics: [Statistic: ChainColumn] {
    Dictionary(
      statisticNames.enumerated().map { ($1, ChainColumn(table, 2 + $0, rows)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Adds a draw with its statistics, one number for each of `statisticNames`.
  ///
  /// Cost: as many writes; a copy of all draws where another chain shares them.
  public mutating func append(
    _ draw: [Double], logDensity: Double, weight: Double = 1, noted numbers: [Double]
  ) {
    precondition(
      draw.count == columns.count, "\(draw.count) values for \(columns.count) columns")
    precondition(
      numbers.count == statisticNames.count,
      "\(numbers.count) numbers for \(statisticNames.count) statistics")
    makeUnique()
    table?.append([logDensity, weight], numbers, draw)
    rows = rows.lowerBound..<rows.upperBound + 1
  }

  /// Makes the draws uniquely owned, with room to append.
  private mutating func makeUnique() {
    if table == nil {
      table = DrawTable(width: 2 + statisticNames.count + columns.count, folder: folder)
    }
    if isKnownUniquelyReferenced(&table), table?.count == rows.upperBound { return }
    let old = self
    table = DrawTable(width: 2 + statisticNames.count + columns.count, folder: folder)
    for index in 0..<old.count {
      table?.append(
        [old.logDensities[index], old.weights[index]], old.noted(index), old.draw(index))
    }
    rows = 0..<old.count
  }

  /// Adds a draw with its statistics by name; all draws of a chain carry the same.
  public mutating func append(
    _ draw: [Double], logDensity: Double, weight: Double = 1,
    statistics: [Statistic: Double] = [:]
  ) {
    if count == 0, statisticNames.isEmpty {
      statisticNames = statistics.keys.sorted { $0.rawValue < $1.rawValue }
    }
    let numbers = statisticNames.compactMap { statistics[$0] }
    precondition(numbers.count == statistics.count, "every draw has the same statistics")
    append(draw, logDensity: logDensity, weight: weight, noted: numbers)
  }

  /// The statistics of one draw, in the order of `statisticNames`.
  public func noted(_ index: Int) -> [Double] {
    table?.row(rows.lowerBound + index, 2..<2 + statisticNames.count) ?? []
  }

  /// The values of one draw.
  public func draw(_ index: Int) -> [Double] {
    let first = 2 + statisticNames.count
    return table?.row(rows.lowerBound + index, first..<first + columns.count) ?? []
  }

  /// The draw with the highest log density; nil if none has one.
  public var bestDraw: (values: [Double], logDensity: Double)? {
    var best: (index: Int, logDensity: Double)?
    for (index, value) in logDensities.enumerated() where value > best?.logDensity ?? -.infinity {
      best = (index, value)
    }
    return best.map { (draw($0.index), $0.logDensity) }
  }

  /// The values of one column, over all draws, copied.
  public func column(_ index: Int) -> [Double] {
    precondition(columns.indices.contains(index), "column \(index) of \(columns.count)")
    return table?.copy(2 + statisticNames.count + index, rows) ?? []
  }

  /// The draws of a range, without a copy.
  public func draws(_ range: Range<Int>) -> Chain {
    var part = self
    part.rows = rows.lowerBound + range.lowerBound..<rows.lowerBound + range.upperBound
    return part
  }
}

extension Chain {
  /// Whether two chains hold the same; the order of their statistics does not count.
  public static func == (a: Chain, b: Chain) -> Bool {
    a.columns == b.columns && a.count == b.count && a.logDensities == b.logDensities
      && a.weights == b.weights && a.statistics == b.statistics
      && a.columns.indices.allSatisfy { a.column($0) == b.column($0) }
  }
}

extension Chain {
  /// The name of a statistic that a sampler records for each draw, as CmdStan spells it in its files.
  public struct Statistic: RawRepresentable, Hashable, Sendable {
    /// The spelling in files.
    public let rawValue: String

    /// A custom statistic.
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

    /// The statistics of Hamiltonian samplers, in CmdStan's order.
    public static let hamiltonian = [
      coordinateLogDensity, acceptance, stepSize, treeDepth, leapfrogSteps, divergent, energy,
    ]
  }
}
