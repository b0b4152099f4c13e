import Foundation
import Inference
import Mustache

/// A report as one page of HTML that needs nothing else: no network, no script, no other file.
struct ReportPage {
  let report: Report
  /// The drawings by the names of their figures.
  let drawings: [String: InlineSVG]
  /// Problems with the figures, if any.
  let notes: [String]

  /// The page.
  func html() throws(OutputError) -> String {
    do {
      let library = MustacheLibrary(templates: [
        "page": try MustacheTemplate(string: ReportTemplate.page),
        "piece": try MustacheTemplate(string: ReportTemplate.piece),
      ])
      return library.render(context, withTemplate: "page") ?? ""
    } catch {
      throw .cannotWrite(path: "report.html", reason: "\(error)")
    }
  }

  private var context: [String: Any] {
    [
      "title": report.title, "subtitle": report.subtitle,
      "style": ReportTemplate.style,
      "verdicts": (report.verdicts + notes.map { Report.Verdict(kind: .caution, text: $0) }).map {
        ["kind": $0.kind.rawValue, "sign": Self.sign($0.kind), "text": $0.text]
      },
      "overview": report.results.isEmpty ? [] : [overview],
      "results": report.results.map(details),
      "facts": report.facts.map { ["title": $0.title, "entries": Self.entries($0.entries)] },
      "galleries": report.galleries.map(gallery),
      "reproduction": report.command == nil && report.reproduction.isEmpty
        ? []
        : [
          [
            "command": report.command.map { ["text": $0] } as Any? ?? false,
            "entries": Self.entries(report.reproduction),
          ] as [String: Any]
        ],
    ]
  }

  private static func sign(_ kind: Report.Verdict.Kind) -> String {
    switch kind {
    case .good: "✓"
    case .caution: "!"
    case .bad: "✗"
    }
  }

  private static func entries(_ list: Report.Entries) -> [[String: String]] {
    list.map { ["name": $0.name, "value": $0.value] }
  }

  private static func label(_ latex: String) -> [[String: Any]] {
    MathLabel(latex: latex).pieces.map {
      [
        "text": $0.text, "italic": $0.isItalic, "upright": !$0.isItalic,
        "line": $0.script == .line, "lower": $0.script == .lower, "upper": $0.script == .upper,
      ]
    }
  }

  /// Mean ± standard deviation of every sampler or run side by side; of runs also what is to be quoted.
  private var overview: [String: Any] {
    let rows: [[String: Any]] = report.columns.flatMap { column -> [[String: Any]] in
      let name = column.name
      let cells = report.results.map { result -> String in
        guard let parameter = result.summary.parameters.first(where: { $0.name == name }) else {
          return "–"
        }
        let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 2)
        return Rounding.number(parameter.mean, decimals: decimals + 1) + " ± "
          + Rounding.number(parameter.standardDeviation, decimals: decimals + 1)
      }
      let row: [String: Any] = [
        "label": Self.label(column.label), "name": column.isDerived ? "\(name), derived" : name,
        "cells": cells, "kind": "main",
      ]
      guard report.comparesRuns else { return [row] }
      let quotes = report.results.map { $0.quote(of: name)?.plain ?? "–" }
      return [
        row,
        [
          "kind": "minor under", "name": name, "cells": quotes,
          "label": [["text": "68 % or 95 %", "upright": true, "line": true] as [String: Any]],
        ],
      ]
    }
    var extra: [[String: Any]] = []
    func add(_ name: String, _ cells: [String]) {
      if cells.contains(where: { $0 != "–" }) { extra.append(["name": name, "cells": cells]) }
    }
    func number(_ value: Double?, digits: Int) -> String {
      value.map { Rounding.number($0, digits: digits) } ?? "–"
    }
    let sizes = report.results.map { result -> Double? in
      let size = result.summary.smallestEffectiveSampleSize
      return size.isFinite ? size : nil
    }
    add("draws", report.results.map { "\($0.summary.drawCount)" })
    add("smallest effective sample size", sizes.map { number($0, digits: 4) })
    add(
      "the same per second",
      zip(report.results, sizes).map { result, size in
        number(size.flatMap { size in result.set.outcome.seconds.map { size / $0 } }, digits: 3)
      })
    add(
      "the same per likelihood call",
      zip(report.results, sizes).map { result, size in
        number(
          size.flatMap { size in result.set.outcome.likelihoodCalls.map { size / $0 } }, digits: 2)
      })
    add("ln Z", report.results.map(Self.evidence))
    for name in report.results[0].remarks.map(\.name) {
      add(name, report.results.map { $0.remarks.first { $0.name == name }?.value ?? "–" })
    }
    add("k-hat", report.results.map { number($0.set.outcome.shape, digits: 2) })
    return [
      "titles": report.results.map(\.set.title), "rows": rows, "extra": extra,
    ]
  }

  static func evidence(_ result: Report.Result) -> String {
    guard let value = result.set.outcome.logEvidence else { return "–" }
    guard let error = result.set.outcome.logEvidenceError else {
      return Rounding.number(value, decimals: 3)
    }
    let decimals = Rounding.decimals(for: error, digits: 2)
    return
      "\(Rounding.number(value, decimals: decimals)) ± \(Rounding.number(error, decimals: decimals))"
  }

  /// The details of the posterior of one sampler.
  private func details(_ result: Report.Result) -> [String: Any] {
    let isWeighted = result.set.kind == .weighted
    let labels = Dictionary(
      result.columns.map { ($0.name, $0.label) }, uniquingKeysWith: { first, _ in first })
    let rows: [[String: Any]] = result.summary.parameters.map { parameter in
      let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 3)
      let numbers = [parameter.mean, parameter.standardDeviation] + parameter.quantiles
      var cells = numbers.map { Rounding.number($0, decimals: decimals) }
      cells.append(Rounding.number(parameter.standardErrorOfMean, digits: 2))
      cells.append(Rounding.number(parameter.bulkEffectiveSampleSize, decimals: 0))
      if !isWeighted {
        cells.append(Rounding.number(parameter.tailEffectiveSampleSize, decimals: 0))
        cells.append(Rounding.number(parameter.rHat, decimals: 4))
      }
      return [
        "label": Self.label(labels[parameter.name] ?? parameter.name),
        "name": parameter.isDerived ? "\(parameter.name), derived" : parameter.name,
        "cells": cells,
      ]
    }
    let quantiles = ParameterSummary.probabilities.map { String(format: "%g %%", 100 * $0) }
    var titles = ["mean", "sd"] + quantiles + ["error of the mean"]
    titles += isWeighted ? ["ESS"] : ["bulk ESS", "tail ESS", "R-hat"]
    var notes: [String] = []
    if !result.summary.energyFractions.isEmpty {
      let fractions = result.summary.energyFractions.map { Rounding.number($0, decimals: 2) }
      notes.append(
        "E-BFMI \(fractions.joined(separator: ", ")); \(result.summary.divergenceCount) divergences; \(result.summary.saturatedTreeCount) trees of maximum depth."
      )
    }
    notes += result.summary.notes
    return ["title": result.set.title, "titles": titles, "rows": rows, "notes": notes]
  }

  private func gallery(_ gallery: Report.Gallery) -> [String: Any] {
    let figures: [[String: Any]] = gallery.figures.compactMap { figure in
      guard let drawing = drawings[figure.name] else { return nil }
      return [
        "svg": drawing.markup, "caption": figure.caption, "name": figure.name,
        "width": GnuplotScript.number(report.format.zoom(figure.size) * figure.size.width),
      ]
    }
    return ["title": gallery.title, "shown": !figures.isEmpty, "figures": figures]
  }
}
