public import Inference

/// A density in other coordinates: log f(u(x)) + log |det du/dx|, for any sampler.
///
/// Draws are recorded as the density itself records them, so chains do not tell which coordinates
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
