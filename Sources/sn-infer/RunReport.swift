import Digests
import Foundation
import Inference
import Reports
import Samplers

/// The report of a run that is on disk: reads its folder, summarises, draws and writes.
struct RunReport {
  /// The folder of the run.
  let folder: String
  /// Values that a mock was made with, by name.
  var truths: [String: Double] = [:]

  /// Writes `report.html` and the folder `report`.
  ///
  /// - Returns: what a user should know, in sentences.
  func write() async throws -> [String] {
    var run = try RunFolder(folder)
    var summaries: [String: PosteriorSummary] = [:]
    var notes: [String] = []
    var samplers: [RunFolder.Sampler] = []
    var sides: [String: ComparedChains] = [:]
    for sampler in run.samplers {
      let prepared = try PreparedChains(
        sampler.chains, "\(folder)/\(sampler.root)", isWeighted: sampler.isWeighted)
      if !sampler.isWeighted { notes += prepared.notes.map { "\(sampler.root): \($0)" } }
      let side = ComparedChains(
        sampler.title, prepared, run.record.outcomes[sampler.root] ?? .init())
      summaries[sampler.root] = side.summary
      sides[sampler.root] = side
      samplers.append(sampler.with(prepared.chains))
    }
    let changes = Self.changedFiles(run.record.data?.files ?? [:])
    run = run.with(samplers, notes: notes + changes)
    let report = Report(run, summaries: summaries, truths: truths, verdicts: try verdicts(sides))
    return changes + (try await ReportFolder(folder).write(report))
  }

  /// What is to be said of files that are no longer those that were fitted; those that are not there
  /// any more cannot tell.
  private static func changedFiles(_ files: [String: String]) -> [String] {
    files.sorted { $0.key < $1.key }.compactMap { path, digest in
      guard let now = FileDigest(of: path), now.hexadecimal != digest else { return nil }
      return "\(path) has changed since the run: its SHA-256 is now \(now.hexadecimal)"
    }
  }

  /// How the flow compares with the reference, if both ran.
  private func verdicts(_ sides: [String: ComparedChains]) throws -> [Report.Verdict] {
    guard let reference = sides["hmc"] else { return [] }
    return try ["nhf-exact", "nhf", "map"].compactMap { sides[$0] }.map { side in
      let comparison = try CompareCommand.compare(
        reference, side, tolerance: 0.1, seed: 1, jointDraws: 400)
      let kind: Report.Verdict.Kind =
        switch comparison.verdict {
        case .agreement: .good
        case .disagreement: .bad
        case .unresolved: .caution
        }
      let sentence = ComparisonText(comparison, reference, side).sentence
      return Report.Verdict(kind, "\(sentence.prefix(1).uppercased())\(sentence.dropFirst())")
    }
  }
}
