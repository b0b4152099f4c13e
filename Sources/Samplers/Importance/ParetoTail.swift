import RealModule

/// The generalised Pareto law of what exceeds a threshold: P(X > x) = (1 + k x / σ)^(−1/k).
///
/// Moments of order 1/k and above do not exist, so k of the largest importance weights shows whether
/// their mean and variance do.
struct ParetoTail {
  /// k, the shape, shrunk towards ½ as if by ten more exceedances.
  let shape: Double
  /// σ, the scale, positive.
  let scale: Double

  /// Fits the law to exceedances in ascending order, all positive.
  ///
  /// The profile posterior mean of Zhang & Stephens 2009, Technometrics 51, 316, section 4, in the
  /// sign convention of Vehtari et al. 2024, JMLR 25, 72, whose appendix C has the prior for k.
  /// Cost: (30 + √n) n logarithms.
  ///
  /// - Returns: nil where the data are too few, or so alike that no law fits.
  init?(ascending exceedances: [Double]) {
    let count = exceedances.count
    guard count > 4, let largest = exceedances.last, largest > 0, largest.isFinite else {
      return nil
    }
    let size = Double(count)
    let quartile = exceedances[Int(size / 4 + 0.5) - 1]
    guard quartile > 0 else { return nil }

    func meanLog(_ b: Double) -> Double {
      exceedances.reduce(0) { $0 + .log(onePlus: -b * $1) } / size
    }
    let candidateCount = 30 + Int(size.squareRoot())
    let candidates = (0..<candidateCount).map { index in
      let root = Double.sqrt(Double(candidateCount) / (Double(index) + 0.5))
      return (1 - root) / (3 * quartile) + 1 / largest
    }
    let logLikelihoods = candidates.map { b in
      let k = meanLog(b)
      let logLikelihood = size * (.log(-(b / k)) - k - 1)
      return logLikelihood.isNaN ? -.infinity : logLikelihood
    }
    var (weightSum, weighted) = (0.0, 0.0)
    for (b, own) in zip(candidates, logLikelihoods) {
      let weight = 1 / logLikelihoods.reduce(0) { $0 + .exp($1 - own) }
      // As ArviZ and loo leave them out.
      guard weight >= 10 * .ulpOfOne else { continue }
      weightSum += weight
      weighted += weight * b
    }
    let b = weighted / weightSum
    let k = meanLog(b)
    let scale = -k / b
    guard scale > 0, scale.isFinite, k.isFinite else { return nil }
    self.scale = scale
    shape = (size * k + 5) / (size + 10)
  }

  /// The exceedance that has a given probability below it.
  func quantile(_ probability: Double) -> Double {
    let logTail = Double.log(onePlus: -probability)
    return abs(shape) < .ulpOfOne
      ? -scale * logTail : scale * .expMinusOne(-shape * logTail) / shape
  }
}
