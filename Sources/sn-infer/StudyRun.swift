import Analyses
import ArgumentParser
import Foundation
import Inference
import Logging
import Reports
import Studies

/// One process's share of a study: computes units, and prints and writes the result once all are there.
struct StudyRun {
  /// The folder that processes share; nil for this one alone.
  var output: String?
  /// Whether a study that is there goes.
  var isReplacing: Bool
  /// The part of an array job; nil for what a launcher says.
  var part: WorkerPlace?
  var isQuiet: Bool
  var isJSON: Bool
  var seed: UInt64
  /// The number of threads; nil for one per core.
  var threads: Int?

  private var place: WorkerPlace { part ?? Ranks.place }

  /// Whether this process prints results: in an array job each, of ranks that run together the first.
  var isPrinting: Bool { part != nil || place.rank == 0 }

  /// Where this process computes what does not belong to a unit.
  var context: RunContext {
    let stop = StopRequest()
    return RunContext(
      seed: Seed(seed), workers: LocalWorkers(threadCount: threads),
      stop: StopSignal { stop.isRequested })
  }

  /// The results of all units, once they are there.
  ///
  /// - Parameters:
  ///   - study: the units.
  ///   - name: that of the command.
  ///   - identity: what results depend on.
  func units(
    of study: some UnitStudy, _ name: String, identity: [String: String]
  ) async throws -> UnitTable {
    var runner = Ranks.group.map { StudyRunner(group: $0) } ?? StudyRunner(place: place)
    if let output {
      if isReplacing, place.count > 1 {
        throw ValidationError(
          "--force would remove what other processes do; remove the folder first.")
      }
      let manifest = StudyFolder.Manifest(
        study: name, unitCount: study.unitCount, columns: study.columns,
        identity: identity.merging(["seed": "\(seed)"]) { own, _ in own },
        arguments: Array(CommandLine.arguments.dropFirst()))
      runner.folder = try StudyFolder(output, manifest, replacing: isReplacing)
    } else if place.count > 1, Ranks.group == nil {
      throw ValidationError("\(place.count) processes need an --output that they share.")
    }
    let progress = Progress(isQuiet: isQuiet || !isPrinting)
    defer { progress.finish() }
    var context = self.context
    context.events = { progress.update($0) }
    let units = try await runner.run(study, in: context)
    await Ranks.group?.leave()
    // What is left to do takes one.
    guard isPrinting else { throw ExitCode.success }
    try runner.folder?.write(units)
    let logger = Logger(label: "sn-infer")
    for (unit, reason) in units.failures.prefix(3) {
      logger.warning("unit \(unit) failed: \(reason)")
    }
    return units
  }

  /// Prints a result, and writes it with its page to the folder over that of other processes, which is the same.
  func finish(
    _ result: some PrintedResult, _ status: ExitStatus, _ report: Report? = nil
  ) async throws {
    print(isJSON ? try result.json() : "\(result)\n", terminator: "")
    if let output {
      try result.write(to: output, replacing: true)
      for note in try await notes(report, output) {
        if !isQuiet { Logger(label: "sn-infer").warning("\(note)") }
      }
    }
    if status != .success { throw ExitCode(status.rawValue) }
  }

  private func notes(_ report: Report?, _ folder: String) async throws -> [String] {
    guard let report else { return [] }
    return try await ReportFolder(folder).write(report)
  }
}
