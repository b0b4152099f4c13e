import Analyses
public import ArgumentParser
import Inference
import Reports

extension CalibrationSampler: ExpressibleByArgument {}

/// The options of studies of mocks.
struct MockOptions: ParsableArguments {
  @Option(help: "The number of mocks.")
  var replicates = 1000

  @Option(
    help:
      "How the posteriors of mocks are found; exact: sums over a lattice for one or two parameters, else weighted draws; hmc: one chain of 200 + 500 transitions of NUTS each, in fitted coordinates where a posterior is bent or has several modes; map: weighted draws of maps fitted to each; nhf: weighted draws of one flow that is trained for all, which takes minutes before the first."
  )
  var sampler = CalibrationSampler.exact

  @Option(
    help: ArgumentHelp(
      "What the fit takes errors to be, in units of what they are: 0.95 for errors that are 5 % too small.",
      valueName: "factor"))
  var errorScale = 1.0

  func validate() throws {
    try require("--replicates", replicates, in: 20...10_000_000)
    try require(
      errorScale >= 0.01 && errorScale <= 100, "--error-scale must be 0.01 to 100.")
  }

  /// The study; a flow for it is trained first.
  func study(_ survey: MockSurvey, _ run: StudyRun) async throws -> CalibrationStudy {
    let progress = Progress(isQuiet: run.isQuiet || !run.isPrinting)
    defer { progress.finish() }
    let stop = StopRequest()
    let judge = try await sampler.sampler(
      for: survey,
      in: RunContext(
        seed: Seed(run.seed), workers: LocalWorkers(threadCount: run.threads),
        stop: StopSignal { stop.isRequested }, events: { progress.update($0) }))
    return CalibrationStudy(survey, by: judge, count: replicates)
  }

  /// What the numbers of mocks depend on besides their seed.
  func identity(_ problem: Problem) -> [String: String] {
    RunRecord(problem, version: SNInfer.version).identity.merging([
      "mocks.sampler": sampler.rawValue, "mocks.error_scale": "\(errorScale)",
    ]) { _, own in own }
  }
}
