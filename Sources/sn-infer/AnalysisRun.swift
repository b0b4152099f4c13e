import Analyses
import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import Logging
import Reports
import Samplers

/// One run of a checked problem: samples, and writes and prints the results.
struct AnalysisRun {
  var problem: Problem
  let options: RunOptions
  private let begin = ContinuousClock.now
  /// Notes for the user before it begins.
  var notes: [String]

  init(_ problem: Problem, _ options: RunOptions) {
    self.problem = problem
    self.problem.analysis.output =
      options.output ?? problem.analysis.output ?? "chains/\(problem.name)"
    self.options = options
    notes = problem.notes + (Self.noteOfRanks.map { [$0] } ?? [])
  }

  func run() async throws {
    if options.best {
      showNotes()
      return try showBestFit()
    }
    guard let folder = try await openFolder() else { return }
    showNotes()
    for note in folder.notes { Logger(label: "sn-infer").warning("\(note)") }
    show("\(Introduction(problem, isResumed: folder.isResumed))\n")
    try folder.begin()
    let progress = Progress(isQuiet: options.quiet)
    let stop = StopRequest()
    let context = RunContext(
      seed: Seed(problem.analysis.seed), stop: StopSignal { stop.isRequested }, store: folder,
      events: { progress.update($0) })
    var (findings, sets): (Findings, [SampleSet])
    do {
      defer { progress.finish() }
      (findings, sets) = try await problem.run(in: context)
    } catch {
      await folder.abandon(after: error)
      throw error
    }
    findings.version = SNInfer.version
    findings.command = ShellWords.joined(CommandLine.arguments)
    try await finish(findings, sets, folder)
  }

  private func showNotes() {
    if !options.quiet { for note in notes { Logger(label: "sn-infer").notice("\(note)") } }
  }

  private func showBestFit() throws {
    let text = try BestFitText(problem)
    show("\(Introduction(problem, isSampled: false))\n\n\(text)")
    if options.json { print(try text.json(), terminator: "") }
    if !options.quiet {
      for remark in problem.remarks { Logger(label: "sn-infer").notice("\(remark)") }
    }
    if let sentence = text.goodness.sentence { Logger(label: "sn-infer").warning("\(sentence)") }
    if let sentence = text.objection { Logger(label: "sn-infer").warning("\(sentence)") }
    let grade = text.goodness.grade.exitStatus
    let status = grade == .success && text.objection != nil ? .failedWitness : grade
    if status != .success { throw ExitCode(status.rawValue) }
  }

  private func finish(
    _ findings: Findings, _ sets: [SampleSet], _ folder: OutputFolder
  ) async throws {
    if let reference = sets.first(where: { $0.kind == .chains }) {
      try folder.announce(["\(reference.root).fits"])
      try Chain.writeFITS(reference.chains, to: "\(folder.path)/\(reference.root).fits")
      try folder.write(CovarianceFile(reference.chains).content, to: "\(reference.root).covmat")
    }
    try await folder.finish(
      findings, sets, problem.tables(sets, best: findings.bestDraw?.parameters))
    let text = ResultText(
      findings, sets, in: folder.path, since: begin, hasReport: !options.noReport)
    let notes = options.noReport ? [] : try await RunReport(folder: folder.path).write()

    if options.json { print(try findings.json(), terminator: "") }
    show("\(text)")
    let logger = Logger(label: "sn-infer")
    if !options.quiet {
      for note in problem.remarks + (findings.chains?.notes ?? []) { logger.notice("\(note)") }
    }
    for warning in findings.warnings + notes { logger.warning("\(warning)") }
    if let status = findings.verdict?.grade.exitStatus, status != .success {
      throw ExitCode(status.rawValue)
    }
  }

  /// Prints text, unless JSON is requested.
  private func show(_ text: String) {
    if !options.json { print(text) }
  }
}
