import Analyses
import Cosmology
import Inference

/// What data say of systematic errors: the amplitude of each in units of its prior, and how much narrower it became.
struct SystematicsText {
  private let rows: [(name: String, pull: Double, error: Double)]

  /// Those of a run; nil if it has none with a normal prior, or no result.
  init?(_ findings: Findings) {
    let summaries = findings.posterior?.parameters ?? []
    rows = (findings.model?.parameters ?? []).compactMap { parameter in
      guard let name = HierarchicalModel.Systematic.name(ofParameter: parameter.name),
        let prior = parameter.prior.density as? NormalPrior,
        let summary = summaries.first(where: { $0.name == parameter.name })
      else { return nil }
      return (
        name, (summary.mean - prior.mean) / prior.standardDeviation,
        summary.standardDeviation / prior.standardDeviation
      )
    }
    if rows.isEmpty { return nil }
  }

  /// A sentence for each, the largest pull first.
  var entries: Report.Entries {
    rows.sorted { abs($0.pull) > abs($1.pull) }.map { row in
      let sign = row.pull < 0 ? "" : "+"
      let pull = sign + Rounding.number(row.pull, decimals: 2)
      let change = Int((100 * (1 - row.error)).rounded())
      let width =
        change == 0
        ? "as wide as it" : "\(abs(change)) % \(change > 0 ? "narrower" : "wider") than it"
      return (
        row.name,
        "pull \(pull) ± \(Rounding.number(row.error, decimals: 2)) in units of its prior, \(width)"
      )
    }
  }
}
