import Chains
import Catalogs
import Foundation
public import Inference
public import Samplers

/// Rows that a flow is trained on or evaluated at: from a table, or from chains of any program.
public struct FlowSamples: Sendable {
  /// Their source.
  public let path: String
  /// The rows.
  public let rows: FlowRows
  /// What a reader should know, in sentences: columns that are left out, and why.
  public let notes: [String]

  /// How rows are chosen from a source.
  public struct Choice: Sendable {
    /// The columns wanted; if nil, all but those that are derived, or no quantities.
    public var columns: [String]?
    /// Columns that the density of the others is given.
    public var given: [String] = []
    /// The fraction of each chain to leave out at its beginning.
    public var burnIn = 0.0
    /// Other names for columns.
    public var renames = ParameterRenames()
    /// Hard edges of columns, by their names; they replace those that the files tell.
    public var edges: [String: (lower: Double, upper: Double)] = [:]
    /// Whether columns wanted may be there under a name of another program.
    public var knowsAliases = false

    /// All rows of some columns; of all that have a density, if nil.
    public init(columns: [String]? = nil) { self.columns = columns }
  }

  /// Reads rows.
  ///
  /// - Parameters:
  ///   - path: a table, or the root, a file or the folder of chains.
  ///   - choice: what to take.
  ///   - seed: for resampling rows by weights that are not counts.
  /// - Throws: `CatalogError`, `ChainFileError` or `FlowFileError`, as the rows are from.
  public init(_ path: String, _ choice: Choice, seed: Seed) throws {
    self.path = path
    var source =
      ChainReader.areChains(path)
      ? try Source(chains: path, choice) : try Source(table: path, choice)
    var notes = source.notes
    let used = try choice.renames.apply(&source.chains, path)
    try choice.renames.check(used, in: source.chains[0].columns, path)
    if choice.knowsAliases, let wanted = choice.columns {
      notes += source.takeAliases(of: wanted)
    }
    let all = source.chains[0].columns
    var columns: [String]
    if let wanted = choice.columns {
      columns = wanted
    } else {
      let derived = all.filter(\.isDerived).map(\.name)
      let kept = all.filter { !$0.isDerived && !BookkeepingColumn.matches($0.name) }.map(\.name)
      let noted = all.map(\.name).filter { !derived.contains($0) && !kept.contains($0) }
      columns = kept.isEmpty ? derived : kept
      if !derived.isEmpty, !kept.isEmpty {
        notes.append("\(derived.joined(separator: ", ")) left out: derived from other columns")
      }
      if !noted.isEmpty {
        let names = noted.map { $0.isEmpty ? "a column without a name" : $0 }
        notes.append(
          "\(names.joined(separator: ", ")) left out: no \(noted.count == 1 ? "quantity" : "quantities") to be learned"
        )
      }
    }
    let learned = columns.filter { !choice.given.contains($0) }
    columns = learned + choice.given
    guard !learned.isEmpty else { throw ChainFileError(path: path, .noParameters) }
    var indices: [Int] = []
    for name in columns {
      guard let index = all.firstIndex(where: { $0.name == name }) else {
        throw CatalogError.unknownColumn(name, available: all.map(\.name), in: source.namesPath)
      }
      indices.append(index)
    }
    var edges = ColumnEdges(
      lower: indices.map { all[$0].lowerBound }, upper: indices.map { all[$0].upperBound })
    for index in learned.count..<columns.count {
      (edges.lower[index], edges.upper[index]) = (-.infinity, .infinity)
    }
    for (name, range) in choice.edges {
      guard let index = learned.firstIndex(of: name) else {
        throw CatalogError.unknownColumn(name, available: learned, in: source.namesPath)
      }
      (edges.lower[index], edges.upper[index]) = range
    }
    rows = try source.rows(
      columns, indices, edges, choice.burnIn, givenCount: choice.given.count, seed)
    self.notes = notes
  }
}

/// Where rows are from, as chains.
private struct Source {
  var chains: [Chain]
  var notes: [String]
  let path: String
  let namesPath: String
  let isTable: Bool
  let isUncorrelated: Bool

  /// Chains, of which copies do not count.
  init(chains path: String, _ choice: FlowSamples.Choice) throws {
    let reader = try ChainReader(path: path)
    let content = try reader.read()
    let copies = CopiedDraws(in: content.isUncorrelated ? [] : content.chains)
    // Weights that large are not counts.
    chains = Chain.scalingWeights(
      of: content.isUncorrelated ? content.chains : copies.removed(from: content.chains))
    notes = content.notes + content.warnings + copies.sentences
    self.path = path
    namesPath = content.paths.first ?? path
    (isTable, isUncorrelated) = (false, content.isUncorrelated)
  }

  /// A table, as a chain whose weights are those of its column of weights, if it has one.
  init(table path: String, _ choice: FlowSamples.Choice) throws {
    let table = try NumberTable(
      path,
      columns: choice.renames.names.isEmpty && !choice.knowsAliases
        ? choice.columns.map { Array(Set($0).union(choice.given)) } : nil)
    guard choice.burnIn == 0 else { throw FlowFileError(path: path, .burnInOfTable) }
    var chain = Chain(columns: table.columnNames.map { Chain.Column(name: $0) })
    notes = []
    var weights: [Double]?
    if choice.columns == nil,
      let name = BookkeepingColumn.weight(among: table.columnNames),
      let index = table.columnNames.firstIndex(of: name),
      table.columns[index].contains(where: { $0 != table.columns[index][0] })
    {
      weights = table.columns[index]
      notes = ["rows count by their \(name)"]
    }
    for row in 0..<table.rowCount {
      chain.append(
        table.columns.map { $0[row] }, logDensity: 0, weight: weights?[row] ?? 1, noted: [])
    }
    chains = weights == nil ? [chain] : Chain.scalingWeights(of: [chain])
    (self.path, namesPath) = (path, path)
    (isTable, isUncorrelated) = (true, weights != nil)
  }

  /// Gives columns the names that are wanted, where they are known to be the same.
  mutating func takeAliases(of wanted: [String]) -> [String] {
    var target = Chain(columns: wanted.map { Chain.Column(name: $0) })
    // The Hubble constant has the unit of its name.
    target.append(wanted.map { $0.hasPrefix("H0") ? 70 : 0.7 }, logDensity: 0, noted: [])
    return ParameterRenames.match(&chains, to: [target])
  }

  private static let groupsOfAChain = 50

  /// The rows of some columns, each repeated by its weight, in groups of neighbours.
  func rows(
    _ columns: [String], _ indices: [Int], _ edges: ColumnEdges, _ burnIn: Double,
    givenCount: Int, _ seed: Seed
  ) throws -> FlowRows {
    var (rows, groups, drawCount) = ([Double](), [Range<Int>](), 0)
    for (number, chain) in chains.enumerated() {
      let chosen = try choice(chain.weights.array, indices.count, seed, number)
      let kept = Array(chosen[Int(burnIn * Double(chosen.count))...])
      let first = groups.last?.upperBound ?? 0
      for row in kept {
        let draw = chain.draw(row)
        for index in indices { rows.append(draw[index]) }
      }
      // Other weights than counts may be those of nested sampling, in the order of the likelihood.
      let isWalk =
        !isTable && !isUncorrelated && chain.weights.allSatisfy { $0 == $0.rounded() }
      let draws = kept.indices.filter { $0 == 0 || kept[$0] != kept[$0 - 1] }
      let drawsOfGroup = isWalk ? max(1, draws.count / Self.groupsOfAChain) : 1
      let starts = stride(from: 0, to: draws.count, by: drawsOfGroup).map { first + draws[$0] }
      groups += zip(starts, starts.dropFirst() + [first + kept.count]).map { $0..<$1 }
      drawCount += draws.count
    }
    return FlowRows(
      columns: columns, rows: rows, drawCount: drawCount, groups: groups, edges: edges,
      givenCount: givenCount)
  }

  /// The rows that represent a chain: each repeated by its weight, where weights are counts of reasonable
  /// size; else as many as there are, at even steps of cumulative weight.
  private func choice(
    _ weights: [Double], _ columnCount: Int, _ seed: Seed, _ chain: Int
  ) throws -> [Int] {
    if weights.allSatisfy({ $0 == 1 }) { return Array(weights.indices) }
    let total = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite else {
      throw FlowFileError(path: path, .noWeights)
    }
    let areCounts =
      weights.allSatisfy { $0 == $0.rounded() }
      && total * Double(columnCount) <= Chain.mostRepeatedNumbers
    let count = areCounts ? Int(total) : weights.count
    var generator = seed.stream("rows by weight", chain)
    let start = areCounts ? 0.5 : Double.random(in: 0..<1, using: &generator)
    return systematicResample(weights, count: count, start: start)
  }
}
