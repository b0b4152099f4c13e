package import Cosmology
package import Inference
import LinearAlgebra
package import Samplers

/// The residuals of all supernovae over draws of a posterior, reduced to what checks keep of them, with a replica of the data for each
/// draw.
package struct ResidualDraws: Sendable {
  /// log p(yᵢ | y₋ᵢ, θ), a list of draws for each supernova.
  package let logDensities: [[Double]]
  /// The mean pull of each supernova.
  package let pulls: [Double]
  /// χ² of each part, a list of draws for each.
  package let chiSquares: [[Double]]
  /// The test quantities of data and of replicas, a list of draws for each.
  package let observed, replicated: [[Double]]

  /// Of one block of draws.
  private struct Block: Sendable {
    let table: PredictiveResiduals.Table
    let chiSquares: [[Double]]
    /// In the order of draws.
    let observed, replicated: [[Double]]
  }

  /// Draws in a block: enough for products of matrices to be fast.
  private static let blockSize = 64

  /// The residuals at points.
  ///
  /// - Parameters:
  ///   - residuals: those of the likelihood.
  ///   - points: draws, one value for each of the likelihood's parameters.
  ///   - parts: parts of the supernovae.
  ///   - redshifts: those of all supernovae.
  ///   - context: seed and workers.
  /// - Returns: nil if the model has no meaning at a draw.
  /// - Throws: `SamplingError.stopped`.
  package init?(
    _ residuals: PredictiveResiduals, at points: [[Double]], parts: [PartialChiSquared],
    redshifts: [Double], in context: RunContext
  ) async throws(SamplingError) {
    let order = redshifts.indices.sorted { (redshifts[$0], $0) < (redshifts[$1], $1) }
    let seed = context.seed
    let blocks = await context.workers.map(
      (points.count + Self.blockSize - 1) / Self.blockSize, unless: context.stop
    ) { block -> Block? in
      let range = block * Self.blockSize..<min(points.count, (block + 1) * Self.blockSize)
      guard let table = residuals.table(at: Array(points[range])) else { return nil }
      var random = seed.stream("replicas for predictive checks", block)
      let deviates = (0..<range.count * residuals.count).map { _ in random.nextStandardNormal() }
      let replicas = residuals.replicatedPulls(
        Matrix(rows: range.count, columns: residuals.count, elements: deviates))
      return Block(
        table: table, chiSquares: parts.map { $0.values(table.deviations) },
        observed: Self.quantities(table.pulls, order),
        replicated: Self.quantities(replicas, order))
    }
    if context.stop.isRequested { throw .stopped(.during("the checks of residuals")) }
    let known = blocks.compactMap(\.self)
    guard known.count == blocks.count, !known.isEmpty else { return nil }

    let count = residuals.count
    var (densities, sums) = (
      [[Double]](repeating: [], count: count), [Double](repeating: 0, count: count)
    )
    for i in 0..<count { densities[i].reserveCapacity(points.count) }
    for block in known {
      for row in 0..<block.table.pulls.rows {
        for i in 0..<count {
          densities[i].append(block.table.logDensities[row, i])
          sums[i] += block.table.pulls[row, i]
        }
      }
    }
    logDensities = densities
    pulls = sums.map { $0 / Double(points.count) }
    chiSquares = parts.indices.map { part in known.flatMap { $0.chiSquares[part] } }
    observed = TestQuantity.allCases.indices.map { k in known.flatMap { $0.observed.map { $0[k] } }
    }
    replicated = TestQuantity.allCases.indices.map { k in
      known.flatMap { $0.replicated.map { $0[k] } }
    }
  }

  private static func quantities(_ pulls: Matrix, _ order: [Int]) -> [[Double]] {
    let elements = pulls.elements
    var rows: [[Double]] = []
    for row in 0..<pulls.rows {
      let own = elements.span.extracting(row * pulls.columns..<(row + 1) * pulls.columns)
      rows.append(TestQuantity.values(of: own, inOrder: order.span))
    }
    return rows
  }
}
