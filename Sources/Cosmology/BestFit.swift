public import Inference

/// The point of a parameter space where a likelihood is largest, and whether it fits there.
///
/// The priors are only the range that is searched: they do not weigh.
public struct BestFit: Sendable {
  /// The free parameters by name.
  public let parameters: [String: Double]
  /// χ² there, and whether it belongs to its degrees of freedom.
  public let goodness: GoodnessOfFit

  /// Climbs to the largest likelihood, in the coordinates in which the prior is N(0, I), so that the
  /// walls of priors are no obstacle.
  ///
  /// The same every time. Cost: some hundred evaluations of the likelihood, some dozens from a start.
  ///
  /// - Parameters:
  ///   - likelihood: the likelihood.
  ///   - space: its parameters, whose priors are the range that is searched.
  ///   - start: where to begin, values by name, those of other parameters in the middle of their priors;
  ///     if nothing is given, the best two of some points of the prior.
  /// - Throws: `ModelError` if the likelihood wants a parameter that the space does not have.
  public init(
    _ likelihood: some GaussianLikelihood, over space: ParameterSpace,
    from start: [String: Double] = [:]
  ) throws(ModelError) {
    let posterior = try Posterior(space.standardised, likelihood)
    /// −log L with its gradient: the posterior less the prior.
    func height(_ position: Span<Double>, _ gradient: inout MutableSpan<Double>) -> Double {
      var value = posterior.logDensity(at: position, gradient: &gradient)
      posterior.space.removePrior(from: &value, &gradient, at: position)
      for i in 0..<position.count { gradient[i] = -gradient[i] }
      return -value
    }

    // The middle of the priors, or what is known to be better, then some more.
    let middle = space.standardised.position(near: start)
    var random = RandomStream(seed: 1, "best fit")
    let others = (0..<(start.isEmpty ? 23 : 0)).map { _ in
      space.standardised.samplePrior(using: &random)
    }
    var starts: [(position: [Double], height: Double)] = []
    for position in [middle] + others {
      var gradient = position
      var span = gradient.mutableSpan
      let value = height(position.span, &span)
      if value.isFinite { starts.append((position, value)) }
    }
    starts.sort { $0.height < $1.height }
    let ends = starts.prefix(2).map {
      // A thousandth of a standard deviation, as they are below 1 in these coordinates. A large χ² has
      // rounding that would keep a climb from ever ending.
      QuasiNewtonMinimizer(
        maximumIterations: 100, gradientTolerance: 1e-3 * max(1, 1e-4 * abs($0.height))
      )
      .minimize(from: $0.position) { position, gradient in height(position, &gradient) }
    }
    let best = ends.min { $0.value < $1.value }
    let values = best.map { posterior.draw(at: $0.position, logDensity: 0).values } ?? []
    let names = space.free.map(\.name)
    parameters = Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first })
    goodness = likelihood.goodness(
      at: space.values(values, of: names), freeCount: space.dimension)
  }
}
