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
  private var acceptance: Double
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

  /// Whether there are no data besides the summaries.
  private var isSummarised: Bool { acceptance == .infinity }

  /// The numbers through which the data enter: χ² = |R x − b|² + constant.
  var summaries: [Double] { triangle.data }

  /// The same for other such numbers, which the nodes alone answer for: whether these are enough is asked where the numbers
  /// come from.
  func replacingSummaries(_ summaries: [Double]) -> NodeProjection {
    var other = self
    other.triangle = triangle.replacingData(summaries)
    other.acceptance = .infinity
    return other
  }

  /// R x, the summaries without noise at some parameters; nil where there are no distances.
  func predictedSummaries(at parameters: [Double]) -> [Double]? {
    var distances = [Double](repeating: 1, count: nodeCount)
    var tape = [Double](repeating: 0, count: tapeCount)
    var span = distances.mutableSpan
    var tapeSpan = tape.mutableSpan
    guard
      nodes.distances.evaluate(
        at: parameters.span.extracting(0..<shapeCount), distances: &span, tape: &tapeSpan)
    else { return nil }
    return predictedSummaries(distances, offsets: Array(parameters[shapeCount...]))
  }

  /// R x for distances to the nodes; nil where they are not distances.
  func predictedSummaries(_ distances: [Double], offsets values: [Double]) -> [Double]? {
    var distances = distances + Array(repeating: 1, count: nodes.paddedCount - nodeCount)
    var unknowns = [Double](repeating: 0, count: offsets.count + nodes.paddedCount + 1)
    for (index, offset) in offsets.enumerated() {
      guard let (value, _) = offset.value(at: values[index]) else { return nil }
      unknowns[index] = value
    }
    let isPositive = distances.withUnsafeMutableBufferPointer { distances -> Bool in
      unknowns.withUnsafeMutableBufferPointer { unknowns -> Bool in
        guard let start = distances.baseAddress, let target = unknowns.baseAddress else {
          return false
        }
        return nodes.writeFunction(of: start, to: target + offsets.count)
      }
    }
    guard isPositive else { return nil }
    unknowns[offsets.count + nodeCount] = -1
    return zip(triangle.residuals(unknowns), summaries).map { $0 + $1 }
  }

  /// Whether the nodes are enough at some parameters, for a χ² there.
  func suffices(at parameters: [Double], chiSquared: Double) -> Bool {
    suffices(nodes.function(at: parameters), chiSquared)
  }

  /// Whether they are enough for distances to them.
  func suffices(forDistances distances: [Double], chiSquared: Double) -> Bool {
    suffices(nodes.function(ofDistances: distances), chiSquared)
  }

  private func suffices(_ function: [Double]?, _ chiSquared: Double) -> Bool {
    guard let function else { return false }
    return ProjectionNodes.error(nodes.grid.truncation(of: function), sensitivity, chiSquared)
      < acceptance
  }

  /// The truncation of F up to which the nodes are enough where χ² is the number of data.
  func acceptedTruncation(for dataCount: Int) -> Double {
    0.05 * acceptance / (sensitivity * Double(dataCount).squareRoot())
  }

  /// K, the number of nodes.
  var nodeCount: Int { nodes.grid.count }

  /// The number of elements that a likelihood of given distances needs.
  var scratchCount: Int { nodes.paddedCount + triangle.scratchCount }

  /// The redshifts of the nodes.
  var redshifts: [Double] { nodes.distances.redshifts }

  /// Returns log L and writes its gradient; nil if the nodes are not enough.
  func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double? {
    // Two allocations, since one of more than a kilobyte would not be on the stack.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: tapeCount) { tape -> Double? in
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: scratchCount
      ) { scratch -> Double? in
        guard let distances = scratch.baseAddress else { return nil }
        var tape = tape.mutableSpan
        let shape = parameters.extracting(0..<shapeCount)
        var distanceSpan = UnsafeMutableBufferPointer(start: distances, count: nodeCount)
          .mutableSpan
        guard nodes.distances.evaluate(at: shape, distances: &distanceSpan, tape: &tape) else {
          return nil
        }
        let value = parameters.withUnsafeBufferPointer { parameters in
          gradient.withUnsafeMutableBufferPointer { gradient -> Double? in
            guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress
            else { return nil }
            return logLikelihood(
              distances, offsets: parameters + shapeCount, gradient + shapeCount)
          }
        }
        guard let value, value > -.infinity else { return value }
        nodes.distances.pullBack(&distanceSpan, at: shape, tape: tape.span, gradient: &gradient)
        return value
      }
    }
  }

  /// Returns log L of distances to the nodes, which it replaces by its derivatives with respect to them; nil if the nodes
  /// are not enough.
  ///
  /// - Parameters:
  ///   - distances: `scratchCount` elements, of which those behind the distances are overwritten.
  ///   - parameters: those of the offsets.
  ///   - gradient: as many elements, overwritten.
  func logLikelihood(
    _ distances: UnsafeMutablePointer<Double>, offsets parameters: UnsafePointer<Double>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double? {
    let (count, offsetCount) = (nodes.grid.count, offsets.count)
    let unknowns = distances + nodes.paddedCount
    // Until the end the gradient keeps the slopes of the offsets.
    for index in 0..<offsetCount {
      guard let (value, slope) = offsets[index].value(at: parameters[index]) else {
        return -.infinity
      }
      unknowns[index] = value
      gradient[index] = slope
    }
    guard nodes.writeFunction(of: distances, to: unknowns + offsetCount) else {
      return isSummarised ? -.infinity : nil
    }
    unknowns[offsetCount + count] = -1

    let (chiSquared, truncation) = triangle.evaluate(unknowns)
    if isSummarised {
      // A density that ended where a guard says so would be another posterior, with a wall.
      guard chiSquared.isFinite else { return -.infinity }
    } else {
      guard ProjectionNodes.error(truncation, sensitivity, chiSquared) < acceptance else {
        return nil
      }
    }

    let response = unknowns
    nodes.writeSensitivities(to: distances, response + offsetCount)
    for index in 0..<offsetCount { gradient[index] *= -response[index] }
    return logNormalisation - 0.5 * chiSquared
  }
}
