public import Inference
import LinearAlgebra
import RealModule

/// Fits `TransportMap`s to a posterior, one for each of its modes, from values of its density and a few
/// hundred gradients: no chain and no starting point.
///
/// Descents from draws of the prior find the modes. Draws around them, and of the prior where there
/// are few parameters, give first maps by weighted maximum likelihood; then rounds of draws of the
/// maps, of coarse ones of a tempered posterior, which find thin corners, and of wide densities join
/// the pool, each point weighed by the mixture of all rounds. Where the pool is worth too little, its
/// weights are tempered, not the likelihood. What the maps miss gets a density of its own, and in the
/// end fresh descents tell whether a mode was missed.
///
/// Same seed, same bits, whatever the number of threads.
public struct TransportMapFitter: Sendable {
  /// How many draws of the prior descend to a mode.
  public var startCount = 24
  /// How many rounds of draws there are at most after the first.
  public var roundCount = 8
  /// How many fresh draws of the prior the test of completeness lets descend; 0 for no test.
  public var testCount = 16

  /// A fitter with its defaults.
  public init() {}

  /// What it does, in words.
  static let stage = "the fit of coordinates"

  /// Fits maps to a density in coordinates in which its prior is N(0, I), such as a posterior over
  /// `ParameterSpace.standardised`.
  ///
  /// Cost: some 10,000 evaluations for one parameter, 29,000 for two, 64,000 for three; more for several
  /// modes, and where the pool of points is not worth enough.
  ///
  /// - Throws: `SamplingError.noFiniteStart` if the density is finite nowhere; `noMode` if no descent
  ///   leads anywhere; `stopped` if it was told to stop.
  public func fit(
    _ density: any LogDensity, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> TransportMapFit {
    let counted = CountedDensity(density)
    let modes = try await ends(startCount, "starts of descents", counted, context)
    let distinct = Array(PosteriorMode.distinct(modes, of: counted).prefix(8))
    guard let first = distinct.first else {
      throw .noMode(counted.describe([Double](repeating: 0, count: counted.dimension)))
    }
    var state = FitState(counted, distinct, context)
    try await state.run(rounds: roundCount)
    var fit = try await state.result()
    guard testCount > 0 else { return fit.whole(density, counted.callCount) }

    // What a test finds is fitted too, and then tested by others.
    for attempt in 0..<3 {
      let ends = try await ends(testCount, "starts of test \(attempt)", counted, context)
      let test = CompletenessTest(fit, ends, best: first.logDensity)
      fit.completeness = test.completeness
      if test.missed.isEmpty || attempt == 2 { break }
      try await state.cover(test.missed, rounds: roundCount)
      fit = try await state.result()
    }
    return fit.whole(density, counted.callCount)
  }

  /// Where descents from draws of the prior end.
  private func ends(
    _ count: Int, _ purpose: String, _ density: CountedDensity, _ context: RunContext
  ) async throws(SamplingError) -> [PosteriorMode] {
    let starts = try PriorStarts.points(count, of: density, context.seed.stream(purpose))
    let ends = await context.workers.map(starts.count, unless: context.stop) {
      PosteriorMode(density, from: starts[$0])
    }
    try context.checkStop(during: Self.stage)
    return ends.compactMap { $0 }
  }
}
