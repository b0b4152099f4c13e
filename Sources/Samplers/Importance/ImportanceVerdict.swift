import Inference
import RealModule

/// Whether a weighted sample can be trusted, with any objections.
public struct ImportanceVerdict: Sendable, Equatable, CustomStringConvertible {
  /// The three grades.
  public enum Grade: Int, Sendable, Comparable {
    /// As good as independent draws.
    case good
    /// Estimates are consistent, but their errors may be underestimated.
    case usableWithCare
    /// Not to be used.
    case rejected

    /// Whether one grade is better than another.
    public static func < (a: Grade, b: Grade) -> Bool { a.rawValue < b.rawValue }
  }

  /// An objection to a sample.
  public enum Reason: Sendable, Equatable {
    /// All weights are zero.
    case noWeight
    /// The tail of the weights is too heavy.
    case paretoShape(Double, threshold: Double, largestRelativeWeight: Double)
    /// The largest weight is a hundred times the mean or more.
    case largestWeight(Double)
    /// The effective sample size is too small.
    case effectiveSampleSize(Double)
    /// The forward efficiency is far below the reverse one: the proposal misses part of the target.
    case missedMass(forward: Double, reverse: Double)

    /// The grade that it leads to.
    public var grade: Grade {
      switch self {
      case .noWeight: .rejected
      // The mean of weights that are all small exists, whatever the fit says.
      case .paretoShape(let shape, _, let largest):
        shape > 1 && largest > 10 ? .rejected : .usableWithCare
      case .largestWeight: .usableWithCare
      case .effectiveSampleSize(let size): size < 100 ? .rejected : .usableWithCare
      case .missedMass(let forward, let reverse):
        forward < 0.1 * reverse ? .rejected : .usableWithCare
      }
    }
  }

  /// All objections to the sample; empty if there are none.
  public let reasons: [Reason]

  /// Judges weights, and those at draws of the target where there are some.
  ///
  /// The limits: k-hat at most `paretoThreshold` unless no w/Z reaches 10, the largest w/Z below 100,
  /// an effective sample size above 400, and a forward efficiency of at least half the reverse one.
  public init(_ weights: ImportanceWeights, forward: ForwardWeights? = nil) {
    guard weights.effectiveSampleSize > 0 else {
      reasons = [.noWeight]
      return
    }
    var reasons: [Reason] = []
    let largest = weights.largestRelativeWeight
    // The tail of nearly equal weights is a bump, or rounding.
    if !(weights.paretoShape <= weights.paretoThreshold), largest >= 10 {
      reasons.append(
        .paretoShape(
          weights.paretoShape, threshold: weights.paretoThreshold, largestRelativeWeight: largest))
    }
    if !(largest < 100) { reasons.append(.largestWeight(largest)) }
    if !(weights.effectiveSampleSize > 400) {
      reasons.append(.effectiveSampleSize(weights.effectiveSampleSize))
    }
    if let forward, !(forward.efficiency >= 0.5 * weights.efficiency) {
      reasons.append(.missedMass(forward: forward.efficiency, reverse: weights.efficiency))
    }
    self.reasons = reasons
  }

  /// The worst grade of all reasons.
  public var grade: Grade { reasons.map(\.grade).max() ?? .good }

  /// The reasons in sentences.
  public var sentences: [String] { reasons.map(\.description) }

  /// The grade, with the reasons for it.
  public var description: String {
    "\(grade)" + (reasons.isEmpty ? "" : ": \(sentences.joined(separator: "; "))")
  }
}

extension ImportanceVerdict.Grade: CustomStringConvertible {
  /// The grade in words.
  public var description: String {
    switch self {
    case .good: "good"
    case .usableWithCare: "usable with care"
    case .rejected: "rejected"
    }
  }
}

extension ImportanceVerdict.Reason: CustomStringConvertible {
  /// The reason as a sentence.
  public var description: String {
    switch self {
    case .noWeight:
      "all weights are zero: the proposal misses the target altogether"
    case .paretoShape(let shape, let threshold, let largest):
      "k-hat of the weights is \(shape.rounded(to: 1e2)), not below \(threshold.rounded(to: 1e2)); "
        + "the largest weight is \(largest.rounded(to: 10)) × the mean"
    case .largestWeight(let weight):
      "the largest weight is \(weight.rounded(to: 1)) × the mean, not below 100 ×"
    case .effectiveSampleSize(let size):
      "the effective sample size is \(size.rounded(to: 10)), not above 400"
    case .missedMass(let forward, let reverse):
      "the forward efficiency is \((100 * forward).rounded(to: 10)) % where the proposal's "
        + "own is \((100 * reverse).rounded(to: 10)) %: the proposal misses part of the posterior"
    }
  }
}
