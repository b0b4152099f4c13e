import RealModule

/// Weights w = target density / proposal density of draws from a proposal, and their diagnostics for
/// it.
///
/// With E_q over the proposal, the target unnormalised and its integral Z: E_q[w] = Z, and E_q[w f]
/// / E_q[w] is the mean of f. All of it is exact for any proposal that covers the target; how well
/// a number of draws does is what the members measure. None of them can detect a part of the target where
/// the proposal never draws: for that compare `ForwardWeights`, or let a wide component share the
/// draws.
public struct ImportanceWeights: Sendable, Equatable {
  /// log w, one for each draw; −∞ where the target has no density.
  public let logWeights: [Double]
  /// w / Σw.
  public let normalised: [Double]
  /// w / Σw with the largest weights replaced by the order statistics of the Pareto law fitted to
  /// them, none larger than the largest was: less noise at the price of a small bias.
  public let smoothed: [Double]
  /// k-hat, the shape of the largest weights' tail: above ½ their variance, above 1 their mean does
  /// not exist. −∞ for weights that are all the same, ∞ where a fit is impossible.
  ///
  /// Nearly equal weights have a tail as well, and k-hat then describes a bump of no
  /// consequence; read it together with `largestRelativeWeight`.
  public let paretoShape: Double
  /// (Σw)² / Σw², the effective sample size (Kish 1965).
  public let effectiveSampleSize: Double
  /// log Z, the log of the mean weight.
  public let logEvidence: Double
  /// E_q[log w], a lower bound of log Z if all draws are the proposal's; −∞ if a weight is zero.
  public let meanLogWeight: Double
  /// The largest w/Z.
  public let largestRelativeWeight: Double

  /// Weights from their logarithms, none of them NaN or +∞, at least one.
  ///
  /// Cost: a sort.
  public init(_ logWeights: [Double]) {
    precondition(
      !logWeights.isEmpty && logWeights.allSatisfy { $0 < .infinity },
      "log weights must be numbers below infinity")
    self.logWeights = logWeights
    let count = Double(logWeights.count)
    let largest = logWeights.reduce(-.infinity, max)
    guard largest.isFinite else {
      let zeros = logWeights.map { _ in 0.0 }
      (normalised, smoothed) = (zeros, zeros)
      (paretoShape, effectiveSampleSize, largestRelativeWeight) = (.infinity, 0, 0)
      (logEvidence, meanLogWeight) = (-.infinity, -.infinity)
      return
    }
    let relative = logWeights.map { Double.exp($0 - largest) }
    let sum = relative.reduce(0, +)
    let squares = relative.reduce(0) { $0 + $1 * $1 }
    normalised = relative.map { $0 / sum }
    effectiveSampleSize = sum * sum / squares
    logEvidence = largest + .log(sum / count)
    meanLogWeight = logWeights.reduce(0, +) / count
    largestRelativeWeight = count / sum
    (paretoShape, smoothed) = Self.smooth(relative)
  }

  /// The number of draws.
  public var count: Int { logWeights.count }

  /// The effective sample size per draw, 0 to 1.
  public var efficiency: Double { effectiveSampleSize / Double(count) }

  /// The standard error of `logEvidence`, √((N / ESS − 1) / N).
  public var logEvidenceError: Double {
    .sqrt(max(0, 1 / efficiency - 1) / Double(count))
  }

  /// The shape up to which weights of this number are trusted: min(1 − 1/log₁₀ N, 0.7) (Vehtari et
  /// al. 2024, section 3.2.4).
  public var paretoThreshold: Double {
    min(1 - 1 / .log10(Double(count)), 0.7)
  }

  /// Pareto smoothing of weights of which the largest is 1 (Vehtari, Simpson, Gelman, Yao & Gabry
  /// 2024, JMLR 25, 72, algorithm 1, as in ArviZ).
  private static func smooth(_ weights: [Double]) -> (shape: Double, normalised: [Double]) {
    let count = Double(weights.count)
    var result = weights
    func normalised() -> [Double] {
      let sum = result.reduce(0, +)
      return result.map { $0 / sum }
    }
    if weights.allSatisfy({ $0 == 1 }) { return (-.infinity, normalised()) }

    let tailCount = Int(min(count / 5, 3 * count.squareRoot()).rounded(.up))
    let order = weights.indices.sorted { (weights[$0], $0) < (weights[$1], $1) }
    guard order.count > tailCount else { return (.infinity, normalised()) }
    // Where fewer are positive than the tail should have, the smallest of all is the threshold.
    let threshold = max(weights[order[order.count - tailCount - 1]], .leastNormalMagnitude)
    let tail = order.filter { weights[$0] > threshold }
    guard let law = ParetoTail(ascending: tail.map { weights[$0] - threshold }) else {
      return (.infinity, normalised())
    }
    for (rank, index) in tail.enumerated() {
      let probability = (Double(rank) + 0.5) / Double(tail.count)
      result[index] = min(threshold + law.quantile(probability), 1)
    }
    return (law.shape, normalised())
  }
}

/// The forward weights: those at draws of the target instead of the proposal.
///
/// They detect what the proposal misses: draws of the target lie there, with huge weights.
public struct ForwardWeights: Sendable, Equatable {
  /// The forward efficiency 1 / (E_p[w] E_p[1/w]), 0 to 1.
  public let efficiency: Double
  /// E_p[log w], an upper bound of log Z.
  public let meanLogWeight: Double

  /// Weights at weighted draws of the target, such as those of a wider density.
  ///
  /// - Parameters:
  ///   - logWeights: log w at the draws.
  ///   - weights: the weight of each draw, not all zero.
  init(logWeights: [Double], weights: [Double]) {
    let sum = weights.reduce(0, +)
    let used = logWeights.indices.filter { weights[$0] > 0 }
    meanLogWeight = used.reduce(0) { $0 + weights[$1] * logWeights[$1] } / sum
    let middle = meanLogWeight
    let direct = used.reduce(0) { $0 + weights[$1] * .exp(logWeights[$1] - middle) } / sum
    let inverse = used.reduce(0) { $0 + weights[$1] * .exp(middle - logWeights[$1]) } / sum
    let value = 1 / (direct * inverse)
    efficiency = value.isFinite ? min(1, value) : 0
  }

  /// Weights at independent draws of the target, or at those of a long chain.
  public init(logWeightsOnTargetDraws logWeights: [Double]) {
    precondition(!logWeights.isEmpty, "weights at no draws")
    let count = Double(logWeights.count)
    meanLogWeight = logWeights.reduce(0, +) / count
    let (least, largest) = (
      logWeights.reduce(.infinity, min), logWeights.reduce(-.infinity, max)
    )
    guard least.isFinite, largest.isFinite else {
      efficiency = 0
      return
    }
    let direct = logWeights.reduce(0) { $0 + .exp($1 - largest) } / count
    let inverse = logWeights.reduce(0) { $0 + .exp(least - $1) } / count
    efficiency = min(1, .exp(least - largest) / (direct * inverse))
  }
}
