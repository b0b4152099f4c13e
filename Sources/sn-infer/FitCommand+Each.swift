import Analyses
import ArgumentParser
import Cosmology
import Inference
import Reports
import Studies

/// `sn-infer fit --each`: fits of several files, which processes can share.
extension FitCommand: StudyCommand {
  var studyFolder: String? { each.isEmpty ? nil : options.output }

  var isShared: Bool { !each.isEmpty && sharing.part == nil }

  mutating func merge(_ folder: String) {
    (options.output, options.force, sharing.part) = (folder, false, .alone)
  }

  /// Fits each of several files.
  func runEach() async throws {
    var seed: UInt64 = 1
    let members = try each.map { file in
      var one = self
      one.input.catalog = file
      let analysis =
        AnalysisFile.isName(file)
        ? try AnalysisFile.read(file, setting: options.set)
        : try Analysis(options: one).setting(options.set)
      seed = analysis.seed
      return (name: file, problem: try analysis.problem())
    }
    let study = EnsembleStudy(members)
    let run = StudyRun(
      output: options.output, isReplacing: options.force, part: sharing.part,
      isQuiet: options.quiet, isJSON: options.json, seed: seed)
    let ensemble = Ensemble(
      study,
      try await run.units(of: study, "fit", identity: study.identity(version: SNInfer.version)))
    let text = EnsembleText(ensemble)
    try await run.finish(text, ensemble.exitStatus, text.report("\(members.count) fits"))
  }
}
