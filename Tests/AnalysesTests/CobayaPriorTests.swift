import Analyses
import Inference
import Testing

/// Priors of a file in SciPy's names, as Cobaya has them.
@Suite struct CobayaPriorTests {
  private func prior(_ words: String) throws -> Prior? {
    try AnalysisFile.parse(
      "likelihood: {sn: {data: sn.csv}}\nparams: {w: {prior: {\(words)}}}", "a.yaml"
    ).params.first?.prior
  }

  static let known: [(String, Prior)] = [
    ("min: -2, max: 1", .uniform(lower: -2, upper: 1)),
    ("dist: uniform, min: -2, max: 1", .uniform(lower: -2, upper: 1)),
    ("dist: uniform, loc: -2, scale: 3", .uniform(lower: -2, upper: 1)),
    ("dist: norm, loc: -1, scale: 0.5", .normal(mean: -1, standardDeviation: 0.5)),
    (
      "dist: truncnorm, a: -2, b: 4, loc: 1, scale: 0.5",
      .truncatedNormal(mean: 1, standardDeviation: 0.5, lower: 0, upper: 3)
    ),
    ("dist: halfnorm, scale: 2", .halfNormal(standardDeviation: 2)),
    ("dist: lognorm, s: 0.4, scale: 1", .logNormal(logMean: 0, logStandardDeviation: 0.4)),
    ("dist: cauchy, loc: 1, scale: 2", .cauchy(location: 1, scale: 2)),
    ("dist: halfcauchy, scale: 5", .halfCauchy(scale: 5)),
    ("dist: t, df: 3, loc: 1, scale: 2", .studentT(degreesOfFreedom: 3, location: 1, scale: 2)),
    ("dist: expon, scale: 2", .exponential(rate: 0.5)),
    ("dist: gamma, a: 3, scale: 0.5", .gamma(shape: 3, rate: 2)),
    ("dist: invgamma, a: 3, scale: 2", .inverseGamma(shape: 3, scale: 2)),
    ("dist: beta, a: 2, b: 5", .beta(a: 2, b: 5)),
    ("dist: loguniform, a: 0.01, b: 10", .logUniform(lower: 0.01, upper: 10)),
  ]

  @Test("every name that is known has SciPy's meaning", arguments: known)
  func names(words: String, expected: Prior) throws { #expect(try prior(words) == expected) }

  @Test(
    "what is wrong is said",
    arguments: [
      ("dist: wishart, scale: 1", "dist 'wishart' is not known; available are uniform, norm"),
      ("dist: norm, loc: 1", "scale missing for dist norm"),
      ("dist: norm, loc: 1, scale: -1", "sd has to be positive"),
      ("dist: norm, min: 0, max: 1", "dist norm has loc and scale, not min and max"),
      ("dist: t, loc: 0, scale: 1", "'df' missing for dist t"),
      ("dist: norm, a: 1, scale: 1", "dist norm has no 'a'"),
      ("dist: gamma, a: 2, loc: 1", "begins at 0 here"),
      ("min: 2, max: 1", "bounds reversed"), ("max: 1", "min missing"),
      ("min: 0, max: 1, loc: 2", "give min and max, or loc and scale"),
    ])
  func errors(words: String, said: String) {
    let error = #expect(throws: AnalysisError.self) { try prior(words) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(said), "\(String(describing: error))")
  }
}
