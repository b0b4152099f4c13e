import Foundation
public import Inference
import RealModule

/// Lower bounds of log ∫ M(q, p) dp, a flow's log density, at points q.
///
/// With momenta p₁ … p_K ~ r(· | q) and weights wₖ = M(q, pₖ) / r(pₖ | q), both are lower bounds in the mean:
/// E[log w] ≤ E[log (1/K) Σ wₖ] ≤ log E[w] (Burda et al. 2016, theorem 1).
public struct FlowDensityBounds: Sendable, Equatable {
  /// The mean of log wₖ, which training with one momentum raises, for each point; −∞ where a weight is 0.
  public let evidence: [Double]
  /// log of the mean of wₖ, for each point; −∞ where all are 0.
  public let importance: [Double]
  /// (Σ w)² / (K Σ w²) for each point: 1 where r is the exact density of momenta, 0 where all weights are.
  public let efficiency: [Double]

  /// Bounds of points.
  ///
  /// - Parameters:
  ///   - evidence: the mean of log wₖ for each.
  ///   - importance: log of the mean of wₖ for each.
  ///   - efficiency: (Σ w)² / (K Σ w²) for each.
  public init(evidence: [Double], importance: [Double], efficiency: [Double]) {
    (self.evidence, self.importance, self.efficiency) = (evidence, importance, efficiency)
  }
}

extension HamiltonianMap {
  /// Bounds the flow's log density at points.
  ///
  /// - Parameters:
  ///   - positions: D numbers for each point.
  ///   - given: what is given: C numbers for each point, or C for all of them.
  ///   - draws: K, at least 1; the importance bound is low by about (1 / efficiency − 1) / 2K.
  ///   - context: where to run; its seed is that of the momenta.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  /// - Complexity: K inverse flows per point.
  public func densityBounds(
    at positions: [Double], given: [Double] = [], draws: Int, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> FlowDensityBounds {
    precondition(draws >= 1, "\(draws) draws of a momentum")
    let dimension = flow.dimension
    let count = positions.count / dimension
    let givenCount = flow.givenCount
    let isShared = given.count == givenCount
    // So many at a time that memory stays small, and threads have work.
    let atOnce = max(1, 65_536 / draws)
    var (evidence, importance, efficiency) = ([Double](), [Double](), [Double]())
    for start in stride(from: 0, to: count, by: atOnce) {
      let points = start..<min(start + atOnce, count)
      var copies: [Double] = []
      copies.reserveCapacity(points.count * draws * dimension)
      var givenCopies = isShared ? given : []
      for n in points {
        let point = positions[n * dimension..<(n + 1) * dimension]
        for _ in 0..<draws { copies += point }
        if !isShared {
          for _ in 0..<draws { givenCopies += given[n * givenCount..<(n + 1) * givenCount] }
        }
      }
      let drawn = try await drawFinalMomenta(
        at: copies, given: givenCopies, "bound \(start)", in: context)
      for n in points.indices {
        let range = (n - start) * draws..<(n - start + 1) * draws
        // A point so far out that the flow overflows has no density.
        let logs = range.map {
          let log = drawn.logFlow[$0] - drawn.logFinalMomentum[$0]
          return log.isNaN ? -.infinity : log
        }
        evidence.append(logs.reduce(0, +) / Double(draws))
        let largest = logs.reduce(-.infinity, max)
        guard largest > -.infinity else {
          importance.append(-.infinity)
          efficiency.append(0)
          continue
        }
        let weights = logs.map { Double.exp($0 - largest) }
        importance.append(largest + .log(weights.reduce(0, +) / Double(draws)))
        efficiency.append(kishSize(weights) / Double(draws))
      }
    }
    return FlowDensityBounds(evidence: evidence, importance: importance, efficiency: efficiency)
  }
}
