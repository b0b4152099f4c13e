import Foundation
import Inference

/// A prior in Cobaya's syntax: `min` and `max`, or `dist` with one of SciPy's names and its numbers.
struct CobayaDistribution: Codable {
  var dist: String?
  var min, max, loc, scale: Double?
  /// SciPy's shapes.
  var s, df, a, b: Double?

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case min, max, dist, loc, scale, s, df, a, b
  }

  /// The keys that a file may have.
  static let keys = CodingKeys.allCases.map(\.rawValue)

  init(uniform lower: Double, _ upper: Double) { (min, max) = (lower, upper) }

  init(normal mean: Double, _ deviation: Double) { (dist, loc, scale) = ("norm", mean, deviation) }

  /// The names, with the shape parameters of each in addition to `loc` and `scale`.
  private static let shapes: [(name: String, shapes: [String])] = [
    ("uniform", []), ("norm", []), ("truncnorm", ["a", "b"]), ("halfnorm", []), ("lognorm", ["s"]),
    ("cauchy", []), ("halfcauchy", []), ("t", ["df"]), ("expon", []), ("gamma", ["a"]),
    ("invgamma", ["a"]), ("beta", ["a", "b"]), ("loguniform", ["a", "b"]),
  ]

  /// What is wrong with it, in words.
  struct Refusal: Error {
    let reason: String
  }

  /// The prior.
  ///
  /// - Throws: `Refusal`.
  func prior() throws(Refusal) -> Prior {
    let name = dist ?? "uniform"
    guard let shapes = Self.shapes.first(where: { $0.name == name })?.shapes else {
      let names = Self.shapes.map(\.name)
      let near = nearestName(to: [name], among: names).map { "; did you mean \($0)?" } ?? ""
      throw Refusal(
        reason: "dist '\(name)' is not known; available are \(names.joined(separator: ", "))\(near)"
      )
    }
    let given = [("s", s), ("df", df), ("a", a), ("b", b)]
    if let extra = given.first(where: { $0.1 != nil && !shapes.contains($0.0) }) {
      throw Refusal(reason: "dist \(name) has no '\(extra.0)'")
    }
    let hasEnds = name == "truncnorm" && min != nil && max != nil
    if !hasEnds, let missing = given.first(where: { $0.1 == nil && shapes.contains($0.0) }) {
      throw Refusal(reason: "'\(missing.0)' missing for dist \(name)")
    }
    let prior = try prior(name, loc ?? 0, scale ?? 1)
    if let flaw = prior.flaw { throw Refusal(reason: "\(flaw) in \(prior.text)") }
    return prior
  }

  private func prior(_ name: String, _ loc: Double, _ scale: Double) throws(Refusal) -> Prior {
    if name == "uniform" {
      switch (min, max, self.loc, self.scale) {
      case (let min?, let max?, nil, nil): return .uniform(lower: min, upper: max)
      case (nil, nil, let loc?, let scale?): return .uniform(lower: loc, upper: loc + scale)
      case (nil, _, nil, nil): throw Refusal(reason: "min missing")
      case (_, nil, nil, nil): throw Refusal(reason: "max missing")
      default: throw Refusal(reason: "give min and max, or loc and scale")
      }
    }
    // SciPy's ends are in standard deviations, and Cobaya's are not.
    if name == "truncnorm", let min, let max, a == nil, b == nil, let scale = self.scale {
      return .truncatedNormal(mean: loc, standardDeviation: scale, lower: min, upper: max)
    }
    if min != nil || max != nil {
      throw Refusal(reason: "dist \(name) has loc and scale, not min and max")
    }
    let isShifted = loc != 0
    let (s, df, a, b) = (s ?? 0, df ?? 0, a ?? 0, b ?? 0)
    switch name {
    case "norm":
      if self.scale == nil { throw Refusal(reason: "scale missing for dist norm") }
      return .normal(mean: loc, standardDeviation: scale)
    case "truncnorm":
      return .truncatedNormal(
        mean: loc, standardDeviation: scale, lower: loc + a * scale, upper: loc + b * scale)
    case "cauchy": return .cauchy(location: loc, scale: scale)
    case "t": return .studentT(degreesOfFreedom: df, location: loc, scale: scale)
    case _ where isShifted: throw Refusal(reason: "dist \(name) begins at 0 here: loc is \(loc)")
    case "halfnorm": return .halfNormal(standardDeviation: scale)
    case "lognorm": return .logNormal(logMean: log(scale), logStandardDeviation: s)
    case "halfcauchy": return .halfCauchy(scale: scale)
    case "expon": return .exponential(rate: 1 / scale)
    case "gamma": return .gamma(shape: a, rate: 1 / scale)
    case "invgamma": return .inverseGamma(shape: a, scale: scale)
    case "beta" where scale == 1: return .beta(a: a, b: b)
    case "beta": throw Refusal(reason: "dist beta is between 0 and 1 here: scale is \(scale)")
    default: return .logUniform(lower: a * scale, upper: b * scale)
    }
  }
}
