public import Analyses
import Foundation

/// A forecast as text, JSON and CSV.
public struct ForecastText: PrintedResult {
  private let forecast: Forecast

  /// The forecast.
  public init(_ forecast: Forecast) { self.forecast = forecast }

  /// "forecast".
  public static var fileName: String { "forecast" }

  /// JSON: an object.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(forecast), as: UTF8.self) + "\n"
  }

  /// One line for each parameter.
  public var csv: String? {
    func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let lines = forecast.rows.map { row in
      [row.parameter]
        + [row.truth, row.fisher, row.mean, row.standardDeviation, row.ratio].map(number)
    }
    return ([["parameter", "truth", "fisher_sd", "mean", "sd", "ratio"]] + lines)
      .map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// Deviations, the figure of merit with its pivot, the budget, and where the next supernova should go.
  public var description: String {
    ([parameters, merit] + [budget, next].compactMap(\.self)).joined(separator: "\n\n")
  }

  private var parameters: String {
    let hasPosterior = forecast.rows.contains { $0.standardDeviation != nil }
    let rows = forecast.rows.map { row in
      let decimals = Rounding.decimals(for: row.fisher, digits: 2)
      let beginning = [
        row.parameter, Rounding.number(row.truth, decimals: decimals),
        Rounding.number(row.fisher, digits: 3),
      ]
      guard hasPosterior else { return beginning }
      return beginning + [
        row.mean.map { Rounding.number($0, decimals: decimals) } ?? "–",
        row.standardDeviation.map { Rounding.number($0, digits: 3) } ?? "–",
        row.ratio.map { Rounding.number($0, decimals: 2) } ?? "–",
      ]
    }
    let header =
      ["parameter", "truth", "Fisher sd"] + (hasPosterior ? ["mean", "full sd", "ratio"] : [])
    return AlignedTable([header] + rows).description
  }

  private var merit: String {
    let (merit, names) = (forecast.merit, forecast.merit.parameters.joined(separator: ", "))
    var lines = [
      LabelledLine.wrapped(
        "merit",
        "FoM = \(Rounding.number(merit.fisher, digits: 4)) by Fisher"
          + (merit.full.map {
            ", \(Rounding.number($0, digits: 4)) by the full posterior (ratio \(Rounding.number(merit.ratio ?? .nan, decimals: 2)))"
          } ?? "") + ": 1/√det of the covariance of \(names)")
    ]
    if let area = merit.fisherArea {
      lines.append(
        LabelledLine.wrapped(
          "area",
          "68.3 % of \(names): \(Rounding.number(area, digits: 3)) by Fisher"
            + (merit.fullArea.map {
              ", \(Rounding.number($0, digits: 3)) of the smallest region of the full posterior"
            } ?? "")))
    }
    if let pivot = forecast.fisherPivot {
      lines.append(LabelledLine.wrapped("pivot", Self.words(pivot, "Fisher")))
    }
    if let pivot = forecast.fullPivot {
      lines.append(LabelledLine.wrapped("", Self.words(pivot, "the full posterior")))
    }
    if let mocks = forecast.mocks {
      lines.append(
        LabelledLine.wrapped(
          "mocks",
          "\(mocks.count) with noise: FoM \(Rounding.number(mocks.merit, digits: 4)) with a scatter of \(Rounding.number(mocks.meritScatter, digits: 2))"
            + (mocks.lostCount > 0 ? "; \(mocks.lostCount) have no posterior" : "")))
    }
    lines.append(
      LabelledLine.text(
        "time",
        String(format: "Fisher %.2f s", forecast.fisherSeconds)
          + (forecast.posteriorSeconds > 0
            ? String(format: ", posteriors %.2f s", forecast.posteriorSeconds) : "")))
    if let objection = forecast.objection {
      lines.append(LabelledLine.wrapped("warning", "draws of the posterior: \(objection)"))
    }
    return lines.joined(separator: "\n")
  }

  private static func words(_ pivot: Pivot, _ source: String) -> String {
    let decimals = Rounding.decimals(for: pivot.standardDeviation, digits: 2)
    return
      "w = \(Rounding.number(pivot.mean, decimals: decimals)) ± \(Rounding.number(pivot.standardDeviation, decimals: decimals)) at z = \(Rounding.number(pivot.redshift, decimals: 2)) by \(source)"
  }

  private var budget: String? {
    guard !forecast.budget.isEmpty else { return nil }
    let rows = forecast.budget.map { entry in
      [
        entry.without, entry.merit.map { Rounding.number($0, digits: 4) } ?? "not measured",
        entry.ratio.map { Rounding.number($0, decimals: 2) } ?? "–",
      ]
    }
    return AlignedTable([["without", "FoM", "ratio"]] + rows).description
  }

  private var next: String? {
    guard !forecast.next.isEmpty else { return nil }
    let rows = forecast.next.map { next in
      [
        "\(next.lower)–\(next.upper)", "\(next.count)", Rounding.number(next.gain, digits: 3),
        Rounding.number(next.relative, decimals: 2),
      ]
    }
    return AlignedTable([["next supernova at z", "there are", "dFoM/dN", "of the best"]] + rows)
      .description
  }
}
