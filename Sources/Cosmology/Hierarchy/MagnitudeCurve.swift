import Inference
import RealModule

/// F = 5 log₁₀(D/u) of supernovae in tiles, from a few Chebyshev nodes in u = ln(1 + z), and its derivatives
/// turned into those in the parameters of the distances.
///
/// Cost: K distances, and some 8 K multiplications per supernova for a value with derivatives.
struct MagnitudeCurve: Sendable {
  typealias Lanes = SIMD8<Double>

  let nodes: ProjectionNodes
  /// The distances to all supernovae, where the nodes are not enough.
  private let direct: any ComovingDistances
  /// The Chebyshev coordinate of each supernova.
  private let coordinates: [Lanes]
  /// u of each supernova, in tiles.
  private let logStretches: [Lanes]
  /// The tile and lane of each supernova.
  private let slots: [Int]
  /// The effect of an error of F on whitened residuals.
  private let sensitivity: Double

  /// The number of elements of memory that an evaluation needs.
  var scratchCount: Int { 3 * nodes.paddedCount + nodes.distances.tapeCount }
  /// The number of parameters of the distances.
  var parameterCount: Int { direct.parameterNames.count }

  /// - Parameters:
  ///   - distances: those to the supernovae.
  ///   - slots: 8 × tile + lane of each supernova.
  ///   - tileCount: the number of tiles.
  ///   - sensitivity: the root of the sum of inverse variances.
  ///   - points: typical parameters of the distances.
  init(
    _ distances: any ComovingDistances, slots: [Int], tileCount: Int, sensitivity: Double,
    for points: [[Double]]
  ) {
    direct = distances
    self.slots = slots
    self.sensitivity = sensitivity
    let end = Double.log(onePlus: distances.redshifts.max() ?? 1)
    var coordinates = [Lanes](repeating: .zero, count: tileCount)
    var logStretches = [Lanes](repeating: .one, count: tileCount)
    for (z, slot) in zip(distances.redshifts, slots) {
      let u = Double.log(onePlus: z)
      logStretches[slot / 8][slot % 8] = u
      coordinates[slot / 8][slot % 8] = 2 * u / end - 1
    }
    self.coordinates = coordinates
    self.logStretches = logStretches
    let chosen = points.map { (point: $0, chiSquared: Double(slots.count)) }
    nodes = ProjectionNodes.fewest(
      distances, largestLogStretch: end, for: chosen, sensitivity: sensitivity,
      acceptance: Self.tolerance)
  }

  /// The largest error of χ² that is accepted.
  static let tolerance = 1e-6

  /// Writes F.
  ///
  /// - Parameters:
  ///   - parameters: those of the distances.
  ///   - curve: one element for each tile.
  ///   - scratch: `scratchCount` elements, kept for `pullBack`.
  /// - Returns: whether from the nodes; nil where there are no distances.
  func evaluate(
    _ parameters: Span<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ scratch: UnsafeMutablePointer<Double>
  ) -> Bool? {
    let (count, padded) = (nodes.grid.count, nodes.paddedCount)
    let (function, coefficients) = (scratch + padded, scratch + 2 * padded)
    var distances = UnsafeMutableBufferPointer(start: scratch, count: count).mutableSpan
    var tape = UnsafeMutableBufferPointer(
      start: scratch + 3 * padded, count: nodes.distances.tapeCount
    ).mutableSpan
    guard nodes.distances.evaluate(at: parameters, distances: &distances, tape: &tape),
      nodes.writeFunction(of: scratch, to: function)
    else { return writeDirect(parameters, curve) ? false : nil }
    let error = ProjectionNodes.error(
      nodes.grid.truncation(of: function), sensitivity, Double(slots.count))
    guard error < Self.tolerance else { return writeDirect(parameters, curve) ? false : nil }
    for k in 0..<count { coefficients[k] = 0 }
    nodes.grid.transform.withUnsafeBufferPointer { transform in
      for j in 0..<count {
        let value = function[j]
        for k in 0..<count { coefficients[k] += transform[j * count + k] * value }
      }
    }
    // Clenshaw's sum.
    coordinates.withUnsafeBufferPointer { coordinates in
      for tile in 0..<coordinates.count {
        let t = coordinates[tile]
        let double = t + t
        var (next, afterNext) = (Lanes.zero, Lanes.zero)
        var k = count - 1
        while k >= 1 {
          (next, afterNext) = (double * next - afterNext + coefficients[k], next)
          k -= 1
        }
        curve[tile] = t * next - afterNext + coefficients[0]
      }
    }
    return true
  }

  /// Writes the gradient in the parameters of the distances.
  ///
  /// - Parameters:
  ///   - slopes: ∂/∂F, one element for each tile.
  ///   - fromNodes: what `evaluate` returned.
  ///   - scratch: as `evaluate` left it.
  ///   - gradient: one element for each parameter, overwritten.
  func pullBack(
    _ slopes: UnsafePointer<Lanes>, fromNodes: Bool, _ parameters: Span<Double>,
    _ scratch: UnsafeMutablePointer<Double>, _ gradient: inout MutableSpan<Double>
  ) {
    guard fromNodes else { return pullBackDirect(slopes, parameters, &gradient) }
    let (count, padded) = (nodes.grid.count, nodes.paddedCount)
    let (function, coefficients) = (scratch + padded, scratch + 2 * padded)
    sums(slopes, coefficients)
    nodes.grid.transform.withUnsafeBufferPointer { transform in
      for j in 0..<count {
        var sum = 0.0
        for k in 0..<count { sum += transform[j * count + k] * coefficients[k] }
        // `writeSensitivities` takes the slopes of −log L.
        function[j] = -sum
      }
    }
    nodes.writeSensitivities(to: scratch, function)
    var sensitivities = UnsafeMutableBufferPointer(start: scratch, count: count).mutableSpan
    let tape = UnsafeBufferPointer(
      start: scratch + 3 * padded, count: nodes.distances.tapeCount
    ).span
    nodes.distances.pullBack(&sensitivities, at: parameters, tape: tape, gradient: &gradient)
  }

  /// Writes Σ s T_k(t) over all supernovae.
  private func sums(
    _ slopes: UnsafePointer<Lanes>, _ sums: UnsafeMutablePointer<Double>
  ) {
    let count = nodes.grid.count
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: count) { lanes in
      lanes.initialize(repeating: .zero)
      coordinates.withUnsafeBufferPointer { coordinates in
        for tile in 0..<coordinates.count {
          let t = coordinates[tile]
          let double = t + t
          var (previous, current) = (slopes[tile], slopes[tile] * t)
          lanes[0] += previous
          var k = 1
          while k < count {
            lanes[k] += current
            (previous, current) = (current, double * current - previous)
            k += 1
          }
        }
      }
      for k in 0..<count { sums[k] = lanes[k].sum() }
    }
  }

  // MARK: - All supernovae

  private func writeDirect(
    _ parameters: Span<Double>, _ curve: UnsafeMutablePointer<Lanes>
  ) -> Bool {
    var distances = [Double](repeating: 0, count: direct.redshifts.count)
    var tape = [Double](repeating: 0, count: direct.tapeCount)
    var distanceSpan = distances.mutableSpan
    var tapeSpan = tape.mutableSpan
    guard direct.evaluate(at: parameters, distances: &distanceSpan, tape: &tapeSpan),
      distances.allSatisfy({ $0 > 0 && $0.isFinite })
    else { return false }
    for tile in logStretches.indices { curve[tile] = .zero }
    for (i, slot) in slots.enumerated() {
      curve[slot / 8][slot % 8] = 5 * .log10(distances[i] / logStretches[slot / 8][slot % 8])
    }
    return true
  }

  private func pullBackDirect(
    _ slopes: UnsafePointer<Lanes>, _ parameters: Span<Double>,
    _ gradient: inout MutableSpan<Double>
  ) {
    var distances = [Double](repeating: 0, count: direct.redshifts.count)
    var tape = [Double](repeating: 0, count: direct.tapeCount)
    var distanceSpan = distances.mutableSpan
    var tapeSpan = tape.mutableSpan
    guard direct.evaluate(at: parameters, distances: &distanceSpan, tape: &tapeSpan) else { return }
    var sensitivities = slots.enumerated().map { i, slot in
      magnitudesPerLog * slopes[slot / 8][slot % 8] / distances[i]
    }
    var span = sensitivities.mutableSpan
    direct.pullBack(&span, at: parameters, tape: tape.span, gradient: &gradient)
  }
}
