import Analyses
import Foundation
import Inference
public import Samplers

/// A comparison of two posteriors, as text and as JSON.
public struct ComparisonText: CustomStringConvertible {
  private let comparison: PosteriorComparison
  private let sides: [ComparedChains]

  /// A comparison of two sides.
  public init(_ comparison: PosteriorComparison, _ first: ComparedChains, _ second: ComparedChains)
  {
    self.comparison = comparison
    sides = [first, second]
  }

  /// The tables and the verdict.
  public var description: String {
    [
      shifts, samplers, ([joint, classifier] + derived).joined(separator: "\n"),
      "verdict     \(sentence)",
    ].joined(separator: "\n\n")
  }

  /// Which of the parameters have no part in the joint tests.
  private var derived: [String] {
    let all = sides.map(\.draws.summary.parameters)
    let names = all[0].map(\.name).filter { name in
      all.allSatisfy { $0.contains { $0.name == name } }
        && all.contains { $0.contains { $0.name == name && $0.isDerived } }
    }
    if names.isEmpty || names.count == Set(comparison.shifts.map(\.parameter)).count { return [] }
    return ["derived     \(names.joined(separator: ", ")): not in the joint tests"]
  }

  /// The verdict, as a careful statistician would put it.
  public var sentence: String {
    let names = "\(sides[0].root) and \(sides[1].root)"
    let tolerance = Self.sigma(comparison.tolerance)
    switch comparison.verdict {
    case .disagreement:
      guard let worst = comparison.failures.first else {
        if let classifier = comparison.classifier, !comparison.failsJointly {
          return String(
            format:
              "%@ disagree: a classifier tells their draws apart as it would two normal distributions shifted by %@ (p = %.1g), though no parameter by itself does.",
            names, Self.sigma(classifier.equivalentShift), classifier.pValue)
        }
        return String(
          format:
            "%@ disagree: their joint distributions are as far apart as two normal ones shifted by %@ (p = %.3g), though no parameter by itself is.",
          names, Self.sigma(comparison.joint?.equivalentShift ?? .nan),
          comparison.joint?.pValue ?? .nan)
      }
      let others = comparison.failures.count - 1
      return
        "\(names) disagree: the \(worst.words) differs by \(Self.sigma(abs(worst.inDeviations))), \(Self.errors(worst))"
        + (others > 0 ? ", and so do \(others) more of \(comparison.shifts.count) numbers." : ".")
    case .agreement:
      let largest = comparison.shifts.max { abs($0.inDeviations) < abs($1.inDeviations) }
      let significant = comparison.shifts.filter(comparison.isSignificant)
      return
        "\(names) agree: no mean, standard deviation or quantile differs significantly by more than \(tolerance)"
        + (largest.map {
          " (largest: \($0.words), \(Self.sigma(abs($0.inDeviations))), \(Self.errors($0)))"
        } ?? "")
        + "; a difference of the means of \(Self.sigma(comparison.resolution)) would have been detected."
        + (significant.isEmpty
          ? "" : " \(significant.count) smaller differences are significant all the same.")
    case .unresolved:
      return
        "no significant difference between \(names) was found, but there are too few draws to see one of \(tolerance): the means could differ by \(Self.sigma(comparison.resolution)) unnoticed."
    }
  }

  /// JSON with sorted keys in snake case; numbers that are not finite become strings.
  public func json() throws -> String {
    let value = ComparisonRecord(
      verdict: comparison.verdict, sentence: sentence, tolerance: comparison.tolerance,
      threshold: comparison.threshold, resolution: comparison.resolution,
      shifts: comparison.shifts,
      energyDistanceSquared: comparison.joint?.squaredDistance,
      energyPValue: comparison.joint?.pValue,
      equivalentShift: comparison.joint?.equivalentShift,
      classifierArea: comparison.classifier?.areaUnderCurve,
      classifierPValue: comparison.classifier?.pValue,
      classifierShift: comparison.classifier?.equivalentShift,
      sides: sides.map {
        .init(
          root: $0.root, draws: $0.draws.summary.drawCount, isWeighted: $0.draws.isWeighted,
          effectiveSampleSize: $0.draws.effectiveSampleSize, outcome: $0.outcome)
      })
    return String(decoding: try JSONEncoder.ofResults.encode(value), as: UTF8.self) + "\n"
  }

  // MARK: Tables

  private var shifts: String {
    var rows = [["parameter", "quantity", "difference [σ]", "its error [σ]", "ratio", ""]]
    for shift in comparison.shifts {
      let isLarge = abs(shift.inDeviations) > comparison.tolerance
      rows.append([
        shift.parameter, shift.quantity, String(format: "%+.4f", shift.inDeviations),
        String(format: "%.4f", shift.standardError),
        String(format: "%+.1f", shift.inStandardErrors),
        comparison.isSignificant(shift) ? (isLarge ? "differs" : "significant, small") : "",
      ])
    }
    return AlignedTable(rows, leading: [0, 1, 5]).description
  }

  private var samplers: String {
    func number(_ value: Double?, _ format: String) -> String {
      value.flatMap { $0.isFinite ? String(format: format, $0) : nil } ?? "–"
    }
    var rows = [["chains", "draws", "ESS", "ESS/s", "ESS/call", "ln Z", "± "]]
    for side in sides {
      let (size, outcome) = (side.draws.effectiveSampleSize, side.outcome)
      rows.append([
        side.root, "\(side.draws.summary.drawCount)", number(size, "%.0f"),
        number(outcome.seconds.map { size / $0 }, "%.0f"),
        number(outcome.likelihoodCalls.map { size / $0 }, "%.3f"),
        number(outcome.logEvidence, "%.4f"), number(outcome.logEvidenceError, "%.4f"),
      ])
    }
    return AlignedTable(rows).description
  }

  private var joint: String {
    guard let test = comparison.joint else {
      return
        "joint       no test: fewer than 10 independent draws, or only parameters that are functions of others"
    }
    return String(
      format: "joint       energy distance² %.2g, like a shift of %@; permutation p = %.3f",
      test.squaredDistance, Self.sigma(test.equivalentShift), test.pValue)
  }

  private var classifier: String {
    guard let test = comparison.classifier else {
      return "classifier  no test: too few draws to train and test it"
    }
    return String(
      format:
        "classifier  AUC %.1f %% (50 ± %.1f by chance), like a shift of %.2f σ; p = %.3g",
      100 * test.areaUnderCurve, 100 * test.standardError, test.equivalentShift, test.pValue)
  }

  private static func sigma(_ value: Double) -> String { String(format: "%.2g σ", value) }

  private static func errors(_ shift: PosteriorComparison.Shift) -> String {
    String(format: "%.1f Monte Carlo errors", abs(shift.inStandardErrors))
  }
}

extension PosteriorComparison.Shift {
  /// What differs, in words.
  fileprivate var words: String {
    switch quantity {
    case "mean": "mean of \(parameter)"
    case "sd": "standard deviation of \(parameter)"
    default: "\(quantity) quantile of \(parameter)"
    }
  }
}

/// What `--json` prints.
private struct ComparisonRecord: Encodable {
  struct Side: Encodable {
    var root: String
    var draws: Int
    var isWeighted: Bool
    var effectiveSampleSize: Double
    var outcome: SamplerOutcome
  }

  var verdict: PosteriorComparison.Verdict
  var sentence: String
  var tolerance: Double
  var threshold: Double
  var resolution: Double
  var shifts: [PosteriorComparison.Shift]
  var energyDistanceSquared: Double?
  var energyPValue: Double?
  var equivalentShift: Double?
  var classifierArea: Double?
  var classifierPValue: Double?
  var classifierShift: Double?
  var sides: [Side]
}
