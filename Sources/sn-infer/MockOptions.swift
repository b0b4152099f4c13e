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
      "How the posteriors of mocks are found; exact: sums over a lattice for one or two parameters, else weighted draws; hmc: one chain of 300 + 500 transitions of NUTS each; map: weighted draws of maps fitted to each; nhf: weighted draws of one flow that is trained for all, which takes minutes."
  )
  var sampler = CalibrationSampler.exact

  @Option(
    help: ArgumentHelp(
      "What the fit takes errors to be, in units of what they are: 0.95 for errors that are 5 % too small.",
      valueName: "factor"))
  var errorScale = 1.0

  @Option(help: "The number of threads. (default: one per core)")
  var threads: Int?

  func validate() throws {
    try require("--replicates", replicates, in: 20...10_000_000)
    try require("--threads", threads, in: 1...1024)
    try require(
      errorScale >= 0.01 && errorScale <= 100, "--error-scale must be 0.01 to 100.")
  }

  /// The units of a study.
  func table(_ survey: MockSurvey, _ context: RunContext) async throws -> UnitTable {
    let judge = try await sampler.sampler(for: survey, in: context)
    return await UnitTable(
      of: CalibrationStudy(survey, by: judge, count: replicates), in: context)
  }

  /// Where to run.
  func context(_ table: TableOptions, _ progress: Progress) -> RunContext {
    RunContext(
      seed: Seed(table.seed), workers: LocalWorkers(threadCount: threads),
      events: { progress.update($0) })
  }
}
