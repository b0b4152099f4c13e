import Foundation

extension ModelComparison {
  /// Whether best fits and evidences agree about a model that flat ΛCDM is nested in; nil where they say the same.
  static func remark(_ row: Row) -> String? {
    guard let against = row.againstStandardModel, let factor = row.logBayesFactor,
      let error = row.logBayesFactorError
    else { return nil }
    let count = against.parameters.count
    // Each parameter lowers χ² by 1 by chance; twice that is the price of Akaike's criterion.
    let isBetter = -row.deltaChiSquared > 2 * Double(count)
    guard isBetter != (factor > 0), isBetter || abs(factor) > 2 * error else { return nil }
    let fits = String(
      format: "Δχ² = %.1f for %d %@, %.1fσ", row.deltaChiSquared, count,
      count == 1 ? "parameter" : "parameters", against.standardDeviations)
    if isBetter {
      return String(
        format:
          "%@: the best fits favour it (%@), the evidences favour flat ΛCDM (ln B = %.1f)",
        row.model, fits, factor)
    }
    return String(
      format:
        "%@: the evidences favour it (ln B = %.1f), the best fits hardly (%@)", row.model, factor,
      fits)
  }

  /// What the widths of priors have to do with it.
  static func remark(onPriors rows: [Row]) -> [String] {
    let nested = rows.filter { $0.priorVolume != nil && $0.logBayesFactor != nil }
    guard let row = nested.max(by: { $0.parameterCount < $1.parameterCount }),
      let volume = row.priorVolume, let names = row.againstStandardModel?.parameters
    else { return [] }
    return [
      String(
        format:
          "Δχ² knows only the best point, ln B how much of the prior fits as well: that of %@ fills a volume of %.3g; ten times as much, with nothing in it that fits, would lower ln B by ln 10 = 2.3, a tenth that holds all that fits would raise it by as much",
        names.joined(separator: ", "), volume)
    ]
  }
}
