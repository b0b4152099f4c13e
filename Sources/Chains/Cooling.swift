import Foundation
import Inference

/// Chains that ran at a temperature T, weighed back to the posterior.
///
/// Their draws have the density p^{1/T}, so that p^{1−1/T} is the weight. Programs differ in what they write as
/// the log density: log p (then the weight is exp((1 − 1/T) log p)), or that of the draws, (log p)/T, as Cobaya and
/// GetDist have it (then it is exp((T − 1) of it)). For d nearly normal parameters −log p scatters
/// by d T/2 about its minimum, which tells the two apart.
enum Cooling {
  /// Weighs draws.
  ///
  /// - Parameters:
  ///   - isTempered: whether the log densities are those of the draws; found out by their scatter, if nil.
  /// - Returns: the chains, with log densities of the posterior, and a note.
  static func cool(
    _ chains: [Chain], temperature: Double, isTempered: Bool?
  ) -> (chains: [Chain], note: String) {
    let isTempered = isTempered ?? Self.isTempered(chains, temperature)
    let factor = isTempered ? temperature - 1 : 1 - 1 / temperature
    let known = chains.lazy.flatMap(\.logDensities).filter(\.isFinite)
    // Below a temperature of 1 the least probable draws have the largest weights.
    let heaviest = (factor > 0 ? known.max() : known.min()) ?? 0
    let cooled = chains.map { chain in
      var result = Chain(columns: chain.columns, statistics: chain.statisticNames)
      for index in 0..<chain.count {
        let logDensity = chain.logDensities[index]
        result.append(
          chain.draw(index), logDensity: isTempered ? temperature * logDensity : logDensity,
          weight: logDensity.isFinite
            ? chain.weights[index] * exp(factor * (logDensity - heaviest)) : 0,
          noted: chain.noted(index))
      }
      return result
    }
    return (
      cooled,
      "the chains ran at temperature \(String(format: "%g", temperature)); their draws are weighed back to"
        + " temperature 1 (log densities \(isTempered ? "at that temperature" : "of the posterior itself"))"
    )
  }

  private static func isTempered(_ chains: [Chain], _ temperature: Double) -> Bool {
    guard let first = chains.first else { return false }
    let dimension = first.columns.indices.count { index in
      guard !first.columns[index].isDerived else { return false }
      let values = first.column(index)
      return values.contains { $0 != values[0] }
    }
    let best = chains.compactMap { $0.logDensities.max() }.max() ?? 0
    var (sum, total) = (0.0, 0.0)
    for chain in chains {
      for (weight, logDensity) in zip(chain.weights, chain.logDensities) where logDensity.isFinite {
        sum += weight * (best - logDensity)
        total += weight
      }
    }
    // Between d/2 and d T/2, in the geometric mean.
    return sum / total < 0.5 * Double(max(dimension, 1)) * temperature.squareRoot()
  }
}
