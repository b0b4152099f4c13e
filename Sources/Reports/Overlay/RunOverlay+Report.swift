import Analyses
import Chains
import Files
import Foundation
import Inference
import Samplers

extension RunOverlay {
  /// The report: one corner plot, the plane of w0 and wa, and a table of results; for joint fits distances and rates too.
  ///
  /// - Parameter format: what the figures are made for.
  public func report(format: FigureFormat = .page) -> Report {
    let names = runs.map(\.name)
    var report = Report(
      title: "\(runs.count) posteriors",
      subtitle: "\(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")")
    report.format = format
    report.comparesRuns = true
    report.columns = Chain.Column.of(parameters, in: runs.map(\.drawn))
    report.results = runs.map(\.result)
    let verdicts = runs.flatMap(\.verdicts) + notes.map { .init(kind: .caution, text: "\($0).") }
    report.verdicts = [.bad, .caution, .good].flatMap { kind in
      verdicts.filter { $0.kind == kind }
    }
    report.facts = runs.map { (title: $0.name, entries: $0.facts) }
    report.galleries = galleries(report)
    return report
  }

  private func galleries(_ report: Report) -> [Report.Gallery] {
    let sets = runs.map(\.drawn)
    let quotes = report.results.map { result in
      Dictionary(
        parameters.compactMap { name in result.quote(of: name).map { (name, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    var posterior: [any Figure] = []
    let corner = CornerPlot(
      posteriors: sets, columns: report.columns, quotes: quotes, truths: marks,
      format: report.format)
    if !corner.isEmpty { posterior.append(corner) }
    if let plane = DarkEnergyPlane(sets, format: report.format) { posterior.append(plane) }
    var notes: [String] = []
    let diagrams = MeasurementFile.Subject.allCases.compactMap { subject -> (any Figure)? in
      let files = runs.filter { !$0.findings.samples.isEmpty }.compactMap { run in
        MeasurementFile(subject, reading: run.argument.folder, &notes)
          .map { (name: run.name, file: $0) }
      }
      var diagram = MeasurementDiagram(files, subject)
      if let size = diagram?.size { diagram?.size = report.format.layout(size) }
      return diagram
    }
    return [Report.Gallery("Posteriors", posterior), Report.Gallery("Data and models", diagrams)]
      .filter { !$0.figures.isEmpty }
  }

  /// Writes the report to a folder, which is made where it is missing.
  ///
  /// - Returns: notes for the user, in sentences.
  /// - Throws: `OutputError` if a run is there, whose own report would be replaced, or a file cannot be written.
  public func write(_ report: Report, to folder: String) async throws(OutputError) -> [String] {
    if ReportFolder.holdsRun(folder) { throw .holdsRun(folder: folder) }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: folder, reason: "no folder can be made there")
    }
    return try await ReportFolder(folder).write(report)
  }

  /// The folder for a report, if no other is given: `chains/` and the names of the runs.
  public var usualFolder: String {
    let names = runs.map { run in
      String(run.name.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
    }
    return "chains/\(String(names.joined(separator: "+").prefix(120)))"
  }
}

extension OverlaidRun {
  /// The draws with what is known of them, for the table of results.
  fileprivate var result: Report.Result {
    let outcomes = findings.outcomes
    let own = outcomes[argument.set]
    let evidence =
      own?.logEvidence != nil
      ? own : outcomes.sorted { $0.key < $1.key }.map(\.value).first { $0.logEvidence != nil }
    var remarks: Report.Entries = []
    if let (chiSquared, count) = findings.bestFit.map({ ($0.chiSquared, $0.degreesOfFreedom) })
      ?? findings.bestDraw.map({ ($0.chiSquared, $0.degreesOfFreedom) })
    {
      let value = Rounding.number(chiSquared, decimals: 2)
      remarks.append(("χ² / degrees of freedom", "\(value) / \(count)"))
    }
    remarks.append(("verdict", grade))
    return Report.Result(
      set: SampleSet(
        root: argument.set, title: name, kind: draws.isWeighted ? .weighted : .chains,
        chains: draws.chains,
        outcome: SamplerOutcome(
          logEvidence: evidence?.logEvidence, logEvidenceError: evidence?.logEvidenceError)),
      summary: draws.summary, constraints: constraints, remarks: remarks)
  }

  private var gateFailures: [String] {
    failures + (draws.isWeighted ? [] : draws.summary.failedGates)
  }

  /// That of the run's verdict; of other chains whether they have converged.
  private var grade: String {
    findings.verdict?.grade.words
      ?? (!gateFailures.isEmpty ? "not converged" : draws.isWeighted ? "not assessed" : "converged")
  }

  fileprivate var verdicts: [Report.Verdict] {
    guard let verdict = findings.verdict else {
      if draws.isWeighted { return [] }
      return gateFailures.isEmpty
        ? [.init(kind: .good, text: "\(name): all checks of convergence passed.")]
        : gateFailures.map { .init(kind: .bad, text: "\(name): \($0).") }
    }
    let objections = verdict.objections.map { "; \($0.sentence)" }.joined()
    return [
      .init(kind: .init(verdict.grade), text: "\(name): \(verdict.grade.words)\(objections).")
    ]
  }

  /// Data and choices in short; the report of the run has all.
  fileprivate var facts: Report.Entries {
    var entries: Report.Entries = [("chains", argument.path)]
    if let data = findings.data {
      entries.append(
        ("catalog", "\(data.catalog), \(data.supernovae) supernovae"))
    }
    for probe in findings.probes ?? [] {
      entries.append(
        (
          probe.name,
          "\(probe.dataCount) data, χ² = \(Rounding.number(probe.chiSquared, decimals: 2)) at the best fit"
        ))
    }
    if let model = findings.model {
      entries.append(("model", model.name))
      entries += model.parameters.map { ("prior of \($0.name)", $0.prior.sentence) }
    }
    if let sampler = findings.sampler { entries.append(("sampler", sampler.name)) }
    if let command = findings.command { entries.append(("command", command)) }
    return entries
  }
}

extension Report.Verdict.Kind {
  /// How a grade looks.
  init(_ grade: Verdict.Grade) {
    self =
      switch grade {
      case .good: .good
      case .withCare, .notKnownComplete: .caution
      case .rejected: .bad
      }
  }
}
