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
      func copies(_ numbers: [Double], _ width: Int) -> [Double] {
        numbers[points.lowerBound * width..<points.upperBound * width].repeated(draws, every: width)
      }
      let bounds = try await drawFinalMomenta(
        at: copies(positions, dimension), given: isShared ? given : copies(given, givenCount),
        "bound \(start)", in: context
      ).densityBounds(draws)
      evidence += bounds.evidence
      importance += bounds.importance
      efficiency += bounds.efficiency
    }
    return FlowDensityBounds(evidence: evidence, importance: importance, efficiency: efficiency)
  }
}

extension FlowDraws {
  /// Bounds of the log densities of points, each of which has so many of these draws in a row.
  func densityBounds(_ draws: Int) -> FlowDensityBounds {
    var (evidence, importance, efficiency) = ([Double](), [Double](), [Double]())
    for start in stride(from: 0, to: logFlow.count, by: draws) {
      // A point so far out that the flow overflows has no density.
      let logs = (start..<start + draws).map {
        let log = logFlow[$0] - logFinalMomentum[$0]
        return log.isNaN ? -.infinity : log
      }
      let largest = logs.reduce(-.infinity, max)
      evidence.append(logs.reduce(0, +) / Double(draws))
      guard largest > -.infinity else {
        importance.append(-.infinity)
        efficiency.append(0)
        continue
      }
      let weights = logs.map { Double.exp($0 - largest) }
      importance.append(largest + .log(weights.reduce(0, +) / Double(draws)))
      efficiency.append(kishSize(weights) / Double(draws))
    }
    return FlowDensityBounds(evidence: evidence, importance: importance, efficiency: efficiency)
  }
}

extension RandomAccessCollection<Double> where Index == Int {
  /// Each stretch of a width so many times in a row.
  func repeated(_ count: Int, every width: Int) -> [Double] {
    var copies: [Double] = []
    copies.reserveCapacity(count * self.count)
    for start in stride(from: startIndex, to: endIndex, by: Swift.max(1, width)) {
      for _ in 0..<count { copies += self[start..<start + width] }
    }
    return copies
  }
}
