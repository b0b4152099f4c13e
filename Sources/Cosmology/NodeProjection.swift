import Inference
import RealModule

/// log L from the nodes: the part of `ProjectedSupernovaLikelihood` that is evaluated millions of
/// times, without the types of distances and model, so that no type metadata has
/// to be looked up.
struct NodeProjection: Sendable {
  private let nodes: ProjectionNodes
  private let offsets: [MagnitudeOffsets.Offset]
  private var triangle: ProjectedResiduals
  /// The effect of an error of F on whitened residuals.
  private let sensitivity: Double
  /// The estimated error of χ² up to which the projection answers.
  private let acceptance: Double
  private let logNormalisation: Double
  private let shapeCount: Int
  private let tapeCount: Int

  init(
    _ direct: SupernovaLikelihood<some ComovingDistances>, _ nodes: ProjectionNodes,
    sensitivity: Double, acceptance: Double
  ) {
    self.nodes = nodes
    self.sensitivity = sensitivity
    self.acceptance = acceptance
    offsets = direct.offsets.offsets
    triangle = direct.project(onto: nodes.grid)
    logNormalisation = direct.logNormalisation
    shapeCount = direct.distances.parameterNames.count
    tapeCount = nodes.distances.tapeCount
  }

  /// The same nodes for other data.
  func replacingData(of direct: SupernovaLikelihood<some ComovingDistances>) -> NodeProjection {
    var other = self
    other.triangle = direct.project(onto: nodes.grid)
    return other
  }

  /// K, the number of nodes.
  var nodeCount: Int { nodes.grid.count }

  /// Returns log L and writes its gradient; nil if the nodes are not enough.
  func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double? {
    // Two allocations, since one of more than a kilobyte would not be on the stack.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: tapeCount) { tape -> Double? in
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: nodes.paddedCount + triangle.scratchCount
      ) { scratch -> Double? in
        guard let start = scratch.baseAddress else { return nil }
        var tape = tape.mutableSpan
        return evaluate(
          parameters, &gradient, distances: start, start + nodes.paddedCount, &tape)
      }
    }
  }

  private func evaluate(
    _ parameters: Span<Double>, _ gradient: inout MutableSpan<Double>,
    distances: UnsafeMutablePointer<Double>, _ scratch: UnsafeMutablePointer<Double>,
    _ tape: inout MutableSpan<Double>
  ) -> Double? {
    let (count, offsetCount) = (nodes.grid.count, offsets.count)
    let shape = parameters.extracting(0..<shapeCount)
    var distanceSpan = UnsafeMutableBufferPointer(start: distances, count: count).mutableSpan
    guard nodes.distances.evaluate(at: shape, distances: &distanceSpan, tape: &tape) else {
      return nil
    }
    let unknowns = scratch
    // Until the reverse pass the gradient keeps the slopes of the offsets.
    for index in 0..<offsetCount {
      let parameter = parameters[shapeCount + index]
      guard let (value, slope) = offsets[index].value(at: parameter) else { return -.infinity }
      unknowns[index] = value
      gradient[shapeCount + index] = slope
    }
    guard nodes.writeFunction(of: distances, to: unknowns + offsetCount) else { return nil }
    unknowns[offsetCount + count] = -1

    let (chiSquared, truncation) = triangle.evaluate(scratch)
    guard ProjectionNodes.error(truncation, sensitivity, chiSquared) < acceptance else {
      return nil
    }

    let response = scratch
    nodes.writeSensitivities(to: distances, response + offsetCount)
    nodes.distances.pullBack(&distanceSpan, at: shape, tape: tape.span, gradient: &gradient)
    for index in 0..<offsetCount {
      gradient[shapeCount + index] *= -response[index]
    }
    return logNormalisation - 0.5 * chiSquared
  }
}
