import RealModule

/// A fitted triangular map: coordinates in which a posterior of few parameters is nearly N(0, I).
///
/// Each coordinate x_k is an increasing function of the standardised parameter y_k = (u_k − μ_k) /
/// σ_k, of a shape that depends on the parameters before it in an order: two layers of sinh-arcsinh
/// type whose shift, scale, skewness and tail weight are polynomials. Bananas, tails and walls
/// become a normal density with 36 numbers for two parameters, 96 for three.
///
/// Meant for one hill in up to four parameters. Beyond, the polynomials and the orders multiply, and
/// the points from which the map is learned, which begin as draws of the prior, become too few; two
/// separate hills are joined by a bridge that the weights must take away. The importance weights
/// tell.
public struct TransportMap: Coordinates, Equatable {
  /// The parameters in the order of the triangle: the first depends on none, the last on all others.
  public let order: [Int]
  /// μ, one for each parameter.
  let means: [Double]
  /// σ, one for each parameter.
  let deviations: [Double]
  /// The layers, in the order of the triangle.
  package var layers: [ConditionalLayers]

  /// The map x = (u − μ) / σ, with layers that are still the identity.
  package init(order: [Int], means: [Double], deviations: [Double]) {
    self.order = order
    self.means = means
    self.deviations = deviations
    layers = order.indices.map {
      ConditionalLayers(variableCount: $0, degrees: Self.degrees(dimension: order.count))
    }
  }

  /// The degrees of shift, scale, skewness and tail weight of the two layers: as high as the number
  /// of draws that a fit sees can bear.
  static func degrees(dimension: Int) -> [ConditionalLayers.Degrees] {
    let shift = dimension <= 2 ? 5 : (dimension == 3 ? 4 : 3)
    let scale = dimension <= 3 ? 3 : 2
    return [
      .init(shift: shift, scale: scale, skewness: 2, tail: 2),
      .init(shift: 2, scale: 2, skewness: 2, tail: 2),
    ]
  }

  /// The number of parameters.
  public var dimension: Int { order.count }

  /// The number of fitted coefficients.
  public var coefficientCount: Int { layers.reduce(0) { $0 + $1.coefficients.count } }

  /// The room for y, the monomials and two lists of slopes.
  private var scratchCount: Int { 3 * dimension + 2 * (layers.last?.features.count ?? 1) }

  /// Writes u(x); about 0.2 µs a parameter.
  public func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: scratchCount) { scratch in
      guard let y = scratch.baseAddress else { return .nan }
      let features = y + dimension
      var logJacobian = 0.0
      for k in 0..<order.count {
        let index = order[k]
        layers[k].features.evaluate(y, into: features)
        var value = coordinates[index]
        for layer in (0..<layers[k].degrees.count).reversed() {
          var part = layers[k].layer(layer, features)
          logJacobian -= part.undo(&value)
        }
        y[k] = value
        point[index] = means[index] + deviations[index] * value
        logJacobian += .log(deviations[index])
      }
      return logJacobian
    }
  }

  /// Writes x(u).
  public func coordinates(
    of point: Span<Double>, _ coordinates: inout MutableSpan<Double>
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: scratchCount) { scratch in
      guard let y = scratch.baseAddress else { return .nan }
      let features = y + dimension
      var logJacobian = 0.0
      for k in 0..<order.count {
        let index = order[k]
        layers[k].features.evaluate(y, into: features)
        var value = (point[index] - means[index]) / deviations[index]
        y[k] = value
        for layer in 0..<layers[k].degrees.count {
          var part = layers[k].layer(layer, features)
          logJacobian -= part.apply(&value)
        }
        coordinates[index] = value
        logJacobian += .log(deviations[index])
      }
      return logJacobian
    }
  }

  /// Writes the gradient in x.
  ///
  /// In u the function is h(u) = f(u) − log |det dx/du|, and ∂h/∂u = Jᵀ ∂h/∂x with J = dx/du
  /// triangular, which is solved from the last coordinate to the first.
  public func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: scratchCount) { scratch in
      guard let y = scratch.baseAddress else { return }
      let (inY, earlier) = (y + dimension, y + 2 * dimension)
      let features = y + 3 * dimension
      let slopes = features + (layers.last?.features.count ?? 1)
      for k in 0..<order.count {
        let index = order[k]
        y[k] = (point[index] - means[index]) / deviations[index]
        inY[k] = gradient[index] * deviations[index]
      }
      for k in (0..<order.count).reversed() {
        layers[k].features.evaluate(y, into: features)
        layers[k].pullBack(y[k], &inY[k], features, slopes)
        for j in 0..<k { earlier[j] = 0 }
        layers[k].features.pullBack(slopes, y, features, into: earlier)
        for j in 0..<k { inY[j] -= earlier[j] }
        gradient[order[k]] = inY[k]
      }
    }
  }
}

extension ConditionalLayers {
  /// Solves for one coordinate of a gradient.
  ///
  /// - Parameters:
  ///   - y: the variable.
  ///   - slope: ∂h/∂y as far as later coordinates have not taken theirs, replaced by ∂h/∂x.
  ///   - features: the monomials of the earlier variables.
  ///   - slopes: overwritten with the derivatives of x ∂h/∂x + log dx/dy in the monomials.
  func pullBack(
    _ y: Double, _ slope: inout Double, _ features: UnsafePointer<Double>,
    _ slopes: UnsafeMutablePointer<Double>
  ) {
    withUnsafeTemporaryAllocation(of: Layer.self, capacity: degrees.count) { parts in
      var (x, logDerivative) = (y, 0.0)
      for index in 0..<degrees.count {
        var part = layer(index, features)
        logDerivative += part.apply(&x)
        parts.initializeElement(at: index, to: part)
      }
      var inVariable = 0.0
      for part in parts.reversed() {
        inVariable = part.pullBack(inVariable, logDerivative: 1).v
      }
      slope = (slope - inVariable) * .exp(-logDerivative)

      for feature in 0..<self.features.count { slopes[feature] = 0 }
      inVariable = slope
      for index in (0..<degrees.count).reversed() {
        let back = parts[index].pullBack(inVariable, logDerivative: 1)
        inVariable = back.v
        add(back.shift, 4 * index, to: slopes)
        add(back.scale, 4 * index + 1, to: slopes)
        add(back.skewness, 4 * index + 2, to: slopes)
        add(back.tail, 4 * index + 3, to: slopes)
      }
    }
  }

  private func add(_ slope: Double, _ term: Int, to slopes: UnsafeMutablePointer<Double>) {
    let (first, count) = terms[term]
    for i in 0..<count { slopes[i] += slope * coefficients[first + i] }
  }
}
