public import Analyses
import Cosmology
import Files
import Foundation
import Inference

/// Fits side by side as text, JSON and CSV.
public struct EnsembleText: PrintedResult {
  let ensemble: Ensemble

  /// The fits.
  public init(_ ensemble: Ensemble) { self.ensemble = ensemble }

  /// "ensemble".
  public static var fileName: String { "ensemble" }

  /// JSON: an object.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(ensemble), as: UTF8.self) + "\n"
  }

  /// A line for each fit.
  public var csv: String? {
    let titles =
      ["name"] + ensemble.parameters.flatMap { [$0, "\($0)_sd"] }
      + ["chi_squared", "degrees_of_freedom", "ln_evidence", "ln_evidence_error", "verdict"]
    let lines = ensemble.rows.map { row in
      let moments = ensemble.parameters.flatMap { [row.means[$0], row.standardDeviations[$0]] }
      let numbers =
        moments + [row.chiSquared, row.degreesOfFreedom, row.logEvidence, row.logEvidenceError]
      return
        ([row.name.quotedForCSV] + numbers.map { $0.map { "\($0)" } ?? "" }
        + [row.grade?.rawValue ?? "failed"]).joined(separator: ",")
    }
    return ([titles.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  /// A table for each sampled parameter of the universe that most fits have, as wide as a terminal: mean, standard deviation,
  /// shift against the first, χ² and the verdict; behind them what the draws of the first tell.
  public var description: String {
    let tables = shownParameters.prefix(6).map { name in
      AlignedTable(
        [
          [name, "mean", "sd", "shift [σ]"] + (areParts ? ["by chance"] : []) + [
            "χ²", "dof", "verdict",
          ]
        ]
          + ensemble.rows.map { line($0, name) }, leading: [0, areParts ? 7 : 6]
      ).description
    }
    let failures = ensemble.rows.compactMap { row in
      row.failure.map { LabelledLine.wrapped("failed", "\(row.name): \($0)") }
    }
    let unlikely = surprises.map { LabelledLine.wrapped("unlikely", $0) }
    let checks = ensemble.checks.map { ReferenceChecksText(checks: $0).paragraphs } ?? []
    return (tables + unlikely + failures + checks).joined(separator: "\n\n")
  }

  /// The sampled parameters of the universe that most fits have.
  var shownParameters: [String] {
    ensemble.sampledParameters.filter { name in
      !HierarchicalModel.describesSupernovae(name) && !["M", "delta_mu", "delta_M"].contains(name)
        && 2 * ensemble.rows.count { $0.means[name] != nil } > ensemble.rows.count
    }
  }

  /// What moves more than chance lets it, in sentences.
  var surprises: [String] {
    ensemble.unlikely.filter { shownParameters.contains($0.parameter) }.map { row, name in
      "'\(row.name)' moves \(name) by \(Self.signed(row.shifts[name])) σ, more than three times what chance does"
    }
  }

  /// One fit's parameter in words.
  func sentence(_ row: Ensemble.Row, _ name: String) -> String {
    let cells = line(row, name).dropFirst()
    guard row.means[name] != nil else { return "–" }
    let parts = Array(cells)
    let chance = areParts && parts[3] != "–" ? ", ± \(parts[3]) by chance" : ""
    let shift = parts[2] == "–" ? "" : "; moved by \(parts[2]) σ\(chance)"
    return "\(parts[0]) ± \(parts[1])\(shift); \(parts[parts.count - 1])"
  }

  private var areParts: Bool { ensemble.rows.contains { $0.chanceShifts != nil } }

  private static func signed(_ value: Double?) -> String {
    value.map { ($0 < 0 ? "" : "+") + Rounding.number($0, decimals: 2) } ?? "–"
  }

  private func line(_ row: Ensemble.Row, _ name: String) -> [String] {
    let short = row.name.count > 28 ? "…" + row.name.suffix(27) : row.name
    guard let mean = row.means[name], let deviation = row.standardDeviations[name] else {
      return [short] + [String](repeating: "–", count: areParts ? 6 : 5)
        + [row.grade?.words ?? "failed"]
    }
    let decimals = Rounding.decimals(for: deviation, digits: 2)
    let chance = row.chanceShifts?[name].map { Rounding.number($0, decimals: 2) } ?? "–"
    return [
      short, Rounding.number(mean, decimals: decimals),
      Rounding.number(deviation, decimals: decimals), Self.signed(row.shifts[name]),
    ] + (areParts ? [chance] : []) + [
      row.chiSquared.map { Rounding.number($0, decimals: 1) } ?? "–",
      row.degreesOfFreedom.map { Rounding.number($0, decimals: 0) } ?? "–",
      row.grade?.words ?? "failed",
    ]
  }
}
