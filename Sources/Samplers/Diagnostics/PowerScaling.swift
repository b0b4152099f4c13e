import RealModule

/// How posterior means move where one part of the posterior, the prior or the likelihood, is raised to a power α around 1.
///
/// Draws have the weights w = f^(α − 1) with f that part's density at the draw, Pareto-smoothed; no new draws are made. α = 1.25
/// makes the part stronger, and α = 0.8 weaker by as much. Source: Kallioinen, Paananen, Bürkner & Vehtari 2023, Statistics and
/// Computing 34, 57, sections 2.2 to 2.4.
public struct PowerScaling: Sendable, Codable, Equatable {
  /// One power.
  public struct Power: Sendable, Codable, Equatable {
    /// α.
    public var exponent: Double
    /// k-hat of the weights; −∞ for weights that are all the same.
    public var paretoShape: Double
    /// (Σw)² / Σw², the number of draws that are as good.
    public var effectiveSampleSize: Double
  }

  /// One quantity.
  public struct Sensitivity: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// The change of the mean in its standard deviations, for each doubling of α: (mean at 1.25 − mean at 0.8) / (2 σ log₂ 1.25).
    public var shift: Double
    /// D_CJS: the mean of the cumulative Jensen–Shannon distances of both powers from the draws as they are, divided by log₂ 1.25.
    public var distance: Double
  }

  /// The two powers, the weaker first.
  public var powers: [Power]
  /// All quantities.
  public var sensitivities: [Sensitivity]
  /// Whether the tails of the weights are light enough to tell: k-hat of both is at most 0.7, or 1 − 1/log₁₀ S for fewer than 2,200
  /// draws.
  public var isReliable: Bool

  /// The exponents.
  public static let exponents = [0.8, 1.25]
  /// D_CJS from which a quantity is sensitive: what a mean that moves by 0.3 standard deviations for each doubling has, roughly
  /// (section 2.5 of the source).
  public static let sensitiveDistance = 0.05

  /// The sensitivity of draws of equal weight.
  ///
  /// - Parameters:
  ///   - logDensities: log f of each draw.
  ///   - quantities: names, and a value for each draw.
  ///
  /// Cost: a sort for each quantity, and six logarithms for each of its draws.
  public init(_ logDensities: [Double], of quantities: [(name: String, values: [Double])]) {
    let weights = Self.exponents.map { exponent in
      ImportanceWeights(
        logDensities.map { logDensity in
          let value = (exponent - 1) * logDensity
          return value < .infinity ? value : -.infinity
        })
    }
    powers = zip(Self.exponents, weights).map {
      Power(
        exponent: $0, paretoShape: $1.paretoShape, effectiveSampleSize: $1.effectiveSampleSize)
    }
    isReliable = weights.allSatisfy { $0.paretoShape <= $0.paretoThreshold }
    let span = Double.log2(Self.exponents[1])
    sensitivities = quantities.map { name, values in
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
      let distance = CumulativeDistance(values)
      let moved = weights.map { weights in
        zip(weights.smoothed, values).reduce(0) { $0 + $1.0 * ($1.1 - mean) }
      }
      return Sensitivity(
        name: name, shift: (moved[1] - moved[0]) / (2 * variance.squareRoot() * span),
        distance: weights.reduce(0) { $0 + distance($1.smoothed) } / (2 * span))
    }
  }
}
