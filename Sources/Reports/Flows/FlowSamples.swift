import Catalogs
import Foundation
public import Inference
public import Samplers

/// Rows that a flow is trained on or evaluated at: from a table, or from chains in GetDist's format.
public struct FlowSamples: Sendable {
  /// Their source.
  public let path: String
  /// The rows.
  public let rows: FlowRows
  /// Columns of chains that are left out because they are derived from others, so that the rows have no
  /// density in them.
  public let derivedColumns: [String]

  /// Reads rows; a path that is not a file may be the root of chains.
  ///
  /// - Parameters:
  ///   - path: the table, or the root.
  ///   - names: the columns wanted; all but those of chains that are derived, if nil.
  ///   - burnIn: the fraction of each chain to leave out at its beginning.
  ///   - seed: for resampling rows by weights that are not counts.
  /// - Throws: `CatalogError`, `ChainFileError` or `FlowFileError`, as the rows are from.
  public init(_ path: String, columns names: [String]?, burnIn: Double, seed: Seed) throws {
    self.path = path
    let isChain = ["\(path).1.txt", "\(path)_1.txt"].contains {
      FileManager.default.fileExists(atPath: $0)
    }
    guard isChain, !FileManager.default.fileExists(atPath: path) else {
      let table = try NumberTable(path, columns: names)
      guard burnIn == 0 else { throw FlowFileError(path: path, .burnInOfTable) }
      rows = FlowRows(
        columns: table.columnNames, rows: table.rows, drawCount: table.rowCount,
        groups: (0..<table.rowCount).map { $0..<$0 + 1 })
      derivedColumns = []
      return
    }
    let reader = GetDistReader(root: path)
    let read = try reader.read().chains
    // Weights that large are not counts.
    let chains = Chain.scalingWeights(of: read)
    let available = chains[0].columns.map(\.name)
    let sampled = chains[0].columns.filter { !$0.isDerived }.map(\.name)
    let columns = names ?? (sampled.isEmpty ? available : sampled)
    derivedColumns = names == nil ? available.filter { !columns.contains($0) } : []
    var indices: [Int] = []
    for name in columns {
      guard let index = available.firstIndex(of: name) else {
        throw CatalogError.unknownColumn(name, available: available, in: "\(path).paramnames")
      }
      indices.append(index)
    }
    var (rows, groups, drawCount) = ([Double](), [Range<Int>](), 0)
    for (number, chain) in chains.enumerated() {
      let chosen = try Self.choice(chain.weights.array, path, seed, number)
      let kept = Array(chosen[Int(burnIn * Double(chosen.count))...])
      let first = groups.last?.upperBound ?? 0
      for row in kept {
        let draw = chain.draw(row)
        for index in indices { rows.append(draw[index]) }
      }
      // Other weights than counts may be those of nested sampling, in the order of the likelihood.
      let isWalk = !reader.isUncorrelated && chain.weights.allSatisfy { $0 == $0.rounded() }
      let draws = kept.indices.filter { $0 == 0 || kept[$0] != kept[$0 - 1] }
      let drawsOfGroup = isWalk ? max(1, draws.count / Self.groupsOfAChain) : 1
      let starts = stride(from: 0, to: draws.count, by: drawsOfGroup).map { first + draws[$0] }
      groups += zip(starts, starts.dropFirst() + [first + kept.count]).map { $0..<$1 }
      drawCount += draws.count
    }
    self.rows = FlowRows(columns: columns, rows: rows, drawCount: drawCount, groups: groups)
  }

  private static let groupsOfAChain = 50

  /// The rows that represent a chain: each repeated by its weight, where weights are counts; else
  /// as many as there are, at even steps of cumulative weight.
  private static func choice(
    _ weights: [Double], _ path: String, _ seed: Seed, _ chain: Int
  ) throws -> [Int] {
    if weights.allSatisfy({ $0 == 1 }) { return Array(weights.indices) }
    let total = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite else {
      throw FlowFileError(path: path, .noWeights)
    }
    let areCounts = weights.allSatisfy { $0 == $0.rounded() } && total < 10_000_000
    let count = areCounts ? Int(total) : weights.count
    var generator = seed.stream("rows by weight", chain)
    let start = areCounts ? 0.5 : Double.random(in: 0..<1, using: &generator)
    return systematicResample(weights, count: count, start: start)
  }
}
