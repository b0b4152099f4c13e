import RealModule

/// The potential scale reduction of split chains: √(pooled variance / variance within chains), 1 when the chains agree.
///
/// Source: Gelman et al. 2013, "Bayesian Data Analysis", 3rd edition, equations 11.3 and 11.4, on half chains.
///
/// - Parameter chains: chains of one length, at least 4 draws each.
/// - Returns: NaN for draws that do not move or are not finite.
public func splitRHat(_ chains: [[Double]]) -> Double {
  guard let variance = splitVariance(splitInHalves(chains)) else { return .nan }
  return .sqrt(variance.pooled / variance.within)
}

/// The first and second halves of all chains; of an odd number of draws the middle one is left out.
func splitInHalves(_ chains: [[Double]]) -> [[Double]] {
  chains.flatMap { chain in
    let half = chain.count / 2
    return [Array(chain.prefix(half)), Array(chain.suffix(half))]
  }
}

/// W, the mean variance within chains, and (n − 1)/n W + B/n, the pooled estimate; nil unless they are finite and W > 0.
func splitVariance(_ halves: [[Double]]) -> (within: Double, pooled: Double)? {
  let length = Double(halves.first?.count ?? 0)
  let within = mean(halves.map(sampleVariance))
  let between = halves.count > 1 ? sampleVariance(halves.map(mean)) : 0
  let pooled = (length - 1) / length * within + between
  return pooled.isFinite && within > 0 ? (within, pooled) : nil
}

func mean(_ values: [Double]) -> Double {
  values.reduce(0, +) / Double(values.count)
}

/// The variance with n − 1 in the denominator.
func sampleVariance(_ values: [Double]) -> Double {
  let center = mean(values)
  return values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(values.count - 1)
}
