import RealModule

/// log(eᵃ + eᵇ), ignoring a NaN.
package func logSum(_ a: Double, _ b: Double) -> Double {
  if a.isNaN { return b }
  if b.isNaN { return a }
  let (least, largest) = (min(a, b), max(a, b))
  return largest == -.infinity ? largest : largest + .log(onePlus: .exp(least - largest))
}

/// (Σw)² / Σw², the effective sample size of weighted draws (Kish 1965); NaN if all
/// weights are zero.
package func kishSize(_ weights: some Sequence<Double>) -> Double {
  var (sum, squares) = (0.0, 0.0)
  for weight in weights {
    sum += weight
    squares += weight * weight
  }
  return sum * sum / squares
}

/// The indices of draws that represent weighted ones, in equal steps of cumulative weight, each
/// about as often as its weight implies (systematic resampling, Kitagawa 1996).
///
/// - Parameters:
///   - weights: not negative, not all zero.
///   - count: the number of indices, which increase.
///   - start: where the first step begins, 0 to 1: a uniform deviate, or 0.5.
package func systematicResample(
  _ weights: some Collection<Double>, count: Int, start: Double
) -> [Int] {
  // A list of its own, since a loop over any collection is not specialised across modules.
  let weights = Array(weights)
  let total = weights.reduce(0, +)
  var (indices, sum) = ([Int](), 0.0)
  indices.reserveCapacity(count)
  for (index, weight) in weights.enumerated() {
    sum += weight
    while indices.count < count, (Double(indices.count) + start) * total < sum * Double(count) {
      indices.append(index)
    }
  }
  return indices
}
