public import Analyses
import Foundation
public import Inference
import Samplers

/// The results of a run, as text.
public struct ResultText: CustomStringConvertible {
  private let findings: Findings
  private let sets: [SampleSet]
  private let folder: String
  private let seconds: Double
  private let hasReport: Bool

  /// The findings of a run with its draws, where they are, and when it began; it ends now.
  public init(
    _ findings: Findings, _ sets: [SampleSet], in folder: String,
    since begin: ContinuousClock.Instant, hasReport: Bool
  ) {
    self.findings = findings
    self.sets = sets
    self.folder = folder
    // Samplers share the fit of coordinates, so their times do not add up.
    seconds = (.now - begin) / .seconds(1)
    self.hasReport = hasReport
  }

  /// The result to quote, the tables of the chains and of the flow, other facts, the verdict
  /// and the files.
  public var description: String {
    var parts = findings.posterior == nil ? [] : ["\(HeadlineTable(findings))"]
    parts += findings.chains.map { ["\(SummaryTable($0))"] } ?? []
    if let flow = findings.flow {
      let table = FlowTable(
        flow, beside: findings.chains,
        title: sets.reference?.title ?? "",
        seconds: findings.sampler?.seconds ?? 0)
      parts.append("\(table)")
    }
    parts += sets.filter { !$0.facts.isEmpty }.map { set in
      set.facts.map { LabelledLine.text($0.label, $0.text) }.joined(separator: "\n")
    }
    var lines: [String] = []
    if let verdict = findings.verdict {
      lines.append(LabelledLine.wrapped("verdict", verdict.sentence))
      lines += verdict.objections.compactMap(\.advice).map { LabelledLine.wrapped("advice", $0) }
    }
    if let best = BestFitText(findings) { lines.append("\(best)") }
    lines.append(LabelledLine.text("time", String(format: "%.2f s", seconds)))
    lines.append(
      LabelledLine.text("output", "\(folder)/: \(files.joined(separator: ", ")), summary.json"))
    if hasReport { lines.append(LabelledLine.text("report", "\(folder)/report.html")) }
    parts.append(lines.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  private var files: [String] {
    var files: [String] = []
    for (index, set) in sets.enumerated() {
      let isFirst = index == 0 && set.kind == .chains
      files.append(
        "\(set.root).1.txt" + (set.kind == .chains ? " …" : "") + (isFirst ? " for GetDist" : ""))
      if isFirst, set.chains.first?.statistics.isEmpty == false {
        files.append("\(set.root).1.csv …")
      }
      if isFirst { files.append("\(set.root).fits") }
      files += set.files.map(\.name).filter { $0.hasSuffix(".json") }
    }
    return files
  }
}
