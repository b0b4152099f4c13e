public import Inference
import RealModule

/// How much data have told of the parameters, all together: the information of the posterior over the
/// prior, D = ∫ p log(p / π), in nats.
///
/// As p = π L / Z, D = E_p[log L] − log Z, and 1/Z = E_p[1 / L]: all that is needed is log L at draws of
/// the posterior, D = E_p[log L] + log E_p[1 / L]. The second mean is dangerous where data tell much
/// (then D is estimated from below, which does not matter here), and excellent where L hardly varies,
/// which is what the measure is for: D ≈ ½ Var(log L) there. It counts what data tell of a correlation
/// only, does not depend on the parameters' coordinates, and is not taken in by a region that the model
/// rules out, where the likelihood is zero and the posterior differs from the prior without any data.
public struct InformationGain: Sendable, Equatable {
  /// D in nats, 0 or more; NaN without draws of a finite density.
  public let nats: Double
  /// The spread of the draws over that of the prior, of the parameter in which it is smallest: standard
  /// deviations of the probability that the prior puts below a draw, uniform in (0, 1) under the prior.
  public let smallestSpread: Double

  /// D below which data have told nothing. A measurement with seven times the prior's standard deviation
  /// as its error tells as much (½ log(1 + 1/7²)): it shifts a mean by a tenth of the prior's width at
  /// most. Real supernovae tell nats.
  public static let leastNats = 0.01
  /// Draws of a prior have a spread of 1; those that have hardly moved look as if L were constant, and
  /// prove nothing.
  public static let leastSpread = 0.5

  /// Measures draws of a posterior.
  ///
  /// Its statistical error is D √(2/n) and less for n independent draws.
  ///
  /// - Parameters:
  ///   - chains: draws with log prior + log L as their log density, of a Markov chain or with weights.
  ///   - space: the priors of their columns.
  public init(_ chains: [Chain], from space: ParameterSpace) {
    let priors = Dictionary(
      space.free.map { ($0.name, $0.prior) }, uniquingKeysWith: { first, _ in first })
    var (weights, logLikelihoods): ([Double], [Double]) = ([], [])
    var places: [[Double]] = space.free.map { _ in [] }
    // More draws than these tell no more.
    let step = max(1, chains.reduce(0) { $0 + $1.count } / 100_000)
    for chain in chains {
      let columns = chain.columns.map { priors[$0.name] }
      let (chainWeights, logDensities) = (chain.weights, chain.logDensities)
      for index in stride(from: 0, to: chain.count, by: step) where chainWeights[index] > 0 {
        var logLikelihood = logDensities[index]
        var below: [Double] = []
        for (value, prior) in zip(chain.draw(index), columns) {
          guard let prior else { continue }
          logLikelihood -= prior.logDensity(at: value).value
          let coordinate = Transform.standardNormal(prior).coordinate(of: value)
          below.append(NormalDistribution.probability(below: coordinate))
        }
        guard logLikelihood.isFinite, below.count == places.count else { continue }
        weights.append(chainWeights[index])
        logLikelihoods.append(logLikelihood)
        for column in below.indices { places[column].append(below[column]) }
      }
    }
    let sum = weights.reduce(0, +)
    func mean(_ values: [Double]) -> Double {
      zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / sum
    }
    // 1/L of the largest is of the order of 1.
    let least = logLikelihoods.min() ?? .nan
    let average = mean(logLikelihoods.map { $0 - least })
    let inverse = mean(logLikelihoods.map { .exp(least - $0) })
    // In this order a NaN stays one.
    nats = max(average + .log(inverse), 0)
    smallestSpread =
      places.map { values in
        let center = mean(values)
        return (12 * mean(values.map { ($0 - center) * ($0 - center) })).squareRoot()
      }.min() ?? .nan
  }

  /// Whether the posterior is the prior in every parameter, and in all of them together.
  public var isNothing: Bool { nats < Self.leastNats && smallestSpread >= Self.leastSpread }
}
