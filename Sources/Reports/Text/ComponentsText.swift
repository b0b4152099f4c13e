public import Analyses
import Foundation

/// The components of a posterior as text, JSON and CSV.
public struct ComponentsText: PrintedResult {
  private let result: PosteriorComponents

  /// The components of a posterior.
  public init(_ result: PosteriorComponents) { self.result = result }

  /// "components".
  public static var fileName: String { "components" }

  /// JSON of all.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(result), as: UTF8.self) + "\n"
  }

  /// One line for each component: exponents with their errors, mean and standard deviation of the logarithm, and that
  /// over the prior's.
  public var csv: String? {
    let names = result.coordinates.map(\.parameter)
    let header =
      names + names.map { "\($0)_error" } + ["mean_log", "sd_log", "sd_over_prior"]
    let lines = result.components.map { component in
      component.exponents.map { "\($0)" }
        + names.indices.map {
          component.exponentErrors.isEmpty ? "" : "\(component.exponentErrors[$0])"
        }
        + ["\(component.mean)", "\(component.standardDeviation)"]
        + [component.priorRatio.map { "\($0)" } ?? ""]
    }
    return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// The table of components, what was measured, and what is known of each probe.
  public var description: String {
    var parts = [table]
    if let probes = result.probes { parts.append(Self.table(probes, formulas.map(\.text))) }
    parts.append(
      entries.map { LabelledLine.wrapped($0.name, $0.value) }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  private var formulas: [ComponentFormula] {
    result.components.indices.map {
      ComponentFormula($0, of: result.components, result.coordinates)
    }
  }

  private var table: String {
    let hasPrior = result.components.contains { $0.priorRatio != nil }
    let rows = zip(result.components, formulas).map { component, formula in
      [formula.text, formula.value, formula.error]
        + (hasPrior
          ? [component.priorRatio.map { Rounding.number(100 * $0, digits: 2) + " %" } ?? "–"] : [])
        + [errors(component)]
    }
    let header =
      ["component", "value", "error"] + (hasPrior ? ["of prior"] : []) + ["errors of exponents"]
    return AlignedTable([header] + rows, leading: [0, header.count - 1]).description
  }

  /// The errors of the exponents; none of a single parameter, whose exponent is 1.
  private func errors(_ component: PowerComponent) -> String {
    guard component.exponents.count > 1, !component.exponentErrors.isEmpty else { return "–" }
    return component.exponentErrors.map { Rounding.number($0, digits: 1) }.joined(separator: ", ")
  }

  private static func table(_ probes: ProbeComponents, _ formulas: [String]) -> String {
    let rows = formulas.enumerated().map { index, formula in
      [formula]
        + probes.probes.map { probe in
          "\(percent(probe.shares[index])) (\(ComponentFormula.relative(probe.deviations[index])))"
        } + [percent(probes.priorShares[index])]
    }
    let header = ["information (error alone)"] + probes.probes.map(\.name) + ["prior"]
    return AlignedTable([header] + rows).description
  }

  static func percent(_ share: Double) -> String {
    share.isFinite ? String(format: "%.0f %%", 100 * share) : "–"
  }

  /// The components, and the sentences, for a list.
  var factEntries: Report.Entries {
    formulas.enumerated().map { index, formula in
      let ratio = result.components[index].priorRatio.map {
        "; \(Rounding.number(100 * $0, digits: 2)) % of the prior's width"
      }
      return (formula.text, "\(formula.value) ± \(formula.error)\(ratio ?? "")")
    } + entries
  }

  // MARK: Sentences

  /// All but the tables, under names.
  var entries: Report.Entries {
    var entries: Report.Entries = []
    if let directions = result.directions {
      entries.append(("measured", Self.sentence(directions)))
    }
    for probe in result.probes?.probes ?? [] {
      entries.append(("alone", Self.sentence(probe, result.coordinates)))
    }
    if let pivot = result.pivot {
      entries.append(
        (
          "pivot",
          String(
            format: "w = %.3f ± %.3f at z = %.2f, where it is measured best", pivot.mean,
            pivot.standardDeviation, pivot.redshift
          ).replacing("-", with: "−")
        ))
    }
    if let shape = result.shape { entries += Self.entries(shape, result) }
    entries += result.notes.map { ("note", $0) }
    return entries
  }

  private static func sentence(_ directions: MeasuredDirections) -> String {
    let count = directions.eigenvalues.count
    let list = directions.eigenvalues.map { Rounding.number($0, digits: 2) }
    return
      "\(Rounding.number(directions.dimensionality, decimals: 2)) of \(count) \(count == 1 ? "dimension" : "dimensions") against the prior; \(directions.count) known to less than half of its width (variance over that of the prior: \(list.joined(separator: ", ")))"
  }

  private static func sentence(
    _ probe: ProbeComponents.Probe, _ coordinates: [PowerCoordinate]
  ) -> String {
    let own = probe.components
    let ratios = own.map { $0.priorRatio ?? .infinity }
    let known = own.indices.filter { ratios[$0] < 0.5 }.sorted { ratios[$0] < ratios[$1] }
      .prefix(min(2, probe.directions?.count ?? 0))
    let formulas = known.compactMap { index -> String? in
      guard own[index].exponents.count == coordinates.count else { return nil }
      let formula = ComponentFormula(index, of: own, coordinates)
      return "\(formula.text) = \(formula.value) ± \(formula.error)"
    }
    let count = probe.directions.map { Rounding.number($0.dimensionality, decimals: 2) } ?? "–"
    return "\(probe.name): \(count) dimensions"
      + (formulas.isEmpty ? "" : "; " + formulas.joined(separator: "; "))
      + (probe.objection.map { "; draws: \($0)" } ?? "")
  }

  /// How the flow's components lie to those of the draws, and whether they turn.
  private static func entries(
    _ shape: PosteriorShape, _ result: PosteriorComponents
  ) -> Report.Entries {
    guard shape.places.count == 3, let leading = result.components.first else { return [] }
    var entries: Report.Entries = []
    for (label, components) in [
      ("the leading component of its draws", shape.ofDraws),
      ("the local one in the middle", shape.places[1].components),
    ] {
      guard let own = components.first else { continue }
      let formula = ComponentFormula(0, of: components, result.coordinates)
      let ratio = own.standardDeviation / leading.standardDeviation
      let turn =
        String(format: "%.1f degrees away and ", own.angle(to: leading))
        + (ratio > 2
          ? Rounding.number(ratio, digits: 2) + " times as wide"
          : String(format: "%.1f %% %@", 100 * abs(ratio - 1), ratio < 1 ? "narrower" : "wider"))
      entries.append(
        (
          entries.isEmpty ? "flow" : "",
          "\(label): \(formula.text) = \(formula.value) ± \(formula.error), \(turn)"
        ))
    }
    if let angle = shape.angle {
      let turn = String(
        format: "the widest direction turns by %.1f degrees from its 16 %% to its 84 %% point",
        angle)
      entries.append(
        ("shape", shape.isBent ? "bent: use the map; \(turn)" : "straight: \(turn)"))
    } else if result.components.count > 1 {
      entries.append(("shape", "round: no direction is much wider than the others"))
    }
    return entries
  }
}
