import Inference

/// A posterior as it is sampled in coordinates in which its prior is N(0, I): without parameters that can
/// be drawn afterwards, where coordinates are fitted.
struct SamplingTarget: Sendable {
  /// The density.
  let density: any LogDensity
  private let reduced: (any ReducedDensity)?
  private let space: ParameterSpace

  /// The names of the parameters that are drawn afterwards.
  var drawnNames: [String] { reduced?.drawnNames ?? [] }

  /// A target in coordinates of a kind.
  ///
  /// - Throws: `SamplingError.improperPrior`, as there are no coordinates in which such a prior is normal.
  init(_ posterior: Posterior, for choice: CoordinateChoice) throws(SamplingError) {
    let improper = posterior.space.improperParameters
    guard improper.isEmpty else { throw .improperPrior(improper) }
    space = posterior.space.standardised
    // Coordinates other than fitted ones are those of the posterior itself.
    reduced = [.fitted, .thin].contains(choice) ? Self.reduced(posterior) : nil
    if let reduced { density = reduced } else { density = posterior.standardised }
  }

  private static func reduced(_ posterior: Posterior) -> (any ReducedDensity)? {
    if let integrated = IntegratedPosterior(posterior) { return integrated }
    return CollapsedPosterior(posterior)
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
    reduced.map { $0.position(of: values) } ?? space.position(of: values)
  }
}

/// A posterior without parameters that are drawn afterwards.
private protocol ReducedDensity: LogDensity {
  /// Their names.
  var drawnNames: [String] { get }
  /// The coordinates of values of the free parameters; nil where they have none.
  func position(of values: [Double]) -> [Double]?
}

extension IntegratedPosterior: ReducedDensity {
  var drawnNames: [String] { names }
}

extension CollapsedPosterior: ReducedDensity {
  var drawnNames: [String] { [offsetName] }
}
