import Cosmology
import Inference

/// The columns behind those of a chain that readers of Cobaya's chains need: −log prior and χ² = −2 log L, in
/// total and in parts.
///
/// Only texts have them, as derived columns with Cobaya's names: they follow from a draw and its log density, so
/// that chains do not carry them.
struct DensityColumns: Sendable {
  /// The names, in order.
  let names: [String]
  /// LaTeX for labels, in the same order.
  let labels: [String]
  /// The posterior that the draws are from.
  let posterior: Posterior
  /// The likelihoods, or the probes of a joint one, by names that can be words of a line.
  let likelihoods: [String]
  private let joint: JointColumns?

  /// The columns of draws of a posterior; nil if those of its chains have one of the names.
  init?(_ posterior: Posterior) {
    self.posterior = posterior
    joint = JointColumns(posterior)
    let own = joint?.likelihood.probes.map(\.name) ?? posterior.likelihoods.map(\.name)
    likelihoods = own.map { name in
      String(name.map { $0.isWhitespace || "#*?,:'".contains($0) ? "_" : $0 })
    }
    names =
      ["minuslogprior", "minuslogprior__0", "chi2"] + likelihoods.map { "chi2__\($0)" }
    labels =
      [#"-\log\pi"#, #"-\log\pi_\mathrm{0}"#, #"\chi^2"#]
      + likelihoods.map { "\\chi^2_\\mathrm{\($0.replacing("_", with: "\\ "))}" }
    let all = names + posterior.columns.map(\.name)
    guard Set(all).count == all.count else { return nil }
  }

  /// The values of a draw.
  ///
  /// - Parameters:
  ///   - draw: the values of the chain's columns.
  ///   - logDensity: log prior + log L.
  func values(of draw: [Double], logDensity: Double) -> [Double] {
    // Not −0 where the log prior is 0.
    let minusLogPrior = 0 - posterior.space.logPrior(of: draw)
    let logLikelihoods =
      joint?.logLikelihoods(of: draw)
      ?? posterior.logLikelihoods(of: draw, logDensity: logDensity)
    let parts = logLikelihoods.map { 0 - 2 * $0 }
    return [minusLogPrior, minusLogPrior, parts.reduce(0, +)] + parts
  }

  /// The first line of a chain's text.
  func header(_ columns: [Chain.Column]) -> String {
    "#  " + (["weight", "minuslogpost"] + columns.map(\.name) + names).joined(separator: "  ")
      + "\n"
  }
}

/// The probes of a joint likelihood at the draws of a chain.
private struct JointColumns: Sendable {
  let likelihood: JointLikelihood
  /// The column of each parameter, or its value where it is fixed.
  private let arguments: [(column: Int?, value: Double)]

  /// Nil for a posterior of anything but one joint likelihood.
  init?(_ posterior: Posterior) {
    guard posterior.likelihoods.count == 1,
      let joint = posterior.likelihoods[0].likelihood as? JointLikelihood
    else { return nil }
    likelihood = joint
    let columns = posterior.columns.map(\.name)
    let fixed = posterior.space.values([], of: [])
    arguments = joint.parameterNames.map { (columns.firstIndex(of: $0), fixed[$0] ?? .nan) }
  }

  func logLikelihoods(of draw: [Double]) -> [Double] {
    likelihood.logLikelihoods(at: arguments.map { $0.column.map { draw[$0] } ?? $0.value })
      .map(\.value)
  }
}
