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

  func validate() throws {
    try require("--replicates", replicates, in: 20...10_000_000)
    try require(
      errorScale >= 0.01 && errorScale <= 100, "--error-scale must be 0.01 to 100.")
  }

  /// The study.
  func study(_ survey: MockSurvey, seed: UInt64) async throws -> CalibrationStudy {
    let judge = try await sampler.sampler(for: survey, in: RunContext(seed: Seed(seed)))
    return CalibrationStudy(survey, by: judge, count: replicates)
  }

  /// What the numbers of mocks depend on besides their seed.
  func identity(_ problem: Problem) -> [String: String] {
    RunRecord(problem, version: SNInfer.version).identity.merging([
      "mocks.sampler": sampler.rawValue, "mocks.error_scale": "\(errorScale)",
    ]) { _, own in own }
  }
}
