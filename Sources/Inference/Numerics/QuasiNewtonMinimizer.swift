/// Finds a minimum of a smooth function of up to some hundred coordinates from its gradient, by BFGS
/// with the whole inverse Hessian.
///
/// Source: Nocedal & Wright 2006, "Numerical Optimization", algorithm 6.1, with the bisection for the
/// weak Wolfe conditions of Lewis & Overton 2013, Math. Program. 141, 135, algorithm 2.6, which needs
/// no interpolation, so that infinities do not break it.
public struct QuasiNewtonMinimizer: Sendable {
  /// The maximum number of steps; each takes a few evaluations.
  public var maximumIterations: Int
  /// The Euclidean norm of the gradient below which a point is a minimum.
  public var gradientTolerance: Double
  /// Twice the expected decrease of a step, below which a point is a minimum.
  public var decreaseTolerance: Double
  /// The maximum length of the first step where the Hessian is unknown.
  public var firstStep: Double

  /// A minimiser that by default stops at a gradient of 1e-6.
  public init(
    maximumIterations: Int = 1000, gradientTolerance: Double = 1e-6, decreaseTolerance: Double = 0,
    firstStep: Double = 0.1
  ) {
    self.maximumIterations = maximumIterations
    self.gradientTolerance = gradientTolerance
    self.decreaseTolerance = decreaseTolerance
    self.firstStep = firstStep
  }

  /// The best point found.
  public struct Result: Sendable {
    /// Where it is.
    public let position: [Double]
    /// The function there.
    public let value: Double
    /// The Euclidean norm of the gradient there; above the tolerance if rounding or the number of
    /// iterations ended the search first.
    public let gradientNorm: Double
    /// The estimated inverse Hessian, row by row.
    public let inverseHessian: [Double]
  }

  /// Minimises −log density from a point at which it is finite; the value of the result is −log density.
  ///
  /// - Parameters:
  ///   - density: the density.
  ///   - start: the point.
  package func mode(of density: any LogDensity, from start: [Double]) -> Result {
    minimize(from: start) { position, gradient in
      let value = density.logDensity(at: position, gradient: &gradient)
      for i in 0..<gradient.count { gradient[i] = -gradient[i] }
      return -value
    }
  }

  /// Minimises from a point at which the function is finite; non-finite values are treated as walls.
  ///
  /// - Parameters:
  ///   - start: the point.
  ///   - inverseHessian: that of a similar function, such as one with slightly different data, row by row.
  ///   - function: writes the gradient, as many elements as there are coordinates, and returns the
  ///     value.
  public func minimize(
    from start: [Double], inverseHessian: [Double]? = nil,
    _ function: (Span<Double>, inout MutableSpan<Double>) -> Double
  ) -> Result {
    let count = start.count
    func evaluate(_ position: [Double], _ gradient: inout [Double]) -> Double {
      var span = gradient.mutableSpan
      let value = function(position.span, &span)
      return value.isNaN ? .infinity : value
    }
    var gradient = [Double](repeating: 0, count: count)
    var (position, value) = (start, evaluate(start, &gradient))
    // With an unknown Hessian the first step is short, whatever the function's scale.
    func unit() -> SymmetricMatrix { .init(count, scale: min(1, firstStep / norm(gradient))) }
    var inverse = inverseHessian.map { SymmetricMatrix(count, elements: $0) } ?? unit()
    var isFresh = inverseHessian == nil
    var direction = gradient

    for _ in 0..<maximumIterations where norm(gradient) > gradientTolerance {
      inverse.multiply(gradient, into: &direction)
      for i in 0..<count { direction[i] = -direction[i] }
      let slope = dot(direction, gradient)
      guard slope < -decreaseTolerance else { break }

      var (step, low, high) = (1.0, 0.0, Double.infinity)
      var (next, nextGradient, nextValue) = (position, gradient, value)
      var isFound = false
      for _ in 0..<60 {
        for i in 0..<count { next[i] = position[i] + step * direction[i] }
        nextValue = evaluate(next, &nextGradient)
        let nextSlope = dot(nextGradient, direction)
        // Close to the minimum the value is dominated by rounding, and only the slope is informative.
        let isFlat =
          abs(nextValue - value) <= 1e-12 * abs(value) && abs(nextSlope) <= -0.9 * slope
        if !(nextValue <= value + 1e-4 * step * slope || isFlat) {
          high = step
        } else if nextSlope < 0.9 * slope {
          low = step
        } else {
          isFound = true
          break
        }
        step = high.isFinite ? 0.5 * (low + high) : 2 * step
      }
      guard isFound || nextValue < value else {
        // No progress along this direction: retry along the gradient before giving up.
        if isFresh { break }
        (inverse, isFresh) = (unit(), true)
        continue
      }

      var (change, difference) = (direction, gradient)
      for i in 0..<count {
        change[i] = next[i] - position[i]
        difference[i] = nextGradient[i] - gradient[i]
      }
      let (curvature, spread) = (dot(change, difference), dot(difference, difference))
      (position, value, gradient) = (next, nextValue, nextGradient)
      guard curvature > 1e-12 * spread else { continue }
      if isFresh { inverse = .init(count, scale: curvature / spread) }
      isFresh = false
      inverse.update(step: change, change: difference, curvature: curvature)
    }
    return Result(
      position: position, value: value, gradientNorm: norm(gradient),
      inverseHessian: inverse.elements)
  }
}

/// An inverse Hessian.
private struct SymmetricMatrix {
  let size: Int
  var elements: [Double]

  init(_ size: Int, elements: [Double]) {
    self.size = size
    self.elements = elements
  }

  init(_ size: Int, scale: Double) {
    self.init(size, elements: (0..<size * size).map { $0 % (size + 1) == 0 ? scale : 0 })
  }

  func multiply(_ vector: [Double], into product: inout [Double]) {
    for i in 0..<size {
      var sum = 0.0
      for j in 0..<size { sum += elements[i * size + j] * vector[j] }
      product[i] = sum
    }
  }

  /// Makes H y = s for the change y of the gradient over a step s, with y·s (Nocedal & Wright 2006,
  /// equation 6.17).
  mutating func update(step s: [Double], change y: [Double], curvature: Double) {
    var image = y
    multiply(y, into: &image)
    let factor = (1 + dot(image, y) / curvature) / curvature
    for i in 0..<size {
      for j in 0..<size {
        elements[i * size + j] +=
          factor * s[i] * s[j] - (image[i] * s[j] + s[i] * image[j]) / curvature
      }
    }
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
