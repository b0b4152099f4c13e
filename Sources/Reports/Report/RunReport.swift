import Analyses
import Digests
import Foundation
import Inference
import Samplers

/// The report of a run that is on disk: reads its folder, summarises, draws and writes.
public struct RunReport: Sendable {
  /// The folder of the run.
  public let folder: String
  /// Values that a mock was made with, by name.
  public let truths: [String: Double]

  /// The report of the run in a folder.
  public init(folder: String, truths: [String: Double] = [:]) {
    self.folder = folder
    self.truths = truths
  }

  /// Writes `report.html` and the folder `report`.
  ///
  /// - Returns: what a user should know, in sentences.
  /// - Throws: `ChainFileError` if there are no chains, or they cannot be read; `OutputError`.
  public func write() async throws -> [String] {
    var run = try RunFolder(folder)
    var summaries: [String: PosteriorSummary] = [:]
    var notes: [String] = []
    var samplers: [RunFolder.Sampler] = []
    var sides: [String: ComparedChains] = [:]
    for sampler in run.samplers {
      let prepared = try PreparedChains(
        sampler.chains, "\(folder)/\(sampler.root)", isWeighted: sampler.isWeighted)
      if !sampler.isWeighted { notes += prepared.notes.map { "\(sampler.root): \($0)" } }
      summaries[sampler.root] = prepared.draws.summary
      sides[sampler.root] = ComparedChains(
        sampler.title, prepared.draws, run.findings.outcomes[sampler.root] ?? .init())
      samplers.append(sampler.with(prepared.draws.chains))
    }
    let changes = Self.changedFiles(run.findings.data?.files ?? [:])
    run = run.with(samplers, notes: notes + changes)
    let report = Report(run, summaries: summaries, truths: truths, verdicts: verdicts(sides))
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

  /// How the other samplers compare with the reference, if both ran.
  private func verdicts(_ sides: [String: ComparedChains]) -> [Report.Verdict] {
    guard let reference = sides[RunFolder.roots[0].root] else { return [] }
    return ["nhf-exact", "nhf", "map"].compactMap { sides[$0] }.compactMap { side in
      guard
        let comparison = PosteriorComparison(
          of: reference.draws, side.draws, tolerance: 0.1, seed: 1, jointDraws: 400)
      else { return nil }
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
