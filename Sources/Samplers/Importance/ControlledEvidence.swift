import RealModule

/// The evidence from weights of a mixture, with a control variate that removes the noise of its wide part.
///
/// The ratio c of one part's density to the mixture's has the mean 1 exactly, so Ẑ = mean w − b (mean
/// c − 1) has no more bias than b, and with b = cov(w, c) / var c hardly any variance where that part
/// is nearly the target (Owen & Zhou 2000, "Safe and effective importance sampling").
public struct ControlledEvidence: Sendable, Equatable {
  /// log Ẑ.
  public let logEvidence: Double
  /// Its standard error.
  public let standardError: Double

  /// The evidence of weights, at least two, with c of each draw.
  public init(logWeights: [Double], controls: [Double]) {
    precondition(
      logWeights.count == controls.count && controls.count > 1, "a control for each draw")
    let count = Double(controls.count)
    let largest = logWeights.reduce(-.infinity, max)
    guard largest.isFinite else {
      (logEvidence, standardError) = (-.infinity, .infinity)
      return
    }
    let weights = logWeights.map { Double.exp($0 - largest) }
    let (mean, control) = (weights.reduce(0, +) / count, controls.reduce(0, +) / count)
    var (covariance, variance) = (0.0, 0.0)
    for (w, c) in zip(weights, controls) {
      covariance += (w - mean) * (c - control)
      variance += (c - control) * (c - control)
    }
    let slope = variance > 1e-12 * count ? covariance / variance : 0
    let value = mean - slope * (control - 1)
    var rest = 0.0
    for (w, c) in zip(weights, controls) {
      let residual = w - mean - slope * (c - control)
      rest += residual * residual
    }
    // A correction that leaves nothing is not an estimate.
    let estimate = value > 0 ? value : mean
    logEvidence = largest + .log(estimate)
    standardError = .sqrt(rest / (count - 1) / count) / estimate
  }
}
