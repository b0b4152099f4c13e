import Inference
import RealModule

/// The goodness of fit of a χ², by its distribution.
///
/// Far too large, the model does not fit, or the data are not what they are assumed to be; far too small,
/// the errors are larger than the scatter. Both sides count: p is the probability of the smaller tail,
/// P(χ²_ν ≤ χ²) or P(χ²_ν ≥ χ²), so chance alone goes below a given p in twice that fraction of all
/// fits.
///
/// Published releases with generous errors come down to p = 1e-4, and a fit of a thousand supernovae
/// whose errors are a fifth too large to 1e-12; smaller values have other causes than conservative errors.
public struct GoodnessOfFit: Sendable, Equatable {
  /// The grade of a χ².
  public enum Grade: Int, Sendable, Comparable {
    /// Compatible with its degrees of freedom.
    case plausible
    /// p < 1e-3: worth noting, but not an objection.
    case unusual
    /// p < 1e-6: an objection to the result.
    case implausible
    /// p < 1e-12, or χ² is not finite, or there are no degrees of freedom: the fit says nothing.
    case meaningless

    /// Whether one grade is better than another.
    public static func < (a: Grade, b: Grade) -> Bool { a.rawValue < b.rawValue }
  }

  /// χ² at the best parameters.
  public let chiSquared: Double
  /// ν, the number of data minus that of the parameters fitted to them, marginalised ones included.
  public let degreesOfFreedom: Int
  /// P(χ²_ν ≤ χ²); NaN for fewer degrees of freedom than 1.
  public let lowerTail: Double
  /// P(χ²_ν ≥ χ²); NaN for fewer degrees of freedom than 1.
  public let upperTail: Double

  /// The p below which a χ² is unusual.
  public static let unusualProbability = 1e-3
  /// The p below which a χ² is an objection to the result.
  public static let implausibleProbability = 1e-6
  /// The p below which the fit is meaningless.
  public static let leastProbability = 1e-12

  /// Assesses a χ²; a negative one is rounding.
  public init(chiSquared: Double, degreesOfFreedom: Int) {
    let chiSquared = chiSquared <= 0 ? 0 : chiSquared
    self.chiSquared = chiSquared
    self.degreesOfFreedom = degreesOfFreedom
    guard degreesOfFreedom >= 1 else {
      (lowerTail, upperTail) = (.nan, .nan)
      return
    }
    let distribution = ChiSquaredDistribution(degreesOfFreedom: Double(degreesOfFreedom))
    lowerTail = distribution.probability(below: chiSquared)
    upperTail = distribution.probability(above: chiSquared)
  }

  /// p, the probability of the smaller tail; NaN if there is none.
  public var probability: Double { min(lowerTail, upperTail) }

  /// The grade.
  public var grade: Grade {
    guard chiSquared.isFinite, probability >= Self.leastProbability else { return .meaningless }
    if probability < Self.implausibleProbability { return .implausible }
    return probability < Self.unusualProbability ? .unusual : .plausible
  }

  /// A remark; nil if it is compatible with its degrees of freedom.
  public var sentence: String? {
    if grade == .plausible { return nil }
    guard degreesOfFreedom >= 1 else {
      return
        "no more data than parameters, so the fit cannot be tested: \(value) for \(size)"
    }
    guard chiSquared.isFinite else { return "χ² is not finite: the model has no meaning there" }
    let isLarge = upperTail <= lowerTail
    let beginning =
      "\(value) is \(strength)\(isLarge ? "large" : "small")"
    let cause =
      switch (grade, isLarge) {
      case (.unusual, true), (.implausible, true):
        "the model may not fit, or the errors may be too small"
      case (.unusual, false), (.implausible, false):
        "the errors may be larger than the scatter"
      case (_, true):
        "the model does not fit, or redshifts, magnitudes or errors are not what they are assumed to be"
      case (_, false): "the errors are larger than the scatter"
      }
    return "\(beginning) for \(size) (\(chance)): \(cause)"
  }

  private var strength: String {
    switch grade {
    case .plausible, .unusual: ""
    case .implausible: "too "
    case .meaningless: "far too "
    }
  }
  private var value: String { "χ² = \(rounded(chiSquared))" }
  private var size: String {
    "\(degreesOfFreedom) \(degreesOfFreedom == 1 ? "degree" : "degrees") of freedom"
  }
  private var chance: String {
    probability < 1e-300 ? "p < 1e-300" : "p = \(rounded(probability))"
  }
}

extension GoodnessOfFit: CustomStringConvertible {
  /// χ², its degrees of freedom and PTE, the probability of a larger one.
  public var description: String {
    "\(value) for \(size)" + (upperTail.isNaN ? "" : ", PTE = \(rounded(upperTail))")
  }
}

/// A number with two decimals, or with one digit where these would leave too little.
private func rounded(_ value: Double) -> String {
  guard value != 0, abs(value) < 0.095 else { return "\((value * 100).rounded() / 100)" }
  var exponent = Int(Double.log10(abs(value)).rounded(.down))
  var digit = Int((value / .pow(10, exponent)).rounded())
  if abs(digit) == 10 { (digit, exponent) = (digit / 10, exponent + 1) }
  return "\(digit)e\(exponent)"
}
