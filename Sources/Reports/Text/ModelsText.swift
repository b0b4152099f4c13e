public import Analyses
import Foundation

/// Several models of the same data as text, JSON and CSV.
public struct ModelsText: PrintedResult {
  private let comparison: ModelComparison

  /// A comparison of models.
  public init(_ comparison: ModelComparison) { self.comparison = comparison }

  /// "models".
  public static var fileName: String { "models" }

  /// JSON.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(comparison), as: UTF8.self) + "\n"
  }

  /// One line for each model.
  public var csv: String? {
    let header = [
      "model", "k", "ln_z", "ln_z_error", "ln_b", "ln_b_error", "chi2", "dof", "pte", "delta_chi2",
      "n_sigma", "aic", "bic", "ln_b_savage_dickey", "ln_b_savage_dickey_error",
    ]
    func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let lines = comparison.rows.map { row in
      let (best, against) = (row.bestFit, row.againstStandardModel)
      return [row.model, "\(row.parameterCount)"]
        + [row.logEvidence, row.logEvidenceError, row.logBayesFactor, row.logBayesFactorError]
        .map(number) + [number(best.chiSquared), "\(best.degreesOfFreedom)"]
        + [
          best.probabilityToExceed, row.deltaChiSquared, against?.standardDeviations, row.akaike,
          row.schwarz, against?.savageDickey?.logBayesFactor,
          against?.savageDickey?.logBayesFactorError,
        ].map(number)
    }
    return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// The table, and what it says in sentences.
  public var description: String {
    let header = ["model", "k", "ln Z", "ln B", "Savage–Dickey", "Δχ²", "Nσ", "AIC", "BIC"]
    let rows = comparison.rows.enumerated().map { place, row in
      let (isReference, against) = (place == 0, row.againstStandardModel)
      return [
        row.model, "\(row.parameterCount)", Self.number(row.logEvidence, row.logEvidenceError),
        isReference ? "0" : row.logBayesFactor.map { String(format: "%.2f", $0) } ?? "–",
        Self.number(
          against?.savageDickey?.logBayesFactor, against?.savageDickey?.logBayesFactorError),
        isReference ? "0" : String(format: "%.2f", row.deltaChiSquared),
        against.map { String(format: "%.1f", $0.standardDeviations) } ?? "–",
        String(format: "%.2f", row.akaike), String(format: "%.2f", row.schwarz),
      ]
    }
    let fits = comparison.rows.map { row in
      let exceeded = BestFitText.exceed(row.bestFit.probabilityToExceed)
      return "\(row.model) χ² = \(Rounding.number(row.bestFit.chiSquared, decimals: 2))\(exceeded)"
    }
    let lines =
      comparison.remarks.map { LabelledLine.wrapped("note", $0) }
      + comparison.rows.flatMap { row in
        row.objections.map { LabelledLine.wrapped("warning", "\(row.model): \($0)") }
      }
    let legend =
      "k parameters are fitted; ln B, Δχ² and Nσ are against flat ΛCDM, ln B > 0 for the model; Savage–Dickey is ln B once more, from the density of the model's own draws at flat ΛCDM, where it is nested and draws are near"
    return AlignedTable([header] + rows).description + "\n\n"
      + ([
        LabelledLine.wrapped("best fits", fits.joined(separator: "; ")),
        LabelledLine.wrapped("columns", legend),
      ] + lines).joined(separator: "\n")
  }

  private static func number(_ value: Double?, _ error: Double?) -> String {
    guard let value, let error else { return "–" }
    let decimals = min(3, max(1, Rounding.decimals(for: error, digits: 1)))
    return String(format: "%.\(decimals)f ± %.\(decimals)f", value, error)
  }
}
