public import Analyses
import Foundation

/// Tensions between data sets as text, JSON and CSV.
public struct TensionText: PrintedResult {
  private let tensions: [Tension]

  /// One or more tensions.
  public init(_ tensions: [Tension]) { self.tensions = tensions }

  /// "tension".
  public static var fileName: String { "tension" }

  /// JSON: a list.
  public func json() throws -> String {
    String(decoding: try JSONEncoder.ofResults.encode(tensions), as: UTF8.self) + "\n"
  }

  /// One line for each pair.
  public var csv: String? {
    func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    let lines = tensions.map { tension in
      [tension.first, tension.second].map { $0.probes.joined(separator: "+") }
        + [
          tension.logRatio, tension.logRatioError, tension.logInformation,
          tension.logSuspiciousness,
          tension.logSuspiciousnessError, tension.dimensionality, tension.probability,
          tension.standardDeviations,
        ].map(number)
    }
    let header = [
      "first", "second", "ln_r", "ln_r_error", "ln_i", "ln_s", "ln_s_error", "d", "p", "n_sigma",
    ]
    return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// For each pair what both measure, the statistics, and a sentence.
  public var description: String {
    tensions.map(Self.text).joined(separator: "\n\n")
  }

  private static func text(_ tension: Tension) -> String {
    let (first, second) = (tension.first, tension.second)
    var parts: [String] = []
    if !tension.shifts.isEmpty {
      let rows = tension.shifts.map { shift in
        [shift.parameter]
          + zip(shift.means, shift.deviations).map { mean, deviation in
            let decimals = Rounding.decimals(for: deviation, digits: 2)
            return Rounding.number(mean, decimals: decimals) + " ± "
              + Rounding.number(deviation, decimals: decimals)
          } + [String(format: "%+.1f", shift.standardDeviations)]
      }
      parts.append(
        AlignedTable([["parameter", first.name, second.name, "shift [σ]"]] + rows).description)
    }
    var lines = [
      LabelledLine.text(
        "evidence",
        String(
          format: "ln R = %.2f ± %.2f, of which information %.2f (depends on the priors)",
          tension.logRatio, tension.logRatioError, tension.logInformation)),
      LabelledLine.text(
        "suspicious",
        String(
          format: "ln S = %.2f ± %.2f, d = %.2f dimensions that both measure",
          tension.logSuspiciousness, tension.logSuspiciousnessError, tension.dimensionality)),
    ]
    if let shift = tension.jointShift {
      lines.append(
        LabelledLine.text(
          "shift",
          String(
            format: "χ² = %.2f for %d degrees of freedom of %@: p = %@, %.1fσ", shift.chiSquared,
            shift.degreesOfFreedom, shift.parameters.joined(separator: ", "),
            Rounding.number(shift.probability, digits: 2), shift.standardDeviations)))
    }
    let names = "\(first.name) and \(second.name)"
    if let probability = tension.probability, let sigmas = tension.standardDeviations {
      lines.append(
        LabelledLine.text(
          "tension",
          "\(names): p = \(Rounding.number(probability, digits: 2)), \(String(format: "%.1f", sigmas))σ"
        ))
    } else {
      lines.append(
        LabelledLine.text("tension", "\(names) measure nothing in common, so they cannot disagree"))
    }
    for part in [first, second, tension.both] {
      if let objection = part.objection {
        lines.append(LabelledLine.wrapped("warning", "draws of \(part.name): \(objection)"))
      }
    }
    parts.append(lines.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }
}
