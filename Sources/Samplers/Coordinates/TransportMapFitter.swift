public import Inference
import LinearAlgebra
import RealModule

/// Fits `TransportMap`s to a posterior, one for each of its modes, from values of its density and a few
/// hundred gradients: no chain and no starting point.
///
/// Descents from draws of the prior find the modes. Draws around them, and of the prior where there
/// are few parameters, give first maps by weighted maximum likelihood; then rounds of draws of the
/// maps, of coarse ones of a tempered posterior, which find thin corners, and of wide densities join
/// the pool, each point weighted by the mixture of all rounds. Where the effective sample size is too small, its
/// weights are tempered, not the likelihood. What the maps miss gets a component of its own, and in the
/// end fresh descents test whether a mode was missed.
///
/// Same seed, same bits, whatever the number of threads.
public struct TransportMapFitter: Sendable {
  /// The number of draws of the prior from which descents start.
  public var startCount = 24
  /// The maximum number of rounds of draws after the first.
  public var roundCount = 8
  /// The number of fresh descents in the test of completeness; 0 for no test.
  public var testCount = 16

  /// A fitter with its defaults.
  public init() {}

  /// What it does, in words.
  static let stage = "the fit of coordinates"

  /// Fits maps to a density in coordinates in which its prior is N(0, I), such as a posterior over
  /// `ParameterSpace.standardised`.
  ///
  /// Cost: about 10,000 evaluations for one parameter, 29,000 for two, 64,000 for three; more for several
  /// modes, and where the effective sample size of the pool is too small.
  ///
  /// - Throws: `SamplingError.noFiniteStart` if the density is finite nowhere; `noMode` if no descent
  ///   leads anywhere; `stopped` if it was asked to stop.
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

    // Modes found by the test are fitted too, and tested afresh.
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

  /// The end points of descents from draws of the prior.
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
