import Analyses
import Foundation
import Samplers

/// What the draws of one fit tell about it, as tables for a terminal and as entries of a page.
struct ReferenceChecksText {
  let checks: ReferenceChecks

  /// The tables, with what is unusual behind them.
  var paragraphs: [String] {
    var paragraphs = sections.map { section in
      ([AlignedTable(section.table, leading: section.leading).description]
        + section.sentences.map { LabelledLine.wrapped("", $0) })
        .joined(separator: "\n")
    }
    paragraphs += checks.surprises.map { LabelledLine.wrapped("unusual", $0) }
    return paragraphs + checks.notes.map { LabelledLine.wrapped("note", $0) }
  }

  /// Headings with a line for each row of a table.
  var facts: [(title: String, entries: Report.Entries)] {
    sections.map { section in
      let titles = section.table[0]
      let rows = section.table.dropFirst().map { row in
        let cells = row.indices.dropFirst().map { column in
          column < titles.count && !titles[column].isEmpty
            ? "\(titles[column]) \(row[column])" : row[column]
        }
        return (name: row[0], value: cells.joined(separator: ", "))
      }
      return (
        title: section.title,
        entries: rows + section.sentences.map { (name: "in all", value: $0) }
      )
    }
  }

  private struct Section {
    let title: String
    let table: [[String]]
    var leading: Set<Int> = [0]
    var sentences: [String] = []
  }

  private var sections: [Section] {
    [sensitivity].compactMap(\.self) + chiSquares + [quantities, influence].compactMap(\.self)
  }

  // MARK: Sections

  private var sensitivity: Section? {
    guard let both = checks.priorSensitivity, !both.prior.sensitivities.isEmpty else { return nil }
    let rows = both.prior.sensitivities.indices.map { index -> [String] in
      let (prior, likelihood) = (
        both.prior.sensitivities[index], both.likelihood.sensitivities[index]
      )
      return [
        prior.name, Self.signed(prior.shift), Rounding.number(prior.distance, decimals: 2),
        Self.signed(likelihood.shift), Rounding.number(likelihood.distance, decimals: 2),
        both.reading(index).rawValue,
      ]
    }
    let powers = both.prior.powers + both.likelihood.powers
    let shape = powers.map(\.paretoShape).filter(\.isFinite).max() ?? 0
    let size = powers.map(\.effectiveSampleSize).min() ?? 0
    let isKnown = both.prior.isReliable && both.likelihood.isReliable
    return Section(
      title: "Sensitivity to prior and likelihood",
      table: [["power", "prior [σ]", "D", "likelihood [σ]", "D", ""]] + rows,
      leading: [0, 5],
      sentences: [
        "shift of the mean for each doubling of the power, and distance D, sensitive from \(PowerScaling.sensitiveDistance); k-hat at most \(Rounding.number(shape, decimals: 2)), \(Rounding.number(size, decimals: 0)) draws effective"
          + (isKnown ? "" : ": the draws cannot tell")
      ])
  }

  private var chiSquares: [Section] {
    guard let predictive = checks.predictive else { return [] }
    let kinds = predictive.parts.map(\.kind).reduce(into: [String]()) { kinds, kind in
      if !kinds.contains(kind) { kinds.append(kind) }
    }
    let all = predictive.parts.filter { $0.kind == "all" }
    return kinds.filter { $0 != "all" || kinds.count == 1 }.map { kind in
      let parts = all + predictive.parts.filter { $0.kind == kind && kind != "all" }
      return Section(
        title: "χ² by \(kind)",
        table: [[kind, "SNe", "χ²", "dof", "PTE"]]
          + parts.map { part in
            [
              part.kind == "all" ? "all" : Self.short(part.name), "\(part.count)",
              Rounding.number(part.chiSquared, decimals: 1), "\(part.degreesOfFreedom)",
              Self.probability(part.probabilityToExceed),
            ]
          })
    }
  }

  private var quantities: Section? {
    guard let predictive = checks.predictive else { return nil }
    let rows = predictive.quantities.map { quantity in
      [
        quantity.quantity.title, Rounding.number(quantity.value, decimals: 2),
        "\(Rounding.number(quantity.replicaMean, decimals: 2)) ± \(Rounding.number(quantity.replicaStandardDeviation, decimals: 2))",
        Self.probability(quantity.probability, least: 1 / Double(max(1, predictive.drawCount))),
      ]
    }
    return Section(
      title: "Posterior predictive checks",
      table: [["predictive check", "data", "replicas", "p"]] + rows,
      sentences: [
        "\(predictive.drawCount) draws with a replica each; the largest pull is \(predictive.largestName)'s, \(Self.signed(predictive.largestPull))"
      ])
  }

  private var influence: Section? {
    guard let influence = checks.influence, !influence.rows.isEmpty else { return nil }
    let rows = influence.rows.map { row in
      [
        Self.short(row.name), Rounding.number(row.redshift, decimals: 4), Self.signed(row.pull),
        row.parameter, Self.signed(row.shift),
        row.paretoShape.isFinite ? Rounding.number(row.paretoShape, decimals: 2) : "–",
        row.isRefitted ? "by a fit" : row.paretoShape <= influence.threshold ? "" : "not known",
      ]
    }
    let count = influence.unreliableCount
    return Section(
      title: "Influence of single supernovae",
      table: [["without", "z", "pull", "moves", "by [σ]", "k-hat", ""]] + rows,
      leading: [0, 3, 6],
      sentences: [
        "\(count == 0 ? "none" : "\(count)") of \(influence.count) with k-hat above \(Rounding.number(influence.threshold, decimals: 2)), whose influence draws of the whole do not tell"
      ])
  }

  // MARK: Cells

  private static func short(_ name: String) -> String {
    name.count > 24 ? "…" + name.suffix(23) : name
  }

  private static func signed(_ value: Double) -> String {
    let text = Rounding.number(value, decimals: 2)
    return value > 0 && text.contains { "123456789".contains($0) } ? "+\(text)" : text
  }

  /// A probability, with what is below a least one as such.
  private static func probability(_ value: Double, least: Double = 1e-12) -> String {
    if value < least { return "< \(String(format: "%.0e", least))" }
    if value < 0.0995 { return Rounding.number(value, digits: value < 1e-4 ? 1 : 2) }
    return 1 - value < 0.005
      ? Rounding.number(value, decimals: 5) : Rounding.number(value, decimals: 2)
  }
}
