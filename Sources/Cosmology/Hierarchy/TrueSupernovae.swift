public import Inference
import RealModule

/// The true shape, colour and absolute magnitude of each supernova of a hierarchical fit, over draws of its posterior.
///
/// At each draw they are normal (`HierarchicalLikelihood.standardisations(at:)`); means and variances of these distributions are
/// averaged, and the variance of the means is added.
public struct TrueSupernovae: Sendable {
  /// One supernova.
  public struct Row: Sendable, Equatable {
    /// Its redshift.
    public let redshift: Double
    /// Mean and standard deviation of its true x₁, c, and M for h = 0.7.
    public let values: [(mean: Double, standardDeviation: Double)]
    /// The mean of its residual in units of its standard deviation.
    public let pull: Double

    /// Whether two are the same.
    public static func == (a: Self, b: Self) -> Bool {
      a.redshift == b.redshift && a.pull == b.pull
        && zip(a.values, b.values).allSatisfy { $0 == $1 }
    }
  }

  /// In the order of the sample.
  public let rows: [Row]

  /// The most evaluations of a supernova.
  private static let mostEvaluations = 2_000_000

  /// The supernovae of a fit; nil if the model has no meaning at the draws, or shapes and colours have no part in it.
  ///
  /// - Parameters:
  ///   - likelihood: the likelihood.
  ///   - chains: draws of the posterior.
  ///   - space: its parameters.
  public init?(_ likelihood: HierarchicalLikelihood, _ chains: [Chain], _ space: ParameterSpace) {
    guard likelihood.model.standardises else { return nil }
    let count = likelihood.sample.count
    let draws = min(400, max(1, Self.mostEvaluations / max(count, 1)))
    var sums = [[Double]](repeating: [Double](repeating: 0, count: 7), count: count)
    var total = 0.0
    for (chain, draw) in chains.someDraws(draws) {
      let values = space.values(chain.draw(draw), of: chain.columns.map(\.name))
      let point = likelihood.parameterNames.map { values[$0] ?? .nan }
      guard let all = likelihood.standardisations(at: point) else { continue }
      total += 1
      for (i, one) in all.enumerated() {
        for (k, value) in [one.shape, one.color, one.absoluteMagnitude].enumerated() {
          sums[i][k] += value.mean
          sums[i][3 + k] +=
            value.mean * value.mean + value.standardDeviation * value.standardDeviation
        }
        sums[i][6] += one.residual / one.variance.squareRoot()
      }
    }
    guard total > 0 else { return nil }
    rows = zip(likelihood.sample.supernovae, sums).map { supernova, sum in
      Row(
        redshift: supernova.redshift,
        values: (0..<3).map { k in
          let mean = sum[k] / total
          return (mean, max(0, sum[3 + k] / total - mean * mean).squareRoot())
        }, pull: sum[6] / total)
    }
  }
}
