import Analyses
import Digests
import Foundation
import Inference
import Samplers

/// The report of a run that is on disk: reads its folder, summarises, draws and writes.
public struct RunReport: Sendable {
  /// The folder of the run.
  public let folder: String
  /// The true values of a mock, by name.
  public let truths: [String: Double]
  /// What the figures are made for.
  public let format: FigureFormat

  /// The report of the run in a folder.
  public init(
    folder: String, truths: [String: Double] = [:], format: FigureFormat = .page
  ) {
    self.folder = folder
    self.truths = truths
    self.format = format
  }

  /// Writes `report.html` and the folder `report`.
  ///
  /// - Returns: notes for the user, in sentences.
  /// - Throws: `ChainFileError` if there are no chains, or they cannot be read; `OutputError`.
  public func write() async throws -> [String] {
    var run = try RunFolder(folder)
    var summaries: [String: PosteriorSummary] = [:]
    var notes: [String] = []
    var sides: [String: ComparedChains] = [:]
    for (index, set) in run.samplers.enumerated() {
      let isWeighted = set.kind == .weighted
      let prepared = try PreparedChains(
        set.chains, "\(run.path)/\(set.root)", isWeighted: isWeighted)
      if !isWeighted {
        notes += (prepared.notes + prepared.failures).map { "\(set.root): \($0)" }
      }
      summaries[set.root] = prepared.draws.summary
      sides[set.root] = ComparedChains(set.title, prepared.draws, set.outcome)
      run.samplers[index].chains = prepared.draws.chains
    }
    let changes = Self.changedFiles(run.findings.data?.files ?? [:])
    run.notes += notes + changes
    // Raw draws are not meant to be those of the posterior; exact ones come first.
    let others =
      run.samplers.filter { $0.kind == .chains } + run.samplers.filter { $0.kind == .weighted }
    let components = try? await RunComponents(folder, among: run.samplers)
    let report = Report(
      run, summaries: summaries,
      components: components.map { ComponentsFile(in: run.path, of: $0.result).completed },
      truths: truths,
      // A finished run has assessed its sets itself.
      verdicts: run.findings.verdict == nil ? verdicts(others.compactMap { sides[$0.root] }) : [],
      format: format)
    let columns = run.samplers.flatMap { $0.chains.first?.columns.map(\.name) ?? [] }
    return changes + MarkedValues.notes(on: truths, among: columns)
      + (try await ReportFolder(run.path).write(report))
  }

  /// Warnings about files that have changed since the fit; missing ones
  /// cannot be checked.
  private static func changedFiles(_ files: [String: String]) -> [String] {
    files.sorted { $0.key < $1.key }.compactMap { path, digest in
      guard let now = FileDigest(of: path), now.hexadecimal != digest else { return nil }
      return "\(path) has changed since the run: its SHA-256 is now \(now.hexadecimal)"
    }
  }

  /// How the other samplers compare with the reference, the first, if that ran.
  private func verdicts(_ sides: [ComparedChains]) -> [Report.Verdict] {
    guard let reference = sides.first, reference.root == RunFolder.known[0].title else { return [] }
    return sides.dropFirst().compactMap { side in
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
      return Report.Verdict(
        kind: kind, text: "\(sentence.prefix(1).uppercased())\(sentence.dropFirst())")
    }
  }
}
