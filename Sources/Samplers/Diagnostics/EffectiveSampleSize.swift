import Inference
import RealModule

/// The effective sample size of several chains for the mean of a quantity.
///
/// Split chains, autocovariances combined over chains, and Geyer's initial monotone sequence.
/// Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16, 667, section
/// 3.2, without rank normalisation.
///
/// - Parameter chains: at least 4 draws each; of chains that are not of one length as many of the
///   last draws count as the shortest has.
/// - Returns: from near 0 up to N log₁₀ N for N draws in total; NaN for draws that are constant or
///   not finite.
public func effectiveSampleSize(_ chains: [[Double]]) -> Double {
  effectiveSampleSize(
    ofHalves: ChainHalves(chains.flatMap { $0 }, lengths: chains.map(\.count)))
}

/// The same for chains that are split already.
func effectiveSampleSize(ofHalves halves: ChainHalves) -> Double {
  let (count, length) = (Double(halves.ranges.count), halves.ranges.first?.count ?? 0)
  guard length >= 2, let variance = variances(halves), variance.pooled > 0 else { return .nan }

  var covariances = Autocovariances(halves, variance: variance.pooled)
  func correlation(_ lag: Int) -> Double {
    if lag == 0 { return 1 }
    let covariance = covariances.sum(atLag: lag) / (Double(length) * count)
    return 1 - (variance.within - covariance) / variance.pooled
  }

  // Sums of neighbouring pairs are positive and decreasing for a reversible chain; the first that
  // is not is noise, of which only a positive even half counts, once, which lets antithetic chains
  // have more effective draws than draws.
  var (sum, smallestPair, lag) = (0.0, Double.infinity, 0)
  var (even, odd) = (1.0, correlation(1))
  while even + odd > 0, lag + 4 < length {
    smallestPair = min(smallestPair, even + odd)
    sum += smallestPair
    lag += 2
    (even, odd) = (correlation(lag), correlation(lag + 1))
  }
  let total = count * Double(length)
  let autocorrelationTime = max(2 * sum - 1 + max(even, 0), 1 / .log10(total))
  return total / autocorrelationTime
}
