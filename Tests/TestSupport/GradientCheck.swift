public import Inference

/// The largest disagreement between a written gradient and central differences of the log density.
///
/// Each partial derivative is taken by Richardson's extrapolation of two central differences, whose
/// error is of the fourth order, and compared relative to the largest element of the gradient.
public func gradientError(of density: some LogDensity, at position: [Double]) -> Double {
  let (_, gradient) = density.logDensityAndGradient(at: position)
  let scale = gradient.map(abs).max() ?? 0
  func value(_ index: Int, _ shift: Double) -> Double {
    var moved = position
    moved[index] += shift
    return density.logDensityAndGradient(at: moved).logDensity
  }
  func difference(_ index: Int, _ step: Double) -> Double {
    (value(index, step) - value(index, -step)) / (2 * step)
  }
  return largest(
    position.indices.map { index in
      let step = 1e-3
      let slope = (4 * difference(index, step / 2) - difference(index, step)) / 3
      return abs(slope - gradient[index]) / max(scale, 1e-300)
    })
}

extension GradientLikelihood {
  /// log L and its gradient at a point given as an array.
  public func evaluate(at parameters: [Double]) -> (value: Double, gradient: [Double]) {
    var gradient = [Double](repeating: .nan, count: parameters.count)
    var span = gradient.mutableSpan
    let value = logLikelihood(at: parameters.span, gradient: &span)
    return (value, gradient)
  }
}

/// The largest of some non-negative numbers; NaN if one of them is, which `max()` would overlook.
public func largest(_ values: [Double]) -> Double {
  values.reduce(0) { $0.isNaN || $0 > $1 ? $0 : $1 }
}
