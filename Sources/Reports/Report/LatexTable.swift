import Inference
import Samplers

/// The results of a report as a table for a paper, in plain LaTeX.
struct LatexTable {
  let report: Report

  /// A `tabular` with one row per parameter and one column per sampler: the median and the distances to
  /// the 16 % and 84 % quantiles.
  var text: String {
    guard let first = report.results.first else { return "" }
    let titles = report.results.map { Self.escaped($0.set.title) }
    var lines = [
      "% Medians with central 68 % intervals; 95 % limits where a prior truncates.",
      "\\begin{tabular}{l\(String(repeating: "c", count: titles.count))}", "\\hline",
      (["Parameter"] + titles).joined(separator: " & ") + " \\\\", "\\hline",
    ]
    let derived = first.columns.filter(\.isDerived).map(\.name)
    if !derived.isEmpty {
      lines.insert("% Derived from sampled parameters: \(derived.joined(separator: ", ")).", at: 1)
    }
    for column in first.columns {
      let cells = report.results.map { result in
        result.summary.parameters.first { $0.name == column.name }
          .map { Self.interval($0, report.constraints.first { $0.name == column.name }) } ?? "--"
      }
      lines.append(
        "\(([Self.label(column.label, column.name)] + cells).joined(separator: " & ")) \\\\")
    }
    if report.results.contains(where: { $0.set.outcome.logEvidence != nil }) {
      let cells = report.results.map { result in
        result.set.outcome.logEvidence == nil
          ? "--"
          : "$\(ReportPage.evidence(result).replacing("±", with: "\\pm").replacing("−", with: "-"))$"
      }
      lines.append("\((["$\\ln Z$"] + cells).joined(separator: " & ")) \\\\")
    }
    lines += ["\\hline", "\\end{tabular}", ""]
    return lines.joined(separator: "\n")
  }

  private static func interval(
    _ parameter: ParameterSummary, _ constraint: ParameterConstraint?
  ) -> String {
    let quantiles = parameter.quantiles
    guard quantiles.count > 3 else { return "--" }
    if let constraint, constraint.kind != .interval {
      guard let limit = constraint.limit else { return "not constrained" }
      let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 2)
      let number = Rounding.number(limit, decimals: decimals).replacing("−", with: "-")
      return "$\(constraint.kind == .upperLimit ? "<" : ">") \(number)$"
    }
    let (low, median, high) = (quantiles[1], quantiles[2], quantiles[3])
    let decimals = Rounding.decimals(for: min(high - median, median - low), digits: 2)
    func number(_ value: Double) -> String {
      Rounding.number(value, decimals: decimals).replacing("−", with: "-")
    }
    let (up, down) = (number(high - median), number(median - low))
    return up == down
      ? "$\(number(median)) \\pm \(up)$" : "$\(number(median))^{+\(up)}_{-\(down)}$"
  }

  /// A label as it is, if all its commands are known to be harmless; else the name.
  private static func label(_ latex: String, _ name: String) -> String {
    let commands = latex.matches(of: #/\\([A-Za-z]+|.)/#).map { String($0.1) }
    let isPlain =
      latex.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } && !latex.contains { "$%#&~`".contains($0) }
    let depth = latex.reduce(into: (0, 0)) { state, character in
      if character == "{" { state.0 += 1 }
      if character == "}" { state.0 -= 1 }
      state.1 = min(state.1, state.0)
    }
    guard isPlain, depth == (0, 0), commands.allSatisfy(MathLabel.isKnown) else {
      return "\\texttt{\(escaped(name))}"
    }
    return "$\(latex)$"
  }

  /// Text in which no character has a meaning for LaTeX.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case _ where character.isNewline: result += " "
      default: result.append(character)
      }
    }
    return result
  }
}
