public import Analyses
public import Cosmology
import Foundation
import Inference

/// The best fit of a run, without draws, as text and as JSON.
public struct BestFitText: PrintedResult, Encodable {
  private let bestFit: Findings.Optimum
  private let probes: [Findings.Probe]?
  private let againstStandardModel: Findings.AgainstStandardModel?
  private let pivot: Pivot?
  private let parameters: [String]
  /// Why it is not what data say, as a sentence; nil if nothing is known against it.
  public let objection: String?

  private enum CodingKeys: CodingKey {
    case bestFit, probes, againstStandardModel
  }

  /// Finds the best fit of a problem.
  ///
  /// - Throws: `ModelError`.
  public init(_ problem: Problem) throws {
    bestFit = try problem.bestFit()
    probes = problem.probes(at: bestFit)
    againstStandardModel = problem.againstStandardModel(bestFit)
    pivot = nil
    objection = problem.objection(to: bestFit)
    parameters = problem.posterior.space.free.map(\.name)
  }

  /// The best fit that findings have; nil without one.
  init?(_ findings: Findings) {
    guard let best = findings.bestFit else { return nil }
    objection = nil
    (bestFit, probes) = (best, findings.probes)
    (againstStandardModel, pivot) = (findings.againstStandardModel, findings.pivot)
    parameters = (findings.model?.parameters ?? []).filter(\.isFree).map(\.name)
  }

  /// How good it is.
  public var goodness: GoodnessOfFit { bestFit.goodness }

  /// "bestfit".
  public static var fileName: String { "bestfit" }
  /// None.
  public var csv: String? { nil }

  /// JSON.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(self), as: UTF8.self) + "\n"
  }

  /// χ², its degrees of freedom and PTE, the parameters, the walls, each probe, the comparison with flat ΛCDM, and the
  /// pivot of dark energy.
  public var description: String {
    entries.map { LabelledLine.wrapped($0.name, $0.value) }.joined(separator: "\n")
  }

  /// The same under names.
  var entries: Report.Entries {
    let place = parameters.map { name in
      let value = bestFit.parameters[name] ?? .nan
      return "\(name) = "
        + String(format: "%.4g", value)
    }
    var entries = [
      (
        name: "best fit",
        value:
          "χ² = \(Self.number(bestFit.chiSquared)) for \(bestFit.degreesOfFreedom) \(bestFit.degreesOfFreedom == 1 ? "degree" : "degrees") of freedom\(Self.exceed(bestFit.probabilityToExceed)) at \(place.joined(separator: ", "))"
      )
    ]
    if let walls = bestFit.walls {
      entries.append(
        ("", "\(walls.joined(separator: ", ")) at the end of the prior: χ² falls further beyond it")
      )
    }
    entries += (probes ?? []).map { probe in
      let fitted = probe.fittedCount.map { " less \(String(format: "%.1f", $0)) fitted" } ?? ""
      return (
        "",
        "\(probe.name) χ² = \(Self.number(probe.chiSquared)) for \(probe.dataCount) \(probe.dataCount == 1 ? "datum" : "data")\(fitted)\(Self.exceed(probe.probabilityToExceed))"
      )
    }
    if let against = againstStandardModel {
      entries.append(("flat ΛCDM", Self.words(against)))
    }
    if let pivot {
      entries.append(
        (
          "pivot",
          String(
            format: "w = %.3f ± %.3f at z = %.2f, where it does not depend on wa", pivot.mean,
            pivot.standardDeviation, pivot.redshift)
        ))
    }
    return entries
  }

  /// Δχ², Nσ and ln B.
  static func words(_ against: Findings.AgainstStandardModel) -> String {
    let count = against.parameters.count
    var text = String(
      format: "χ² = %.2f, so Δχ² = %.2f for %@ more: %.1fσ", against.chiSquared,
      against.deltaChiSquared, count == 1 ? "one parameter" : "\(count) parameters",
      against.standardDeviations)
    if let density = against.savageDickey {
      text += String(
        format: "; ln B = %.2f ± %.2f (Savage–Dickey)", density.logBayesFactor,
        density.logBayesFactorError)
    } else {
      text += "; ln B by 'sn-infer models'"
    }
    return text
  }

  private static func number(_ value: Double) -> String { Rounding.number(value, decimals: 2) }

  static func exceed(_ probability: Double?) -> String {
    probability.map {
      ", PTE = " + ($0 < 1e-4 ? String(format: "%.0e", $0) : Rounding.number($0, digits: 2))
    } ?? ""
  }
}
