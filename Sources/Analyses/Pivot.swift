public import Inference
import LinearAlgebra
import RealModule

/// The redshift at which dark energy is measured best, and w there: w_p = w0 + (1 − a_p) wa, with the scale factor a_p at
/// which w_p is not correlated with wa (Albrecht et al. 2006, arXiv:astro-ph/0609591).
///
/// 1 − a_p = −cov(w0, wa) / var(wa), and var(w_p) = var(w0) − cov(w0, wa)² / var(wa).
public struct Pivot: Sendable, Codable, Equatable {
  /// z_p = 1 / a_p − 1.
  public var redshift: Double
  /// The mean of w_p.
  public var mean: Double
  /// Its standard deviation.
  public var standardDeviation: Double

  /// The pivot of draws; nil for those without `w0` and `wa` that vary, or with a_p ≤ 0.
  public init?(_ chains: [Chain]) {
    guard let names = chains.first?.columns.map(\.name),
      let (w0, wa) = names.firstIndex(of: "w0").flatMap({ w0 in
        names.firstIndex(of: "wa").map { (w0, $0) }
      })
    else { return nil }
    let moments = WeightedMoments(
      chains.flatMap { chain in
        (0..<chain.count).flatMap { draw in
          let values = chain.draw(draw)
          return [values[w0], values[wa]]
        }
      }, chains.flatMap(\.weights), dimension: 2)
    self.init(
      means: (moments.mean[0], moments.mean[1]),
      variances: (moments.covariance[0, 0], moments.covariance[1, 1]),
      covariance: moments.covariance[0, 1])
  }

  /// The pivot of a posterior by its moments; nil where w0 and wa do not vary independently, or with a_p ≤ 0.
  ///
  /// - Parameters:
  ///   - means: the means of w0 and wa.
  ///   - variances: their variances.
  ///   - covariance: cov(w0, wa).
  public init?(
    means: (w0: Double, wa: Double), variances: (w0: Double, wa: Double), covariance: Double
  ) {
    let fraction = -covariance / variances.wa
    let rest = variances.w0 - covariance * covariance / variances.wa
    guard variances.wa > 0, rest > 0, fraction < 1 else { return nil }
    redshift = 1 / (1 - fraction) - 1
    mean = means.w0 + fraction * means.wa
    standardDeviation = rest.squareRoot()
  }
}
