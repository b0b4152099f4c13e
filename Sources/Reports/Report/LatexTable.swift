import Inference

/// The results of a report as a table for a paper, in plain LaTeX.
struct LatexTable {
  let report: Report

  /// A `tabular` with one row per parameter and one column per sampler: the median and the distances to
  /// the 16 % and 84 % quantiles.
  var text: String {
    guard !report.results.isEmpty else { return "" }
    let titles = report.results.map { Self.escaped($0.set.title) }
    var lines = [
      "% Medians with central 68 % intervals; 95 % limits where a prior truncates; --- where it alone limits.",
      "\\begin{tabular}{l\(String(repeating: "c", count: titles.count))}", "\\hline",
      (["Parameter"] + titles).joined(separator: " & ") + " \\\\", "\\hline",
    ]
    let derived = report.columns.filter(\.isDerived).map(\.name)
    if !derived.isEmpty {
      lines.insert("% Derived from sampled parameters: \(derived.joined(separator: ", ")).", at: 1)
    }
    for column in report.columns {
      let cells = report.results.map { result in
        result.quote(of: column.name)?.latex ?? "--"
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
