import RealModule

/// The mean; NaN for none.
package func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The variance with n − 1 in the denominator.
package func sampleVariance(_ values: [Double]) -> Double {
  let center = mean(values)
  return values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)
}

/// Pearson's correlation of as many values; NaN if one of them does not vary.
package func correlation(_ first: [Double], _ second: [Double]) -> Double {
  let (firstMean, secondMean) = (mean(first), mean(second))
  let covariance = zip(first, second).reduce(0) {
    $0 + ($1.0 - firstMean) * ($1.1 - secondMean)
  }
  let scale = Double.sqrt(sampleVariance(first) * sampleVariance(second))
  return covariance / (Double(first.count - 1) * scale)
}

/// The quantile of sorted values, linear between order statistics (definition 7 of Hyndman & Fan
/// 1996).
package func quantile(_ probability: Double, ofSorted values: [Double]) -> Double {
  guard values.count > 1 else { return values.first ?? .nan }
  let position = probability * Double(values.count - 1)
  let index = min(Int(position), values.count - 2)
  let fraction = position - Double(index)
  return values[index] * (1 - fraction) + values[index + 1] * fraction
}

extension Double {
  /// The nearest multiple of a unit's inverse: `rounded(to: 100)` has two decimals.
  package func rounded(to unit: Double) -> Double { (self * unit).rounded() / unit }
}
