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
    for sampler in run.samplers {
      let prepared = try PreparedChains(
        sampler.chains, "\(folder)/\(sampler.root)", isWeighted: sampler.isWeighted)
      if !sampler.isWeighted { notes += prepared.notes.map { "\(sampler.root): \($0)" } }
      summaries[sampler.root] = prepared.summary
      samplers.append(sampler.with(prepared.chains))
    }
    run = run.with(samplers, notes: notes)
    let report = Report(run, summaries: summaries, truths: truths)
    return try await ReportFolder(folder).write(report)
  }
}
