import RealModule

/// Finds a minimum of a smooth function of up to some hundred coordinates, by BFGS with the whole
/// inverse Hessian.
///
/// `QuasiNewtonMinimizer` remembers one step only and knows no scales to begin with. Source: Nocedal & Wright 2006, "Numerical Optimization", algorithm
/// 6.1, with the bisection for the weak Wolfe conditions of Lewis & Overton 2013, Math. Program. 141,
/// 135, algorithm 2.6.
struct VariableMetricMinimizer {
  /// How many steps may be made.
  var maximumIterations: Int
  /// The decrease that a step is expected to bring, below which a point is a minimum.
  var tolerance: Double

  /// The best point found.
  struct Result: Sendable {
    let position: [Double]
    let value: Double
    let evaluations: Int
    /// The inverse Hessian as far as it was learned, row by row.
    let inverseHessian: [Double]
  }

  /// Goes downhill from a point at which the function is finite.
  ///
  /// - Parameter inverseHessian: that of a similar function, such as one with a few more data.
  func minimize(
    from start: [Double], inverseHessian: [Double]? = nil,
    _ function: (Span<Double>, inout MutableSpan<Double>) -> Double
  ) -> Result {
    let count = start.count
    func evaluate(_ position: [Double], _ gradient: inout [Double]) -> Double {
      var span = gradient.mutableSpan
      let value = function(position.span, &span)
      return value.isNaN ? .infinity : value
    }
    var position = start
    var gradient = [Double](repeating: 0, count: count)
    var value = evaluate(position, &gradient)
    var evaluations = 1
    var inverse = [Double](repeating: 0, count: count * count)
    func reset(_ scale: Double) {
      for i in inverse.indices { inverse[i] = i % (count + 1) == 0 ? scale : 0 }
    }
    if let inverseHessian {
      inverse = inverseHessian
    } else {
      reset(min(1, 0.3 / norm(gradient)))
    }
    var isFirst = inverseHessian == nil
    var direction = gradient

    for _ in 0..<maximumIterations {
      var slope = 0.0
      for i in 0..<count {
        var sum = 0.0
        for j in 0..<count { sum -= inverse[i * count + j] * gradient[j] }
        direction[i] = sum
        slope += sum * gradient[i]
      }
      guard slope < -tolerance else { break }

      var (step, low, high) = (1.0, 0.0, Double.infinity)
      var next = position
      var nextGradient = gradient
      var nextValue = value
      var isFound = false
      for _ in 0..<30 {
        for i in 0..<count { next[i] = position[i] + step * direction[i] }
        nextValue = evaluate(next, &nextGradient)
        evaluations += 1
        if !(nextValue <= value + 1e-4 * step * slope) {
          high = step
        } else if dot(nextGradient, direction) < 0.9 * slope {
          low = step
        } else {
          isFound = true
          break
        }
        step = high.isFinite ? 0.5 * (low + high) : 2 * step
      }
      guard isFound || nextValue < value else { break }

      // s yᵀ H and the like are all of rank one or two.
      var (change, curvature, spread) = (direction, 0.0, 0.0)
      var difference = gradient
      for i in 0..<count {
        change[i] = next[i] - position[i]
        difference[i] = nextGradient[i] - gradient[i]
        curvature += change[i] * difference[i]
        spread += difference[i] * difference[i]
      }
      (position, value, gradient) = (next, nextValue, nextGradient)
      guard curvature > 1e-12 * spread else { continue }
      if isFirst { reset(curvature / spread) }
      isFirst = false
      var image = direction
      var quadratic = 0.0
      for i in 0..<count {
        var sum = 0.0
        for j in 0..<count { sum += inverse[i * count + j] * difference[j] }
        image[i] = sum
        quadratic += sum * difference[i]
      }
      let factor = (1 + quadratic / curvature) / curvature
      for i in 0..<count {
        for j in 0..<count {
          inverse[i * count + j] +=
            factor * change[i] * change[j]
            - (image[i] * change[j] + change[i] * image[j]) / curvature
        }
      }
    }
    return Result(
      position: position, value: value, evaluations: evaluations, inverseHessian: inverse)
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

private func norm(_ a: [Double]) -> Double { dot(a, a).squareRoot() }
