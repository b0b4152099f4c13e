import RealModule

/// The range of a coefficient of light curves, α or β, as the interval [−1, 1] of a table.
///
/// Wide ranges are those of an angle atan(x / s): a covariance C(x) = A + x² B has its singularities near ± i s with s² of
/// the order of A / B, and far from the real axis of the angle.
struct CoefficientAxis: Sendable, Equatable {
  /// The values of the coefficient.
  let range: ClosedRange<Double>
  /// s; nil where the coefficient itself is the coordinate.
  private let scale: Double?
  private let center: Double
  /// 0 for a range of one value.
  private let inverseHalfWidth: Double

  init(_ range: ClosedRange<Double>, scale: Double? = nil) {
    self.range = range
    self.scale = scale
    let (low, high) =
      scale.map {
        (Double.atan(range.lowerBound / $0), Double.atan(range.upperBound / $0))
      } ?? (range.lowerBound, range.upperBound)
    center = 0.5 * (low + high)
    inverseHalfWidth = high > low ? 2 / (high - low) : 0
  }

  /// Whether there is one value.
  var isFixed: Bool { inverseHalfWidth == 0 }

  /// The place in [−1, 1] of a value, with its derivative.
  func place(of value: Double) -> (place: Double, slope: Double) {
    guard let scale else { return ((value - center) * inverseHalfWidth, inverseHalfWidth) }
    let ratio = value / scale
    return (
      (.atan(ratio) - center) * inverseHalfWidth,
      inverseHalfWidth / (scale * (1 + ratio * ratio))
    )
  }

  /// The value at a place in [−1, 1].
  func value(at place: Double) -> Double {
    guard !isFixed else { return range.lowerBound }
    let position = center + place / inverseHalfWidth
    let value = scale.map { $0 * .tan(position) } ?? position
    return min(max(value, range.lowerBound), range.upperBound)
  }

  /// The value nearest to 0.
  var smallest: Double { min(max(0, range.lowerBound), range.upperBound) }
}

/// Ranges of α and β.
struct CoefficientBox: Sendable, Equatable {
  let alpha: CoefficientAxis
  let beta: CoefficientAxis

  /// Whether it contains a point; false for NaN.
  func contains(alpha first: Double, beta second: Double) -> Bool {
    alpha.range.contains(first) && beta.range.contains(second)
  }

  /// The values at the nodes of a grid, those of one α after those of another.
  func nodes(_ counts: (alpha: Int, beta: Int)) -> [(alpha: Double, beta: Double)] {
    ChebyshevGrid(count: counts.alpha).nodes.flatMap { first in
      ChebyshevGrid(count: counts.beta).nodes.map { second in
        (alpha.value(at: first), beta.value(at: second))
      }
    }
  }
}
