package import Inference
package import Samplers

/// How much single supernovae decide about parameters, without a fit for each: draws of the posterior of all get the weights
/// 1 / p(yᵢ | y₋ᵢ, θ) of the posterior without supernova i, Pareto-smoothed.
///
/// Where k-hat of the weights is above 0.7 they do not tell, and only a fit does. Source: Vehtari, Gelman & Gabry 2017, Statistics and
/// Computing 27, 1413, equations 6 and 10; Vehtari et al. 2024, JMLR 25, 72; for data with a covariance Bürkner, Gabry & Vehtari 2021,
/// Computational Statistics 36, 1243.
public struct SupernovaInfluence: Sendable, Codable {
  /// A supernova.
  public struct Row: Sendable, Codable, Equatable {
    /// Its place in the catalog, from 0.
    public var index: Int
    /// Its name, or its redshift.
    public var name: String
    /// zHD.
    public var redshift: Double
    /// Its mean pull given all others.
    public var pull: Double
    /// The parameter that it moves most.
    public var parameter: String
    /// By how many standard deviations the parameter's mean moves without it.
    public var shift: Double
    /// k-hat of the weights.
    public var paretoShape: Double
    /// Whether the shift is that of a fit without it.
    public var isRefitted = false
  }

  /// The ten that move a parameter most, in falling order, and behind them those of which the weights do not tell.
  public var rows: [Row]
  /// The parameters that are looked at.
  public var parameters: [String]
  /// The number of supernovae.
  public var count: Int
  /// The number of those with k-hat above the threshold.
  public var unreliableCount: Int
  /// The threshold: 0.7, or 1 − 1/log₁₀ S for fewer than 2,200 draws.
  public var threshold: Double

  /// The number that is listed.
  static let listed = 10
  /// The most fits without one supernova.
  static let mostRefits = 10

  /// Those to be left out in fits of their own: the most influential of those of which the weights do not tell.
  var unreliable: [Row] {
    Array(rows.filter { !($0.paretoShape <= threshold) }.prefix(Self.mostRefits))
  }

  /// The influence of all supernovae.
  ///
  /// - Parameters:
  ///   - draws: residuals at draws of equal weight.
  ///   - redshifts: those of all.
  ///   - quantities: parameters with a value for each draw.
  ///   - title: what a supernova is called.
  ///   - context: workers.
  /// - Throws: `SamplingError.stopped`.
  ///
  /// Cost: for each supernova a sort of the draws.
  package init(
    _ draws: ResidualDraws, _ redshifts: [Double],
    of quantities: [(name: String, values: [Double])], title: (Int) -> String,
    in context: RunContext
  ) async throws(SamplingError) {
    count = draws.logDensities.count
    parameters = quantities.map(\.name)
    let moments = quantities.map { _, values in
      let mean = values.reduce(0, +) / Double(values.count)
      let variance =
        values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count - 1))
      return (mean: mean, deviation: variance.squareRoot())
    }
    let results = await context.workers.map(count, unless: context.stop) {
      i -> (place: Int, shift: Double, shape: Double, threshold: Double) in
      let weights = ImportanceWeights(draws.logDensities[i].map { -$0 })
      let shifts = zip(quantities, moments).map { quantity, moment in
        zip(weights.smoothed, quantity.values).reduce(0) { $0 + $1.0 * ($1.1 - moment.mean) }
          / moment.deviation
      }
      let place = shifts.indices.max { abs(shifts[$0]) < abs(shifts[$1]) } ?? 0
      return (
        place, shifts.isEmpty ? 0 : shifts[place], weights.paretoShape, weights.paretoThreshold
      )
    }
    if context.stop.isRequested { throw .stopped(.during("the influence of supernovae")) }
    let threshold = results.first?.threshold ?? 0.7
    self.threshold = threshold
    unreliableCount = results.count { !($0.shape <= threshold) }
    let order = results.indices.sorted {
      (abs(results[$0].shift), $1) > (abs(results[$1].shift), $0)
    }
    let top = order.prefix(Self.listed)
    let others = order.dropFirst(Self.listed).filter { !(results[$0].shape <= threshold) }
    rows = (top + others.prefix(Self.mostRefits)).map { i in
      Row(
        index: i, name: title(i), redshift: redshifts[i], pull: draws.pulls[i],
        parameter: quantities.isEmpty ? "" : quantities[results[i].place].name,
        shift: results[i].shift, paretoShape: results[i].shape)
    }
  }

  /// Replaces shifts by those of fits without one supernova.
  ///
  /// - Parameter shifts: by the name of a supernova, in standard deviations by parameter.
  mutating func adopt(_ shifts: [String: [String: Double]]) {
    for i in rows.indices {
      guard let own = shifts[rows[i].name] else { continue }
      let known = parameters.compactMap { name in own[name].map { (name: name, shift: $0) } }
      guard let most = known.max(by: { abs($0.shift) < abs($1.shift) }) else { continue }
      (rows[i].parameter, rows[i].shift, rows[i].isRefitted) = (most.name, most.shift, true)
    }
  }
}
