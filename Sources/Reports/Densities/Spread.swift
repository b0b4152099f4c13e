import RealModule

/// The spread of draws, for kernel estimates.
struct Spread {
  /// Σ w x / Σ w.
  let mean: Double
  /// The standard deviation.
  let deviation: Double
  /// The smaller of the standard deviation and the width of the narrowest quarter of the draws in
  /// units of that of a normal density: peaks narrower than the whole keep their shape.
  let core: Double

  /// - Parameters:
  ///   - values: finite.
  ///   - weights: as many, not negative, with a finite sum above zero.
  init(_ values: [Double], _ weights: [Double]) {
    let total = weights.reduce(0, +)
    let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    let variance =
      zip(values, weights).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 } / total
    let deviation = Double.sqrt(variance)
    let order = values.indices.sorted { values[$0] < values[$1] }
    var (narrowest, inside, first) = (Double.infinity, 0.0, 0)
    for last in order.indices {
      inside += weights[order[last]]
      while first < last, inside - weights[order[first]] >= 0.25 * total {
        inside -= weights[order[first]]
        first += 1
      }
      if inside >= 0.25 * total {
        narrowest = min(narrowest, values[order[last]] - values[order[first]])
      }
    }
    self.mean = mean
    self.deviation = deviation
    // 2 Φ⁻¹(0.625). With repeated values a quarter may have zero width.
    let quarter = narrowest / 0.637279
    core = quarter > 0.05 * deviation ? min(deviation, quarter) : deviation
  }
}
