public import Inference
public import Samplers

extension Problem {
  /// Runs the samplers one after the other; each sees what those before it have made.
  ///
  /// - Returns: the sets of draws, and what was found.
  /// - Throws: `SamplingError`.
  public func run(
    in context: RunContext
  ) async throws(SamplingError) -> (findings: Findings, sets: [SampleSet]) {
    var context = context
    for sampler in analysis.samplers {
      context.earlier += try await sampler.run(posterior, in: context)
    }
    return (Findings(self, context.earlier), context.earlier)
  }
}
