public import Inference
import RealModule

/// How much two posteriors differ, in standard deviations and in Monte Carlo errors: a difference
/// counts only if it is large in both.
public struct PosteriorComparison: Sendable, Equatable {
  /// How much one number of a parameter differs.
  public struct Shift: Sendable, Equatable, Codable {
    /// The parameter.
    public let parameter: String
    /// What differs: `mean`, `sd`, or a quantile such as `2.5%`.
    public let quantity: String
    /// The first minus the second, in units of the pooled standard deviation, √((s₁² + s₂²)/2).
    public let inDeviations: Double
    /// The Monte Carlo standard error of that, √(e₁² + e₂²), in the same units.
    public let standardError: Double

    /// The difference in Monte Carlo standard errors.
    public var inStandardErrors: Double { inDeviations / standardError }
  }

  /// The conclusion.
  public enum Verdict: String, Sendable, Codable {
    /// Nothing differs by more than the tolerance, and the draws would have shown such a difference.
    case agreement
    /// A difference is significant and larger than the tolerance.
    case disagreement
    /// Nothing is significant, but there are too few draws to see a difference of the size of the
    /// tolerance.
    case unresolved
  }

  /// All differences, parameter by parameter; without quantiles that fewer than ten independent draws
  /// lie beyond.
  public let shifts: [Shift]
  /// The joint test; nil where there are too few independent draws for one.
  public let joint: EnergyTest?
  /// The classifier test; nil where there are too few draws to train and test it.
  public let classifier: ClassifierTest?
  /// The largest acceptable difference, in standard deviations.
  public let tolerance: Double
  /// The number of Monte Carlo standard errors from which a difference is significant: one of all
  /// shifts beyond it has a probability of at most 0.1 % if there is none (Bonferroni), as in the joint tests.
  public let threshold: Double

  /// Compares two posteriors.
  ///
  /// - Parameters:
  ///   - first: means, deviations and quantiles with their errors.
  ///   - second: likewise; parameters are joined by name.
  ///   - joint: the test of the joint distributions.
  ///   - classifier: another, which does not thin the draws.
  ///   - tolerance: in standard deviations.
  public init(
    _ first: PosteriorSummary, _ second: PosteriorSummary, joint: EnergyTest?,
    classifier: ClassifierTest? = nil, tolerance: Double
  ) {
    var shifts: [Shift] = []
    for a in first.parameters {
      guard let b = second.parameters.first(where: { $0.name == a.name }) else { continue }
      let scale = Double.sqrt(
        0.5
          * (a.standardDeviation * a.standardDeviation + b.standardDeviation * b.standardDeviation))
      guard scale > 0 else {
        // Both are constants: they agree or they do not.
        let change = a.mean == b.mean ? 0 : Double.infinity
        shifts.append(
          Shift(parameter: a.name, quantity: "mean", inDeviations: change, standardError: 0))
        continue
      }
      func add(_ quantity: String, _ values: (Double, Double), _ errors: (Double, Double)) {
        shifts.append(
          Shift(
            parameter: a.name, quantity: quantity, inDeviations: (values.0 - values.1) / scale,
            standardError: .sqrt(errors.0 * errors.0 + errors.1 * errors.1) / scale))
      }
      add("mean", (a.mean, b.mean), (a.standardErrorOfMean, b.standardErrorOfMean))
      add(
        "sd", (a.standardDeviation, b.standardDeviation),
        (a.standardErrorOfStandardDeviation, b.standardErrorOfStandardDeviation))
      let size = min(
        a.bulkEffectiveSampleSize, b.bulkEffectiveSampleSize, a.tailEffectiveSampleSize,
        b.tailEffectiveSampleSize)
      // Summaries from files may lack some.
      let count =
        [
          a.quantiles, b.quantiles, a.standardErrorsOfQuantiles, b.standardErrorsOfQuantiles,
        ].map(\.count).min() ?? 0
      for (index, probability) in ParameterSummary.probabilities.prefix(count).enumerated() {
        // The error of a quantile is that of a normal quantity only where ten draws are beyond it.
        if size * min(probability, 1 - probability) < 10 { continue }
        let tenths = Int((1000 * probability).rounded())
        add(
          tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%",
          (a.quantiles[index], b.quantiles[index]),
          (a.standardErrorsOfQuantiles[index], b.standardErrorsOfQuantiles[index]))
      }
    }
    self.shifts = shifts
    self.joint = joint
    self.classifier = classifier
    self.tolerance = tolerance
    threshold = -NormalDistribution.quantile(0.5 * 0.001 / Double(max(shifts.count, 1)))
  }

  /// Whether a difference is statistically significant.
  public func isSignificant(_ shift: Shift) -> Bool {
    // Unknown errors cannot excuse a difference.
    !(abs(shift.inDeviations) <= threshold * shift.standardError) && shift.inDeviations != 0
  }

  /// The differences that are significant and matter, the largest first.
  public var failures: [Shift] {
    shifts.filter { isSignificant($0) && abs($0.inDeviations) > tolerance }
      .sorted { abs($0.inDeviations) > abs($1.inDeviations) }
  }

  /// Whether the joint test finds a difference that is significant (p ≤ 0.001) and matters.
  public var failsJointly: Bool {
    joint.map { $0.pValue <= 0.001 && $0.equivalentShift > tolerance } ?? false
  }

  /// Whether the classifier finds one.
  public var isTold: Bool {
    classifier.map { $0.pValue <= 0.001 && $0.equivalentShift > tolerance } ?? false
  }

  /// The size from which a difference of the means would have been significant for every parameter,
  /// in standard deviations.
  public var resolution: Double {
    let errors = shifts.filter { $0.quantity == "mean" }.map(\.standardError)
    return errors.contains { $0.isNaN } ? .infinity : threshold * (errors.max() ?? .infinity)
  }

  /// The conclusion.
  public var verdict: Verdict {
    if !failures.isEmpty || failsJointly || isTold { return .disagreement }
    return resolution <= tolerance ? .agreement : .unresolved
  }
}
