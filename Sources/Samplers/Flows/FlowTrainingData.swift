public import Inference

/// Rows that a flow is trained on or evaluated at.
public struct FlowRows: Sendable {
  /// The names of the columns: those whose density is wanted, and then those that it is given.
  public let columns: [String]
  /// The number of the latter.
  public let givenCount: Int
  /// The numbers, row by row.
  public let rows: [Double]
  /// The number of distinct draws: a draw of a chain is repeated as often as its weight says.
  public let drawCount: Int
  /// The groups in which rows are held out: single rows of a table; for a Markov chain,
  /// where neighbours are correlated, blocks of its draws.
  public let groups: [Range<Int>]
  /// The hard edges of the columns.
  public let edges: ColumnEdges

  /// Rows with what is known of them; without edges, if `edges` is nil.
  public init(
    columns: [String], rows: [Double], drawCount: Int, groups: [Range<Int>],
    edges: ColumnEdges? = nil, givenCount: Int = 0
  ) {
    self.columns = columns
    self.givenCount = givenCount
    self.rows = rows
    self.drawCount = drawCount
    self.groups = groups
    self.edges = edges ?? ColumnEdges(dimension: columns.count)
  }

  /// The number of rows.
  public var count: Int { rows.count / columns.count }
}

/// Why a flow cannot learn from rows.
public enum FlowDataError: Error, Equatable, CustomStringConvertible {
  /// There are too few.
  case tooFewRows(found: Int, needed: Int)
  /// A column is the same in all rows.
  case constantColumn(String)
  /// The numbers of a column are too large or too small to be scaled.
  case implausibleScale(column: String)
  /// A column is a function of others.
  case dependentColumn(relation: String)
  /// A density that is given columns should be invariant.
  case givenWithSymmetry
  /// Columns of an invariant density have hard edges.
  case edgesWithSymmetry
  /// A number is beyond a hard edge of its column.
  case beyondEdge(column: String, row: Int, value: Double, lower: Double, upper: Double)

  /// The error as a sentence.
  public var description: String {
    switch self {
    case .tooFewRows(let found, let needed):
      "found \(found) \(found == 1 ? "row" : "rows") where at least \(needed) are needed"
    case .constantColumn(let name):
      "column '\(name)' is the same in all rows, so it has no density; choose others with --columns"
    case .implausibleScale(let name):
      "the numbers of column '\(name)' are too large or too small to be scaled; divide them first"
    case .dependentColumn(let relation):
      "\(relation) in all rows, so these columns have no joint density; leave one out with --columns"
    case .givenWithSymmetry:
      "a density that is given columns has no symmetry here; leave out one of the two"
    case .edgesWithSymmetry:
      "columns with hard edges have no linear symmetry; --range name=, takes them away"
    case .beyondEdge(let column, let row, let value, let lower, let upper):
      "row \(row), column '\(column)': \(value) is not between the edges \(lower) and \(upper); --range \(column)=lower,upper tells others"
    }
  }
}

/// Rows in the flow's coordinates, cut in two at random by groups.
public struct FlowTrainingData: Sendable {
  /// From rows, in coordinates without edges, to the flow's coordinates.
  public let standardisation: Standardisation
  /// What to add to a negative log density of the flow's coordinates, on average over the rows held out, to get
  /// that of the rows.
  public let logVolume: Double
  /// The rows to learn, and those that are held out.
  public let training, heldOut: [Double]
  /// The number of rows that are held out.
  public let heldOutCount: Int
  /// A fingerprint of the rows and their options.
  public let fingerprint: String

  /// The minimum number of rows that a flow may learn from; fewer can be fitted by anything.
  private static let leastRows = 20

  /// Standardises rows, and holds some of them out.
  ///
  /// - Parameters:
  ///   - samples: the rows.
  ///   - fraction: the share of the groups that are held out, 0 to 1; one at least.
  ///   - standardised: whether to give columns a mean of 0 and a standard deviation of 1.
  ///   - symmetry: what the density is invariant under: all columns have one scale then, and the origin stays where it is but
  ///     for bodies that move together.
  ///   - seed: for the choice of the groups.
  /// - Throws: `FlowDataError`.
  public init(
    _ samples: FlowRows, heldOut fraction: Double, standardised: Bool, symmetry: Symmetry? = nil,
    seed: Seed
  ) throws(FlowDataError) {
    let (dimension, count) = (samples.columns.count, samples.drawCount)
    guard count >= Self.leastRows else {
      throw .tooFewRows(found: count, needed: Self.leastRows)
    }
    func check(_ scales: Standardisation) throws(FlowDataError) {
      for (i, name) in samples.columns.enumerated() {
        let (mean, scale) = (scales.means[i], scales.scales[i])
        // Rounding leaves a constant column with a scale of its last digits.
        if scale <= 1e-13 * abs(mean) || scale == 0 { throw .constantColumn(name) }
        guard scale.isFinite, mean.isFinite else { throw .implausibleScale(column: name) }
      }
    }
    var natural = Standardisation(of: samples.rows, dimension: dimension)
    try check(natural)
    if let dependent = DependentColumn(in: samples.rows, samples.columns) {
      throw .dependentColumn(relation: dependent.relation)
    }
    var points = samples.rows
    var volumes: [Double] = []
    if !samples.edges.isEmpty {
      let inside = try samples.edges.inside(points, samples.columns)
      (points, volumes) = (samples.edges.open(inside), samples.edges.logVolumes(inside))
      natural = Standardisation(of: points, dimension: dimension)
      try check(natural)
    }
    if let symmetry {
      guard samples.givenCount == 0 else { throw .givenWithSymmetry }
      guard samples.edges.isEmpty else { throw .edgesWithSymmetry }
      natural = symmetry.standardisation(of: points)
    }
    standardisation = standardised ? natural : Standardisation(dimension: dimension)
    var order = Array(samples.groups.indices)
    var generator = RandomStream(seed: seed, "held-out rows")
    order.shuffle(using: &generator)
    let heldOutGroups = max(1, Int(fraction * Double(order.count)))
    let rows = standardisation.standardise(points)
    func pick(_ chosen: some Sequence<Int>) -> [Double] {
      chosen.flatMap { index in
        let group = samples.groups[index]
        return rows[group.lowerBound * dimension..<group.upperBound * dimension]
      }
    }
    heldOut = pick(order.prefix(heldOutGroups))
    training = pick(order.dropFirst(heldOutGroups))
    heldOutCount = heldOut.count / dimension
    let heldOutVolumes =
      volumes.isEmpty
      ? [] : order.prefix(heldOutGroups).flatMap { volumes[samples.groups[$0]] }
    logVolume =
      standardisation.logVolume(of: dimension - samples.givenCount)
      - heldOutVolumes.reduce(0, +) / Double(max(1, heldOutVolumes.count))
    var fingerprint = Fingerprint()
    fingerprint.absorb(training + heldOut)
    self.fingerprint = fingerprint.digits
  }
}
