public import Inference
public import Samplers

extension [SampleSet] {
  /// The chains that a run quotes: the first that are a sampler's own, and not what it ran behind its
  /// draws, which has no time of its own.
  public var reference: SampleSet? { first { $0.kind == .chains && $0.outcome.seconds != nil } }
}

extension Problem {
  /// Runs the samplers one after the other; each sees what those before it have made.
  ///
  /// - Returns: the sets of draws, and what was found.
  /// - Throws: `SamplingError`.
  public func run(
    in context: RunContext
  ) async throws(SamplingError) -> (findings: Findings, sets: [SampleSet]) {
    let sets = try await sample(posterior, by: analysis.samplers, in: context)
    return (await Findings(self, sets), sets)
  }
}
