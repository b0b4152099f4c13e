public import Inference
import RealModule

/// The true shape, colour and absolute magnitude of each supernova of a hierarchical fit, over draws of its posterior.
///
/// At each draw they are normal (`HierarchicalLikelihood.standardisations(at:)`); means and variances of these distributions are
/// averaged, and the variance of the means is added.
public struct TrueSupernovae: Sendable {
  /// A mean with its standard deviation.
  public struct Estimate: Sendable, Equatable {
    /// The mean.
    public let mean: Double
    /// The standard deviation.
    public let standardDeviation: Double
  }

  /// One supernova.
  public struct Row: Sendable, Equatable {
    /// Its redshift.
    public let redshift: Double
    /// True x₁ and c; nil where magnitudes are standardised already.
    public let shape, color: Estimate?
    /// True M for h = 0.7.
    public let absoluteMagnitude: Estimate
    /// The mean of its residual in units of its standard deviation.
    public let pull: Double
    /// The probability that it is neither an outlier nor a contaminant; nil where the model has neither.
    public let membership: Double?
  }

  /// In the order of the sample.
  public let rows: [Row]

  /// The most evaluations of a supernova.
  private static let mostEvaluations = 2_000_000

  /// The supernovae of a fit; nil if the model has no meaning at the draws.
  ///
  /// - Parameters:
  ///   - likelihood: the likelihood.
  ///   - chains: draws of the posterior.
  ///   - space: its parameters.
  public init?(_ likelihood: HierarchicalLikelihood, _ chains: [Chain], _ space: ParameterSpace) {
    let model = likelihood.model
    let count = likelihood.sample.count
    let draws = min(400, max(1, Self.mostEvaluations / max(count, 1)))
    let isMixture = model.noise == .outliers || model.probabilities != nil
    var sums = [Sums](repeating: Sums(), count: count)
    var total = 0.0
    for (chain, draw) in chains.someDraws(draws) {
      let values = space.values(chain.draw(draw), of: chain.columns.map(\.name))
      let point = likelihood.parameterNames.map { values[$0] ?? .nan }
      guard let all = likelihood.standardisations(at: point) else { continue }
      let memberships = isMixture ? likelihood.memberships(of: all, at: point) : nil
      total += 1
      for (i, one) in all.enumerated() { sums[i].add(one, memberships?[i] ?? 1) }
    }
    guard total > 0 else { return nil }
    rows = zip(likelihood.sample.supernovae, sums).map { supernova, sum in
      Row(
        redshift: supernova.redshift,
        shape: model.standardises ? sum.estimate(0, total) : nil,
        color: model.standardises ? sum.estimate(1, total) : nil,
        absoluteMagnitude: sum.estimate(2, total), pull: sum.pull / total,
        membership: isMixture ? sum.membership / total : nil)
    }
  }

  /// Sums over draws.
  private struct Sums {
    private var means = SIMD3<Double>.zero
    private var squares = SIMD3<Double>.zero
    private(set) var pull = 0.0
    private(set) var membership = 0.0

    mutating func add(_ one: HierarchicalLikelihood.Standardised, _ membership: Double) {
      let mean = SIMD3(one.shape.mean, one.color.mean, one.absoluteMagnitude.mean)
      let deviation = SIMD3(
        one.shape.standardDeviation, one.color.standardDeviation,
        one.absoluteMagnitude.standardDeviation)
      means += mean
      squares += mean * mean + deviation * deviation
      pull += one.residual / one.variance.squareRoot()
      self.membership += membership
    }

    func estimate(_ k: Int, _ total: Double) -> Estimate {
      let mean = means[k] / total
      return Estimate(
        mean: mean, standardDeviation: max(0, squares[k] / total - mean * mean).squareRoot())
    }
  }
}
