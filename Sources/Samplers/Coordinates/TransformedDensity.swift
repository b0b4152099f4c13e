public import Inference

/// A density in other coordinates: log f(u(x)) + log |det du/dx|, for any sampler.
///
/// Draws are recorded as the density itself records them, so chains do not show which coordinates
/// they were sampled in; checkpoints hold positions in x.
///
/// Cost of one call: one of the density, and one of each direction of the map.
public struct TransformedDensity: LogDensity {
  /// f, a density of points u.
  public let density: any LogDensity
  /// u(x).
  public let map: any Coordinates

  /// A density in coordinates of its own dimension.
  public init(_ density: any LogDensity, in map: any Coordinates) {
    precondition(
      density.dimension == map.dimension,
      "\(map.dimension) coordinates for \(density.dimension) dimensions")
    self.density = density
    self.map = map
  }

  /// That of the density.
  public var dimension: Int { density.dimension }

  /// The log density in x with its gradient; minus infinity where the map itself overflows.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: position.count) { point in
      point.initialize(repeating: 0)
      var span = point.mutableSpan
      let logJacobian = map.point(at: position, &span)
      guard logJacobian.isFinite else { return -.infinity }
      let value = density.logDensity(at: span.span, gradient: &gradient)
      guard value > -.infinity else { return value }
      map.pullBack(&gradient, at: position, point: span.span)
      return value + logJacobian
    }
  }

  /// The log densities alone, without the way back of gradients.
  public func logDensities(at positions: Span<Double>, into values: inout MutableSpan<Double>) {
    let (points, logJacobians) = map.points(at: positions)
    density.logDensities(at: points.span, into: &values)
    for n in 0..<values.count {
      values[n] += logJacobians[n]
    }
  }

  /// Those of the density.
  public var columns: [Chain.Column] { density.columns }

  /// What the density records of the point.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    let (point, logJacobian) = map.point(at: position)
    return density.draw(at: point, logDensity: logDensity - logJacobian)
  }

  /// Those of the density, and the log-Jacobian of the coordinates.
  public func parts(at position: [Double]) -> [(name: String, value: Double)] {
    let (point, logJacobian) = map.point(at: position)
    return density.parts(at: point) + [("Jacobian of the coordinates", logJacobian)]
  }

  /// Where the density would start.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    map.coordinates(of: density.startingPoint(using: &generator)).coordinates
  }
}

extension Coordinates {
  /// The points u(x) of many x, point by point, with log |det du/dx| of each; 0 with minus infinity where
  /// the map overflows.
  func points(at coordinates: Span<Double>) -> (points: [Double], logJacobians: [Double]) {
    let dimension = dimension
    var points = [Double](repeating: 0, count: coordinates.count)
    var logJacobians: [Double] = []
    logJacobians.reserveCapacity(coordinates.count / dimension)
    points.withUnsafeMutableBufferPointer { points in
      for first in stride(from: 0, to: coordinates.count, by: dimension) {
        let own = points.extracting(first..<first + dimension)
        var span = own.mutableSpan
        let logJacobian = point(at: coordinates.extracting(first..<first + dimension), &span)
        let isFinite = logJacobian.isFinite && own.allSatisfy(\.isFinite)
        if !isFinite { own.update(repeating: 0) }
        logJacobians.append(isFinite ? logJacobian : -.infinity)
      }
    }
    return (points, logJacobians)
  }

  /// The point u(x) and log |det du/dx|, outside of inner loops.
  public func point(at coordinates: [Double]) -> (point: [Double], logJacobian: Double) {
    precondition(
      coordinates.count == dimension, "\(coordinates.count) coordinates for \(dimension)")
    var result = [Double](repeating: 0, count: dimension)
    var span = result.mutableSpan
    let logJacobian = point(at: coordinates.span, &span)
    return (result, logJacobian)
  }

  /// The coordinates x(u) and log |det du/dx| there, outside of inner loops.
  public func coordinates(
    of point: [Double]
  ) -> (coordinates: [Double], logJacobian: Double) {
    precondition(point.count == dimension, "a point of \(point.count) numbers for \(dimension)")
    var result = [Double](repeating: 0, count: dimension)
    var span = result.mutableSpan
    let logJacobian = coordinates(of: point.span, &span)
    return (result, logJacobian)
  }
}
