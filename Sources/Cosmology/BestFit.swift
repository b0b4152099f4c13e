public import Inference

/// The maximum of a likelihood in a parameter space, and its goodness of fit.
///
/// The priors only give the range of the search: they do not enter the fit.
public struct BestFit: Sendable {
  /// The free parameters by name.
  public let parameters: [String: Double]
  /// χ² there, with its goodness of fit.
  public let goodness: GoodnessOfFit
  /// log L there.
  public let logLikelihood: Double
  /// The parameters that end at a wall: the likelihood would grow beyond their priors or requirements.
  public let walls: [String]

  /// Maximises the likelihood in the coordinates in which the prior is N(0, I), so that the
  /// walls of priors are not an obstacle.
  ///
  /// Deterministic. Cost: about a hundred evaluations of the likelihood, a few dozen from a given start.
  ///
  /// - Parameters:
  ///   - likelihood: the likelihood.
  ///   - space: its parameters, whose priors give the range of the search.
  ///   - start: initial values by name, with other parameters in the middle of their priors.
  ///   - tries: the number of points of which the best two are followed, the start among them; by default 24
  ///     without a start, and 1 with one.
  /// - Throws: `ModelError` if the likelihood needs a parameter that the space does not have.
  public init(
    _ likelihood: some GaussianLikelihood, over space: ParameterSpace,
    from start: [String: Double] = [:], tries: Int? = nil
  ) throws(ModelError) {
    let posterior = try Posterior(space.standardised, likelihood)
    /// −log L with its gradient: the posterior without the prior.
    func height(_ position: Span<Double>, _ gradient: inout MutableSpan<Double>) -> Double {
      var value = posterior.logDensity(at: position, gradient: &gradient)
      posterior.space.removePrior(from: &value, &gradient, at: position)
      for i in 0..<position.count { gradient[i] = -gradient[i] }
      return -value
    }
    func height(_ position: [Double]) -> Double {
      var gradient = position
      var span = gradient.mutableSpan
      return height(position.span, &span)
    }

    // The start or the middle of the priors, then points of the prior; likelihoods may be zero nearly everywhere.
    var random = RandomStream(seed: 1, "best fit")
    let count = max(1, tries ?? (start.isEmpty ? 24 : 1))
    var starts: [(position: [Double], height: Double)] = []
    var position = space.standardised.position(near: start)
    for _ in 0..<200 * count where starts.count < count {
      let value = height(position)
      if value.isFinite { starts.append((position, value)) }
      position = space.standardised.samplePrior(using: &random)
    }
    starts.sort { $0.height < $1.height }
    // A thousandth of a standard deviation, as they are below 1 in these coordinates. A large χ² has
    // rounding that would keep the search from ending.
    func minimizer(_ height: Double) -> QuasiNewtonMinimizer {
      QuasiNewtonMinimizer(
        maximumIterations: 200, gradientTolerance: 1e-3 * max(1, 1e-4 * abs(height)))
    }
    func end(_ start: [Double], _ value: Double) -> QuasiNewtonMinimizer.Result {
      minimizer(value).minimize(from: start) { position, gradient in height(position, &gradient) }
    }
    let ends = starts.prefix(2).map { end($0.position, $0.height) }
    var best = ends.min { $0.value < $1.value }
    // A descent that runs to a wall may have passed by the best fit; with the prior it does not run away.
    let isAtWall = best.map { $0.position.contains { abs($0) > 2.5 } } ?? false
    if isAtWall, let start = starts.first {
      let mode = minimizer(start.height).mode(of: posterior, from: start.position)
      let other = end(mode.position, mode.value)
      if other.value < (best?.value ?? .infinity) - 1e-3 { best = other }
    }
    let values = best.map { posterior.draw(at: $0.position, logDensity: 0).values } ?? []
    let names = space.free.map(\.name)
    parameters = Dictionary(zip(names, values), uniquingKeysWith: { first, _ in first })
    goodness = likelihood.goodness(
      at: space.values(values, of: names), freeCount: space.dimension)
    logLikelihood = best.map { -$0.value } ?? -.infinity
    // Walls are at infinity: on the way there the likelihood does not fall any more.
    walls =
      best.map { best in
        space.free.indices.filter { index in
          guard abs(best.position[index]) > 2.5, !space.free[index].prior.isImproper else {
            return false
          }
          var outward = best.position
          outward[index] += outward[index] > 0 ? 2 : -2
          return height(outward) < best.value + 0.01
        }.map { names[$0] }
      } ?? []
  }
}
