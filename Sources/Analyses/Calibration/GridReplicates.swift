public import Inference

/// Posteriors of mocks of one or two parameters by sums over a lattice that follows each of them, from one table of
/// predictions; whatever else there is goes to weighted draws.
///
/// The lattice lies along the axes of the curvature at the mode, in steps of 0.4 standard deviations there, and grows row
/// by row to where the density is e^−12.5 of its largest. A posterior may be narrower elsewhere, as that of Ωm and w is: where
/// sums over every second point differ from those over all, the steps are halved.
public struct GridReplicates: ReplicateSampler {
  private let table: SummaryTable?
  private let fallback = WeightedReplicates()

  /// From one point to the next, in standard deviations at the mode.
  private static let steps = [0.4, 0.2, 0.1, 0.05]

  /// The sampler of a survey.
  ///
  /// Cost: that of the table, some thousand predictions, for surveys of one or two parameters; else nothing.
  public init(for survey: MockSurvey, in context: RunContext) async {
    let isPlain = survey.names.allSatisfy(survey.space.isIndependent)
    table =
      isPlain && survey.space.dimension <= 2 ? await SummaryTable(survey, in: context) : nil
  }

  /// Sums over the lattice.
  public func judge(
    _ mock: Replicate, in context: RunContext
  ) async throws(UnitFailure) -> ReplicateJudgement {
    var random = mock.random
    if let table, let summaries = mock.summaries {
      for step in Self.steps {
        guard
          let lattice = MockLattice(
            table, summaries, errorScale: mock.survey.errorScale,
            from: mock.point ?? mock.values.map { _ in 0 }, step: step, using: &random)
        else { break }
        if let judgement = lattice.judgement(of: mock, mock.point ?? mock.coordinates) {
          return judgement
        }
      }
    }
    return try await fallback.judge(mock, in: context)
  }
}
