import LinearAlgebra

/// Finds a minimum of a smooth function from its gradient by the method of Broyden, Fletcher, Goldfarb
/// and Shanno, with the whole inverse Hessian: for a few dozen coordinates at most.
///
/// GSL's method of that name remembers one step only, and creeps where coordinates are correlated:
/// with light curves a thousand iterations were often not enough. The line
/// search brackets and bisects until the conditions of Wolfe hold (Lewis & Overton 2013, Math.
/// Program. 141, 135, algorithm 2.6), and needs no interpolation, which infinities would break.
public struct QuasiNewtonMinimizer: Sendable {
  /// The Euclidean norm of the gradient below which a point is a minimum.
  public var gradientTolerance: Double
  /// How many steps may be made; each takes a few evaluations.
  public var maximumIterations: Int

  /// A minimiser that stops at a gradient of 1e-6 unless told otherwise.
  public init(gradientTolerance: Double = 1e-6, maximumIterations: Int = 1000) {
    self.gradientTolerance = gradientTolerance
    self.maximumIterations = maximumIterations
  }

  /// The best point found.
  public struct Result: Sendable, Equatable {
    /// Where it is.
    public var position: [Double]
    /// The function there.
    public var value: Double
    /// The Euclidean norm of the gradient there; above the tolerance if rounding or the number of
    /// iterations ended the search first.
    public var gradientNorm: Double
  }

  /// Goes downhill from a point at which the function is finite.
  ///
  /// A function that is not finite somewhere is a wall there.
  ///
  /// - Parameter function: writes the gradient, as many elements as there are coordinates, and
  ///   returns the value.
  public func minimize(
    from start: [Double],
    _ function: (Span<Double>, inout MutableSpan<Double>) -> Double
  ) -> Result {
    var point = Point(start, function)
    // The first step is a short one, whatever the scale of the function.
    let beginning = Matrix.identity(start.count)
    var inverseHessian = beginning
    var isFresh = true
    for _ in 0..<maximumIterations where point.gradientNorm > gradientTolerance {
      let direction = inverseHessian.product(point.gradient).map { -$0 }
      let length = isFresh ? min(1, 0.1 / point.gradientNorm) : 1
      guard let next = search(from: point, along: direction, length, function) else {
        // No progress along this direction: once more along the gradient before giving up.
        if isFresh { break }
        (inverseHessian, isFresh) = (beginning, true)
        continue
      }
      let step = zip(next.position, point.position).map { $0 - $1 }
      let change = zip(next.gradient, point.gradient).map { $0 - $1 }
      if isFresh {
        let scale = innerProduct(step, change) / innerProduct(change, change)
        if scale > 0, scale.isFinite {
          inverseHessian = Matrix(diagonal: start.map { _ in scale })
          isFresh = false
        }
      }
      inverseHessian.update(step: step, change: change)
      point = next
    }
    return Result(
      position: point.position, value: point.value, gradientNorm: point.gradientNorm)
  }

  /// A point downhill that is neither too near nor too far; nil if there is none.
  private func search(
    from point: Point, along direction: [Double], _ length: Double,
    _ function: (Span<Double>, inout MutableSpan<Double>) -> Double
  ) -> Point? {
    let slope = innerProduct(point.gradient, direction)
    guard slope < 0 else { return nil }
    var (near, far, length) = (0.0, Double.infinity, length)
    var best: Point?
    for _ in 0..<60 {
      let next = Point(zip(point.position, direction).map { $0 + length * $1 }, function)
      let nextSlope = innerProduct(next.gradient, direction)
      // Close to the minimum the value is all rounding, and only the slope still tells.
      let isFlat = abs(next.value - point.value) <= 1e-12 * abs(point.value)
      let isLower =
        next.value <= point.value + 1e-4 * length * slope
        || isFlat && abs(nextSlope) <= -0.9 * slope
      if !isLower {
        far = length
      } else {
        best = next
        if nextSlope >= 0.9 * slope { return next }
        near = length
      }
      length = far.isFinite ? 0.5 * (near + far) : 2 * near
    }
    return best
  }
}

/// A position with the function there.
private struct Point {
  let position: [Double]
  let value: Double
  let gradient: [Double]
  let gradientNorm: Double

  init(_ position: [Double], _ function: (Span<Double>, inout MutableSpan<Double>) -> Double) {
    var gradient = [Double](repeating: 0, count: position.count)
    var span = gradient.mutableSpan
    let value = function(position.span, &span)
    self.position = position
    self.value = value.isFinite ? value : .infinity
    self.gradient = gradient
    gradientNorm = innerProduct(gradient, gradient).squareRoot()
  }
}

extension Matrix {
  fileprivate func product(_ vector: [Double]) -> [Double] {
    (0..<rows).map { i in
      vector.indices.reduce(0) { $0 + self[i, $1] * vector[$1] }
    }
  }

  /// Makes H y = s for the change y of the gradient over a step s (Nocedal & Wright 2006, equation
  /// 6.17), unless that would leave H indefinite.
  fileprivate mutating func update(step s: [Double], change y: [Double]) {
    let curvature = innerProduct(s, y)
    guard curvature > 0, curvature.isFinite else { return }
    let image = product(y)
    let weight = (1 + innerProduct(y, image) / curvature) / curvature
    for i in s.indices {
      for j in s.indices {
        self[i, j] += weight * s[i] * s[j] - (image[i] * s[j] + s[i] * image[j]) / curvature
      }
    }
  }
}

private func innerProduct(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
