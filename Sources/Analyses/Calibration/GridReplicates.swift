public import Inference

/// Posteriors of mocks of one or two parameters by sums over a lattice that follows each of them, from one table of
/// predictions; whatever else there is goes to weighted draws.
///
/// The lattice lies along the axes of the curvature at the mode, in steps of 0.4 standard deviations, and grows row
/// by row to where the density is e^−12.5 of its largest. Where the posterior is nearly normal, ranks are those of weighted draws to 0.02. Where it is
/// bent, as that of Ωm and w, ranks of single mocks differ from these by up to 0.05 and standard deviations by up to 11 %; `WeightedReplicates`
/// is the other way then.
public struct GridReplicates: ReplicateSampler {
  private let table: SummaryTable?
  private let fallback = WeightedReplicates()

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
    if let table, let summaries = mock.summaries,
      let lattice = MockLattice(
        table, summaries, errorScale: mock.survey.errorScale,
        from: mock.point ?? mock.values.map { _ in 0 }, using: &random),
      let judgement = lattice.judgement(of: mock, mock.point ?? mock.coordinates)
    {
      return judgement
    }
    return try await fallback.judge(mock, in: context)
  }
}
