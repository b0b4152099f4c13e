import Inference
import RealModule

/// Convergence diagnostics of one quantity from several chains.
///
/// Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, "Rank-normalization, folding, and
/// localization", Bayesian Analysis 16, 667, as in Stan's `posterior` and in ArviZ.
public struct Diagnostics: Sendable, Equatable {
  /// The larger of the R-hats of the rank-normalised and of the folded rank-normalised split
  /// chains; 1 when the chains agree.
  public let rHat: Double
  /// The effective sample size of the rank-normalised draws: of the bulk of the distribution.
  public let bulkEffectiveSampleSize: Double
  /// The smaller of the effective sample sizes of the 5 % and 95 % quantiles.
  public let tailEffectiveSampleSize: Double
  /// The effective sample size of the draws themselves, for their mean.
  public let meanEffectiveSampleSize: Double
  /// The Monte Carlo standard error of the mean.
  public let standardErrorOfMean: Double
  /// The Monte Carlo standard error of the standard deviation.
  public let standardErrorOfStandardDeviation: Double
  /// The Monte Carlo standard errors of the requested quantiles.
  public let standardErrorsOfQuantiles: [Double]

  /// Diagnoses chains of at least 4 draws each; of chains that are not of one length R-hat and
  /// effective sample sizes are those of as many of the last draws as the shortest has.
  ///
  /// All numbers are NaN for draws that are constant or not finite. Cost: sorts and Fourier
  /// transforms of the draws, and less for chains that move fast.
  ///
  /// - Parameters:
  ///   - chains: chains × draws.
  ///   - probabilities: those of the quantiles whose standard errors are wanted, 0 to 1.
  public init(_ chains: [[Double]], quantiles probabilities: [Double] = []) {
    self.init(PooledDraws(chains), quantiles: probabilities)
  }

  init(_ draws: PooledDraws, quantiles probabilities: [Double]) {
    let halves = draws.halves
    // One list after the other, for long chains.
    let foldedRHat = Samplers.rHat(draws.folded)
    let normalized = draws.normalized
    rHat = largest(Samplers.rHat(normalized), foldedRHat)
    bulkEffectiveSampleSize = effectiveSampleSize(ofHalves: normalized)

    func quantileSize(_ probability: Double) -> Double {
      let edge = quantile(probability, ofSorted: draws.sorted)
      return effectiveSampleSize(ofHalves: halves.map { $0 <= edge ? 1 : 0 })
    }
    standardErrorsOfQuantiles = probabilities.map {
      standardError(ofQuantile: $0, draws.sorted, effectiveSampleSize: quantileSize($0))
    }
    let (low, high) = (quantileSize(0.05), quantileSize(0.95))
    tailEffectiveSampleSize = low.isNaN || high.isNaN ? .nan : min(low, high)

    meanEffectiveSampleSize = effectiveSampleSize(ofHalves: halves)
    standardErrorOfMean = .sqrt(sampleVariance(draws.values) / meanEffectiveSampleSize)
    let center = mean(draws.values)
    let squares = halves.map { ($0 - center) * ($0 - center) }
    let variance = mean(squares.values)
    let fourth = mean(squares.values.map { $0 * $0 }) - variance * variance
    standardErrorOfStandardDeviation = .sqrt(
      fourth / effectiveSampleSize(ofHalves: squares) / (4 * variance))
  }
}

/// E-BFMI, the estimated fraction of missing information of one chain: the mean square of
/// successive energy changes over the variance of the energy.
///
/// Below 0.3 momentum resampling explores the energy distribution too slowly. Source: Betancourt 2016, arXiv
/// 1604.00695.
public func energyFraction(_ energies: [Double]) -> Double {
  let changes = zip(energies.dropFirst(), energies).map { ($0 - $1) * ($0 - $1) }
  return mean(changes) / sampleVariance(energies)
}

// MARK: - Parts

/// √(pooled variance / variance within chains) of chains of one length (Gelman et al. 2013,
/// "Bayesian Data Analysis", equations 11.3 and 11.4).
func rHat(_ chains: ChainHalves) -> Double {
  guard let variance = variances(chains) else { return .nan }
  return .sqrt(variance.pooled / variance.within)
}

/// W, the mean variance within chains, and (n − 1)/n W + B/n, the pooled estimate; nil unless they
/// are finite and W > 0.
func variances(_ chains: ChainHalves) -> (within: Double, pooled: Double)? {
  // Of equal draws the variance may be a rounding error instead of zero.
  guard let range = chains.ranges.first, let first = chains.values[range].first,
    chains.ranges.contains(where: { chains.values[$0].contains { $0 != first } })
  else { return nil }
  let length = Double(range.count)
  let within = mean(
    chains.ranges.map { range in
      let center = chains.mean(of: range)
      return chains.values[range].reduce(0) { $0 + ($1 - center) * ($1 - center) } / (length - 1)
    })
  let between =
    chains.ranges.count > 1 ? sampleVariance(chains.ranges.map { chains.mean(of: $0) }) : 0
  let pooled = (length - 1) / length * within + between
  return pooled.isFinite && within > 0 ? (within, pooled) : nil
}

/// Half the distance of the order statistics that enclose a quantile with the probability of one
/// standard deviation (Vehtari et al. 2021, section 4.4).
private func standardError(
  ofQuantile probability: Double, _ sorted: [Double], effectiveSampleSize: Double
) -> Double {
  guard effectiveSampleSize.isFinite, !sorted.isEmpty else { return .nan }
  let beta = BetaDistribution(
    a: effectiveSampleSize * probability + 1, b: effectiveSampleSize * (1 - probability) + 1)
  let count = Double(sorted.count)
  // The probabilities to seven digits as ArviZ has them, so that the same order statistics are
  // taken.
  let low = max(beta.quantile(0.1586553) * count - 1, 0).rounded(.down)
  let high = min(beta.quantile(0.8413447) * count - 1, count - 1).rounded(.up)
  return 0.5 * (sorted[Int(high)] - sorted[Int(low)])
}

private func largest(_ a: Double, _ b: Double) -> Double {
  a.isNaN || b.isNaN ? .nan : max(a, b)
}
