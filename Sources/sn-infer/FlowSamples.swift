import Catalogs
import Foundation
import Inference
import Reports

/// Rows that a flow learns from or is asked about: from a table, or from chains in GetDist's format.
struct FlowSamples {
  let path: String
  let columns: [String]
  /// Row by row.
  let rows: [Double]
  /// The number of different draws: one of a chain stands there as often as its weight says.
  let drawCount: Int
  /// Rows that belong together where some are held out: each by itself in a table; in a Markov chain,
  /// where neighbours are alike, those of up to a fiftieth of its draws.
  let groups: [Range<Int>]

  var count: Int { rows.count / columns.count }

  /// Reads rows; a path that is no file may be the root of chains.
  ///
  /// - Parameters:
  ///   - names: the columns wanted; all, if nil.
  ///   - burnIn: the fraction of each chain to leave out at its beginning.
  ///   - seed: for the choice of rows by weights that are no counts.
  init(_ path: String, columns names: [String]?, burnIn: Double, seed: UInt64) throws {
    self.path = path
    let isChain = ["\(path).1.txt", "\(path)_1.txt"].contains {
      FileManager.default.fileExists(atPath: $0)
    }
    guard isChain, !FileManager.default.fileExists(atPath: path) else {
      let table = try NumberTable(path, columns: names)
      guard burnIn == 0 else { throw FlowFileError(path: path, .burnInOfTable) }
      (columns, rows) = (table.columnNames, table.rows)
      drawCount = table.rowCount
      groups = (0..<table.rowCount).map { $0..<$0 + 1 }
      return
    }
    let reader = GetDistReader(root: path)
    let read = try reader.read().chains
    // Counts that large are none.
    let chains = Chain.scalingWeights(of: read)
    let available = chains[0].columns.map(\.name)
    columns = names ?? available
    var indices: [Int] = []
    for name in columns {
      guard let index = available.firstIndex(of: name) else {
        throw CatalogError.unknownColumn(name, available: available, in: "\(path).paramnames")
      }
      indices.append(index)
    }
    var (rows, groups, drawCount) = ([Double](), [Range<Int>](), 0)
    for (number, chain) in chains.enumerated() {
      let chosen = try Self.choice(chain.weights, path, seed, number)
      let kept = Array(chosen[Int(burnIn * Double(chosen.count))...])
      let first = groups.last?.upperBound ?? 0
      for row in kept {
        let draw = chain.draw(row)
        for index in indices { rows.append(draw[draw.startIndex + index]) }
      }
      // Other weights than counts may be those of nested sampling, in the order of the likelihood.
      let isWalk = !reader.isUncorrelated && chain.weights.allSatisfy { $0 == $0.rounded() }
      let draws = kept.indices.filter { $0 == 0 || kept[$0] != kept[$0 - 1] }
      let drawsOfGroup = isWalk ? max(1, draws.count / Self.groupsOfAChain) : 1
      let starts = stride(from: 0, to: draws.count, by: drawsOfGroup).map { first + draws[$0] }
      groups += zip(starts, starts.dropFirst() + [first + kept.count]).map { $0..<$1 }
      drawCount += draws.count
    }
    (self.rows, self.groups, self.drawCount) = (rows, groups, drawCount)
  }

  private static let groupsOfAChain = 50

  /// Which rows stand for a chain: each as often as its weight says, where weights are counts; else
  /// as many as there are, at even steps of the summed weight.
  private static func choice(
    _ weights: [Double], _ path: String, _ seed: UInt64, _ chain: Int
  ) throws -> [Int] {
    if weights.allSatisfy({ $0 == 1 }) { return Array(weights.indices) }
    let total = weights.reduce(0, +)
    guard weights.allSatisfy({ $0 >= 0 }), total > 0, total.isFinite else {
      throw FlowFileError(path: path, .noWeights)
    }
    let areCounts = weights.allSatisfy { $0 == $0.rounded() } && total < 10_000_000
    let count = areCounts ? Int(total) : weights.count
    var generator = RandomStream(seed: seed, "rows by weight", chain)
    let start = areCounts ? 0.5 : Double.random(in: 0..<1, using: &generator)
    var (rows, sum) = ([Int](), 0.0)
    for (row, weight) in weights.enumerated() {
      sum += weight
      while rows.count < count, (Double(rows.count) + start) * total < sum * Double(count) {
        rows.append(row)
      }
    }
    return rows
  }
}
