/// Columns of tables that are no quantities with a density: weights, log densities, counters, and what samplers
/// note.
enum BookkeepingColumn {
  /// The name of the column of weights, if there is one.
  static func weight(among names: [String]) -> String? {
    names.first { ["weight", "weights", "weight__"].contains($0.lowercased()) }
  }

  /// Whether a name is that of such a column.
  static func matches(_ name: String) -> Bool {
    let name = name.lowercased()
    return name.hasSuffix("__") || name.isEmpty || name.hasPrefix("unnamed:")
      || words.contains(name) || prefixes.contains(where: name.hasPrefix)
  }

  private static let words: Set<String> = [
    "weight", "weights", "log_weight", "logweight", "log_weights", "post", "posterior", "prior",
    "like", "likelihood", "loglike", "loglikelihood", "log_likelihood", "log_like", "logl", "lnl",
    "lnlike", "logpost", "log_post", "logprior", "log_prior", "lnprior", "lnpost", "lnprob",
    "log_prob", "logprob", "logp", "nll", "chi2", "chisq", "chi-sq", "index", "old_weight",
    "old_post",
  ]
  private static let prefixes = ["minuslog", "chi2_", "chi2__", "-log"]
}
