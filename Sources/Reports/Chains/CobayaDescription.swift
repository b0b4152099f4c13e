import Foundation
import Inference

/// What Cobaya says of its chains in `ROOT.updated.yaml`: parameters with priors and labels, likelihoods, sampler.
///
/// Priors of families that SciPy lacks are given by their edges, or else by a normal density as wide.
struct CobayaDescription {
  /// The columns that the chains have for it.
  let density: DensityColumns
  /// Whether the draws are independent and weighted.
  let isIndependent: Bool

  /// The text of the file.
  var content: String {
    let posterior = density.posterior
    let sampled = Set(posterior.space.free.map(\.name))
    var lines = [
      "# For programs that read chains of Cobaya; this run's own settings are analysis.yaml."
    ]
    lines.append("params:")
    for parameter in posterior.space.parameters {
      if let value = parameter.prior.fixedValue {
        lines.append("  \(quoted(parameter.name)): {value: \(number(value))}")
      } else if sampled.contains(parameter.name) {
        let prior = parameter.prior.inSciPy(within: posterior.space.support(of: parameter))
        let entries = prior.map { "\($0): \($1)" }.joined(separator: ", ")
        lines.append("  \(quoted(parameter.name)):")
        lines.append("    prior: {\(entries)}")
        lines.append("    latex: \(quoted(parameter.label))")
      }
    }
    for column in posterior.columns where !sampled.contains(column.name) {
      lines.append("  \(quoted(column.name)): {derived: true, latex: \(quoted(column.label))}")
    }
    lines.append("likelihood:")
    lines += density.likelihoods.map { "  \(quoted($0)): null" }
    let kind = isIndependent ? "importance: {sampler_type: uncorrelated}" : "mcmc: {}"
    lines += ["sampler:", "  \(kind)"]
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Prior {
  /// The keys and values of the prior in Cobaya's syntax, which is that of SciPy's distributions.
  fileprivate func inSciPy(
    within support: (lower: Double, upper: Double)
  ) -> [(key: String, value: String)] {
    let numbers = density.numbers
    func dist(_ name: String, _ entries: KeyValuePairs<String, Double>) -> [(String, String)] {
      [("dist", name)] + entries.map { ($0.key, number($0.value)) }
    }
    switch density {
    case is NormalPrior: return dist("norm", ["loc": numbers[0], "scale": numbers[1]])
    case is TruncatedNormalPrior:
      let ends = numbers[2...].map { ($0 - numbers[0]) / numbers[1] }
      return dist(
        "truncnorm", ["loc": numbers[0], "scale": numbers[1], "a": ends[0], "b": ends[1]])
    case is HalfNormalPrior: return dist("halfnorm", ["scale": numbers[0]])
    case is LogNormalPrior: return dist("lognorm", ["s": numbers[1], "scale": exp(numbers[0])])
    case is CauchyPrior: return dist("cauchy", ["loc": numbers[0], "scale": numbers[1]])
    case is HalfCauchyPrior: return dist("halfcauchy", ["scale": numbers[0]])
    case is StudentTPrior:
      return dist("t", ["df": numbers[0], "loc": numbers[1], "scale": numbers[2]])
    case is ExponentialPrior: return dist("expon", ["scale": 1 / numbers[0]])
    case is GammaPrior: return dist("gamma", ["a": numbers[0], "scale": 1 / numbers[1]])
    case is InverseGammaPrior: return dist("invgamma", ["a": numbers[0], "scale": numbers[1]])
    case is BetaPrior: return dist("beta", ["a": numbers[0], "b": numbers[1]])
    case is LogUniformPrior: return dist("loguniform", ["a": numbers[0], "b": numbers[1]])
    default: break
    }
    if support.lower.isFinite, support.upper.isFinite {
      return [("min", number(support.lower)), ("max", number(support.upper))]
    }
    if isImproper { return dist("norm", ["loc": 0, "scale": 1e10]) }
    let (low, high) = (density.value(atNormal: -1), density.value(atNormal: 1))
    return dist("norm", ["loc": density.value(atNormal: 0), "scale": 0.5 * (high - low)])
  }
}

/// A number as all versions of YAML read it: with a point before the exponent.
private func number(_ value: Double) -> String {
  if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
  let text = "\(value)"
  guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
  return text[..<exponent] + ".0" + text[exponent...]
}

private func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
