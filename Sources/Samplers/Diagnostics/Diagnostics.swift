import Inference
import RealModule

/// What several chains of draws of one quantity say about their own convergence.
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
  /// The Monte Carlo standard errors of the quantiles that were asked for.
  public let standardErrorsOfQuantiles: [Double]

  /// Diagnoses chains of at least 4 draws each; of chains that are not of one length R-hat and
  /// effective sample sizes are those of as many of the last draws as the shortest has.
  ///
  /// All numbers are NaN for draws that do not move or are not finite. Cost: a sort, and the number
  /// of draws times the lags that count.
  ///
  /// - Parameters:
  ///   - chains: chains × draws.
  ///   - probabilities: those of the quantiles whose standard errors are wanted, 0 to 1.
  public init(_ chains: [[Double]], quantiles probabilities: [Double] = []) {
    let halves = splitInHalves(chains)
    let draws = chains.flatMap { $0 }
    let sorted = draws.sorted()
    let median = quantile(0.5, ofSorted: halves.flatMap { $0 }.sorted())
    let normalized = normalizedByRank(halves)
    let folded = normalizedByRank(halves.map { $0.map { abs($0 - median) } })
    rHat = largest(Samplers.rHat(normalized), Samplers.rHat(folded))
    bulkEffectiveSampleSize = effectiveSampleSize(ofHalves: normalized)

    func quantileSize(_ probability: Double) -> Double {
      let edge = quantile(probability, ofSorted: sorted)
      return effectiveSampleSize(ofHalves: halves.map { $0.map { $0 <= edge ? 1 : 0 } })
    }
    standardErrorsOfQuantiles = probabilities.map {
      standardError(ofQuantile: $0, sorted, effectiveSampleSize: quantileSize($0))
    }
    let (low, high) = (quantileSize(0.05), quantileSize(0.95))
    tailEffectiveSampleSize = low.isNaN || high.isNaN ? .nan : min(low, high)

    meanEffectiveSampleSize = effectiveSampleSize(ofHalves: halves)
    standardErrorOfMean = .sqrt(sampleVariance(draws) / meanEffectiveSampleSize)
    let center = mean(draws)
    let squares = chains.map { $0.map { ($0 - center) * ($0 - center) } }
    let flat = squares.flatMap { $0 }
    let variance = mean(flat)
    let fourth = mean(flat.map { $0 * $0 }) - variance * variance
    standardErrorOfStandardDeviation = .sqrt(
      fourth / effectiveSampleSize(ofHalves: splitInHalves(squares)) / (4 * variance))
  }
}

/// E-BFMI, the estimated fraction of missing information of one chain: the mean square of
/// successive energy changes over the variance of the energy.
///
/// Below 0.3 the momenta are too few to explore the energies. Source: Betancourt 2016, arXiv
/// 1604.00695.
public func energyFraction(_ energies: [Double]) -> Double {
  let changes = zip(energies.dropFirst(), energies).map { ($0 - $1) * ($0 - $1) }
  return mean(changes) / sampleVariance(energies)
}

// MARK: - Parts

/// √(pooled variance / variance within chains) of chains of one length (Gelman et al. 2013,
/// "Bayesian Data Analysis", equations 11.3 and 11.4).
func rHat(_ chains: [[Double]]) -> Double {
  guard let variance = variances(chains) else { return .nan }
  return .sqrt(variance.pooled / variance.within)
}

/// The first and second halves of all chains, of which as many of the last draws count as the
/// shortest has; of an odd number of draws the middle one is left out.
func splitInHalves(_ chains: [[Double]]) -> [[Double]] {
  let length = chains.map(\.count).min() ?? 0
  return chains.flatMap { chain in
    let last = chain.suffix(length)
    return [Array(last.prefix(length / 2)), Array(last.suffix(length / 2))]
  }
}

/// W, the mean variance within chains, and (n − 1)/n W + B/n, the pooled estimate; nil unless they
/// are finite and W > 0.
func variances(_ chains: [[Double]]) -> (within: Double, pooled: Double)? {
  // Of equal draws the variance may be a rounding error instead of zero.
  guard let first = chains.first?.first, chains.contains(where: { $0.contains { $0 != first } })
  else { return nil }
  let length = Double(chains.first?.count ?? 0)
  let within = mean(chains.map(sampleVariance))
  let between = chains.count > 1 ? sampleVariance(chains.map(mean)) : 0
  let pooled = (length - 1) / length * within + between
  return pooled.isFinite && within > 0 ? (within, pooled) : nil
}

/// Replaces each draw by the normal quantile of its rank among all, ties at their mean rank: Φ⁻¹((r
/// − 3/8) / (S + 1/4)).
private func normalizedByRank(_ chains: [[Double]]) -> [[Double]] {
  let draws = chains.flatMap { $0 }
  guard draws.allSatisfy(\.isFinite) else { return chains.map { $0.map { _ in .nan } } }
  let order = draws.indices.sorted { draws[$0] < draws[$1] }
  var scores = [Double](repeating: 0, count: draws.count)
  var first = 0
  while first < order.count {
    var last = first
    while last + 1 < order.count, draws[order[last + 1]] == draws[order[first]] { last += 1 }
    let rank = 0.5 * Double(first + last) + 1
    let score = NormalDistribution.quantile((rank - 0.375) / (Double(draws.count) + 0.25))
    for index in first...last { scores[order[index]] = score }
    first = last + 1
  }
  var start = 0
  return chains.map { chain in
    defer { start += chain.count }
    return Array(scores[start..<start + chain.count])
  }
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
