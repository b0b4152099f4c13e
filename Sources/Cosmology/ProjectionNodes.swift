import Inference
import RealModule

/// The nodes from which 5 log₁₀(D/u) is interpolated, with the estimate of the truncation error.
struct ProjectionNodes: Sendable {
  let grid: ChebyshevGrid
  /// 1/u at the nodes, and 1 behind them.
  private let inverseLogStretches: [SIMD8<Double>]
  /// Distances to the nodes.
  let distances: any ComovingDistances

  /// - Parameters:
  ///   - distances: those of the model, to any redshifts.
  ///   - largestLogStretch: u at the last node.
  ///   - nodeCount: the number of nodes.
  ///   - exact: points for which the distances are optimised.
  init(
    _ distances: any ComovingDistances, largestLogStretch: Double, nodeCount: Int,
    _ exact: [(point: [Double], chiSquared: Double)]
  ) {
    let grid = ChebyshevGrid(count: nodeCount)
    let logStretches = grid.nodes.map { 0.5 * largestLogStretch * (1 + $0) }
    let shapeCount = distances.parameterNames.count
    self.grid = grid
    inverseLogStretches = stride(from: 0, to: nodeCount, by: 8).map { first in
      var block = SIMD8<Double>.one
      for j in first..<min(first + 8, nodeCount) { block[j - first] = 1 / logStretches[j] }
      return block
    }
    self.distances = distances.distances(
      to: logStretches.map { Double.expMinusOne($0) },
      for: exact.map { Array($0.point.prefix(shapeCount)) })
  }

  /// The fewest nodes, 12 to 64, that suffice at nine in ten of some points with their χ², or else those
  /// that suffice at most of them.
  static func fewest(
    _ distances: any ComovingDistances, largestLogStretch: Double,
    for exact: [(point: [Double], chiSquared: Double)], sensitivity: Double, acceptance: Double
  ) -> ProjectionNodes {
    func nodes(_ count: Int) -> ProjectionNodes {
      ProjectionNodes(distances, largestLogStretch: largestLogStretch, nodeCount: count, exact)
    }
    var best = nodes(12)
    var coverage = best.coverage(exact, sensitivity, acceptance)
    for count in [14, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64] where coverage < 0.9 {
      let next = nodes(count)
      let nextCoverage = next.coverage(exact, sensitivity, acceptance)
      if nextCoverage > coverage { (best, coverage) = (next, nextCoverage) }
    }
    return best
  }

  /// The number of nodes in whole blocks.
  var paddedCount: Int { 8 * inverseLogStretches.count }

  /// Writes F = 5 log₁₀(D/u).
  ///
  /// - Parameters:
  ///   - distances: D, `paddedCount` elements, of which those behind the nodes are overwritten.
  ///   - function: `paddedCount` elements.
  /// - Returns: false if a distance is not positive.
  func writeFunction(
    of distances: UnsafeMutablePointer<Double>, to function: UnsafeMutablePointer<Double>
  ) -> Bool {
    for j in grid.count..<paddedCount { distances[j] = 1 }
    var isPositive = true
    for block in inverseLogStretches.indices {
      let start = distances + 8 * block
      let ratio =
        UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Double>.self) * inverseLogStretches[block]
      isPositive = isPositive && all(ratio .> 0)
      let logarithm = magnitudesPerLog * SIMD8<Double>.log(ratio)
      for lane in 0..<8 { function[8 * block + lane] = logarithm[lane] }
    }
    return isPositive
  }

  /// Replaces distances by the derivatives −∂(½ χ²)/∂D of log L.
  ///
  /// - Parameters:
  ///   - distances: as `writeFunction` left them.
  ///   - response: ∂(½ χ²)/∂F, and anything behind it: `paddedCount` elements.
  func writeSensitivities(
    to distances: UnsafeMutablePointer<Double>, _ response: UnsafePointer<Double>
  ) {
    for first in stride(from: 0, to: paddedCount, by: 8) {
      let start = distances + first
      let quotient =
        -magnitudesPerLog * UnsafeRawPointer(response + first).loadUnaligned(as: SIMD8<Double>.self)
        / UnsafeRawPointer(start).loadUnaligned(as: SIMD8<Double>.self)
      for lane in 0..<8 { start[lane] = quotient[lane] }
    }
  }

  /// The estimated error of χ² for a truncation of F; infinite if the truncation is so large that
  /// gradients would suffer.
  ///
  /// (r + δ)² − r² ≤ 2 √χ² ‖Wδ‖ + ‖Wδ‖², with a margin of ten for the estimate of δ.
  static func error(_ truncation: Double, _ sensitivity: Double, _ chiSquared: Double) -> Double {
    let own = 10 * truncation
    guard own < 1e-7 else { return .infinity }
    return (2 * chiSquared.squareRoot() + sensitivity * own) * sensitivity * own
  }

  /// The fraction of points with a known χ² at which the nodes are enough.
  func coverage(
    _ exact: [(point: [Double], chiSquared: Double)], _ sensitivity: Double, _ acceptance: Double
  ) -> Double {
    let answered = exact.count { point, chiSquared in
      let truncation = function(at: point).map { grid.truncation(of: $0) } ?? .infinity
      return Self.error(truncation, sensitivity, chiSquared) < acceptance
    }
    return exact.isEmpty ? 0 : Double(answered) / Double(exact.count)
  }

  /// F at the nodes; nil where there are no distances.
  ///
  /// - Parameter point: the parameters of the distances; further ones are ignored.
  func function(at point: [Double]) -> [Double]? {
    var values = [Double](repeating: 0, count: grid.count)
    var tape = [Double](repeating: 0, count: distances.tapeCount)
    let shape = Array(point.prefix(distances.parameterNames.count))
    var span = values.mutableSpan
    var tapeSpan = tape.mutableSpan
    guard distances.evaluate(at: shape.span, distances: &span, tape: &tapeSpan) else { return nil }
    return function(ofDistances: values)
  }

  /// F of distances to the nodes; nil if one is not positive.
  func function(ofDistances distances: [Double]) -> [Double]? {
    var values = distances + Array(repeating: 1, count: paddedCount - grid.count)
    var function = values
    let isPositive = values.withUnsafeMutableBufferPointer { values in
      function.withUnsafeMutableBufferPointer { function -> Bool in
        guard let start = values.baseAddress, let target = function.baseAddress else {
          return false
        }
        return writeFunction(of: start, to: target)
      }
    }
    return isPositive ? Array(function.prefix(grid.count)) : nil
  }
}
