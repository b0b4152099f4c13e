import Inference

/// A posterior as it is sampled in coordinates in which its prior is N(0, I): without an offset that can
/// be drawn afterwards, where coordinates are fitted.
struct SamplingTarget: Sendable {
  /// The density.
  let density: any LogDensity
  private let collapsed: CollapsedPosterior?
  private let space: ParameterSpace

  /// The name of the offset that is drawn afterwards, if there is one.
  var offsetName: String? { collapsed?.offsetName }

  /// A target in coordinates of a kind.
  ///
  /// - Throws: `SamplingError.improperPrior`, as there are no coordinates in which such a prior is normal.
  init(_ posterior: Posterior, for choice: CoordinateChoice) throws(SamplingError) {
    let improper = posterior.space.improperParameters
    guard improper.isEmpty else { throw .improperPrior(improper) }
    space = posterior.space.standardised
    // Coordinates other than fitted ones are those of the posterior itself.
    collapsed = [.fitted, .thin].contains(choice) ? CollapsedPosterior(posterior) : nil
    density = collapsed ?? posterior.standardised
  }

  /// The points of draws of chains, at most about ten thousand.
  func points(
    of chains: [Chain], in context: RunContext
  ) async throws(SamplingError) -> [[Double]] {
    let stride = max(1, chains.reduce(0) { $0 + $1.count } / 10_000)
    let draws = chains.flatMap { chain in
      Swift.stride(from: 0, to: chain.count, by: stride).map { chain.draw($0) }
    }
    return try await context.tiles(draws.count, during: "the view from the chains") { _, range in
      draws[range].map(point(of:))
    }.compactMap(\.self)
  }

  private func point(of values: [Double]) -> [Double]? {
    if let collapsed { return collapsed.position(of: values) }
    return space.position(of: values)
  }
}
