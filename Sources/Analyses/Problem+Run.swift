public import Inference
public import Samplers

extension [SampleSet] {
  /// The reference chains of a run: the first that are a sampler's own, and not run behind its
  /// draws, which have no time of their own.
  public var reference: SampleSet? { first { $0.kind == .chains && $0.outcome.seconds != nil } }
}

extension Problem {
  /// Runs the samplers in sequence; each has the output of those before it.
  ///
  /// - Returns: the sets of draws, and the findings.
  /// - Throws: `SamplingError`.
  public func run(
    in context: RunContext
  ) async throws(SamplingError) -> (findings: Findings, sets: [SampleSet]) {
    let sets = try await sample(posterior, by: analysis.samplers, in: context)
    return (await Findings(self, sets), sets)
  }
}
