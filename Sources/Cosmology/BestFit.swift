public import Inference

/// The maximum of a likelihood in a parameter space, and its goodness of fit.
///
/// The priors only give the range of the search: they do not enter the fit.
public struct BestFit: Sendable {
  /// The free parameters by name.
  public let parameters: [String: Double]
  /// χ² there, with its goodness of fit.
  public let goodness: GoodnessOfFit

  /// Maximises the likelihood in the coordinates in which the prior is N(0, I), so that the
  /// walls of priors are not an obstacle.
  ///
  /// Deterministic. Cost: about a hundred evaluations of the likelihood, a few dozen from a given start.
  ///
  /// - Parameters:
  ///   - likelihood: the likelihood.
  ///   - space: its parameters, whose priors give the range of the search.
  ///   - start: initial values by name, with other parameters in the middle of their priors;
  ///     if empty, the best two of several points of the prior.
  /// - Throws: `ModelError` if the likelihood needs a parameter that the space does not have.
  public init(
    _ likelihood: some GaussianLikelihood, over space: ParameterSpace,
    from start: [String: Double] = [:]
  ) throws(ModelError) {
    let posterior = try Posterior(space.standardised, likelihood)
    /// −log L with its gradient: the posterior without the prior.
    func height(_ position: Span<Double>, _ gradient: inout MutableSpan<Double>) -> Double {
      var value = posterior.logDensity(at: position, gradient: &gradient)
      posterior.space.removePrior(from: &value, &gradient, at: position)
      for i in 0..<position.count { gradient[i] = -gradient[i] }
      return -value
    }

    // The middle of the priors, or a better known start, then several more.
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
      // rounding that would keep the search from ending.
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
