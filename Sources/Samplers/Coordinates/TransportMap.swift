import RealModule

/// A fitted triangular map: coordinates in which a posterior is nearly N(0, I).
///
/// The frame makes points white, y = Λ^−½ Vᵀ (u − m), along the posterior's principal axes, the widest
/// first. Each coordinate x_k is an increasing function of y_k of a shape that depends on those before
/// it: two layers of sinh-arcsinh type whose shift, scale, skewness and tail weight are polynomials.
/// Curved, heavy-tailed and truncated posteriors become nearly normal with about 36 coefficients for two parameters, about 100
/// for three.
///
/// Meant for one mode; separate modes have a map each.
public struct TransportMap: Coordinates, Equatable {
  /// Where y is.
  package let frame: WhiteningCoordinates
  /// The layers of each coordinate, of one earlier variable more each.
  package var layers: [ConditionalLayers]

  /// A map with its parts.
  package init(_ frame: WhiteningCoordinates, _ layers: [ConditionalLayers]) {
    precondition(
      layers.map(\.features.variableCount) == Array(0..<frame.dimension),
      "layers that are not triangular")
    (self.frame, self.layers) = (frame, layers)
  }

  /// The same map without monomials that it does not need.
  var trimmed: TransportMap { TransportMap(frame, layers.map(\.trimmed)) }

  /// The number of parameters.
  public var dimension: Int { frame.dimension }

  /// The number of fitted coefficients.
  public var coefficientCount: Int { layers.reduce(0) { $0 + $1.coefficientCount } }

  /// The largest number of monomials.
  private var featureCount: Int { layers.reduce(1) { max($0, $1.features.count) } }

  /// Writes u(x).
  public func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double {
    let count = dimension
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count + featureCount) {
      scratch in
      guard let y = scratch.baseAddress else { return .nan }
      let features = y + count
      var logJacobian = 0.0
      for k in 0..<count {
        layers[k].features.evaluate(y, into: features)
        var value = coordinates[k]
        logJacobian -= layers[k].undo(&value, features)
        y[k] = value
      }
      let own = UnsafeBufferPointer(start: y, count: count).span
      return logJacobian + frame.point(at: own, &point)
    }
  }

  /// Writes x(u).
  public func coordinates(
    of point: Span<Double>, _ coordinates: inout MutableSpan<Double>
  ) -> Double {
    let count = dimension
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count + featureCount) {
      scratch in
      guard let y = scratch.baseAddress else { return .nan }
      let features = y + count
      var logJacobian = frame.coordinates(of: point, &coordinates)
      for k in 0..<count {
        layers[k].features.evaluate(y, into: features)
        y[k] = coordinates[k]
        logJacobian -= layers[k].apply(&coordinates[k], features)
      }
      return logJacobian
    }
  }

  /// Writes the gradient in x.
  ///
  /// In y the function is h(y) = f(u(y)) − log |det dx/dy|, and ∂h/∂y = Jᵀ ∂h/∂x with J = dx/dy
  /// triangular, which is solved from the last coordinate to the first.
  public func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>
  ) {
    let (count, featureCount) = (dimension, featureCount)
    let capacity = 2 * count + 2 * featureCount
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { scratch in
      scratch.initialize(repeating: 0)
      guard let y = scratch.baseAddress else { return }
      let (earlier, features) = (y + count, y + 2 * count)
      let slopes = features + featureCount
      var own = scratch.extracting(0..<count).mutableSpan
      _ = frame.coordinates(of: point, &own)
      frame.pullBack(&gradient, at: own.span, point: point)
      for k in (0..<count).reversed() {
        layers[k].features.evaluate(y, into: features)
        layers[k].pullBack(y[k], &gradient[k], features, slopes)
        for j in 0..<k { earlier[j] = 0 }
        layers[k].features.pullBack(slopes, y, features, into: earlier)
        for j in 0..<k { gradient[j] -= earlier[j] }
      }
    }
  }

  /// The coordinates of many points, and log |det dx/du| there.
  ///
  /// - Parameters:
  ///   - points: points × dimension.
  ///   - body: given the number of a point, |x|² and log |det dx/du| there.
  func forEach(
    of points: Span<Double>,
    _ body: (_ index: Int, _ square: Double, _ logDerivative: Double) -> Void
  ) {
    let (count, width) = (dimension, ConditionalBatch.width)
    let (pointCount, featureCount) = (points.count / count, featureCount)
    if pointCount < width / 8 {
      forEachAlone(of: points, body)
      return
    }
    let batch = ConditionalBatch()
    points.withUnsafeBufferPointer { points in
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: (count + featureCount + 2) * width
      ) { scratch in
        scratch.initialize(repeating: 0)
        guard let y = scratch.baseAddress, let points = points.baseAddress else { return }
        let features = y + count * width
        let (square, logDerivative) = (
          features + featureCount * width, features + (featureCount + 1) * width
        )
        for first in stride(from: 0, to: pointCount, by: width) {
          let own = min(width, pointCount - first)
          frame.coordinates(of: points + first * count, count: own, into: y, stride: width)
          for i in 0..<width { (square[i], logDerivative[i]) = (0, -frame.logJacobian) }
          for k in 0..<count {
            layers[k].features.evaluate(y, width: width, into: features)
            batch.evaluate(layers[k].coefficients, features)
            batch.value.update(from: y + k * width, count: width)
            batch.apply()
            for i in 0..<width {
              square[i] += batch.value[i] * batch.value[i]
              logDerivative[i] += batch.logDerivative[i]
            }
          }
          for i in 0..<own { body(first + i, square[i], logDerivative[i]) }
        }
      }
    }
  }

  /// The same point by point, which is faster for a few.
  private func forEachAlone(
    of points: Span<Double>,
    _ body: (_ index: Int, _ square: Double, _ logDerivative: Double) -> Void
  ) {
    let count = dimension
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { scratch in
      scratch.initialize(repeating: 0)
      var x = scratch.mutableSpan
      for n in 0..<points.count / count {
        let logJacobian = coordinates(
          of: points.extracting(n * count..<(n + 1) * count), &x)
        var square = 0.0
        for i in 0..<count { square += x[i] * x[i] }
        body(n, square, -logJacobian)
      }
    }
  }
}
