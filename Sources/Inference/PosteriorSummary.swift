/// What draws say about one parameter.
public struct ParameterSummary: Sendable, Equatable, Codable {
  /// The name in files.
  public var name: String
  /// The posterior mean.
  public var mean: Double
  /// The posterior standard deviation.
  public var standardDeviation: Double
  /// The 2.5, 16, 50, 84 and 97.5 % quantiles.
  public var quantiles: [Double]
  /// The Monte Carlo standard error of the mean.
  public var standardErrorOfMean: Double
  /// The effective number of independent draws, for the mean.
  public var effectiveSampleSize: Double
  /// The potential scale reduction of split chains; 1 when they agree.
  public var splitRHat: Double

  /// The probabilities that `quantiles` stand for.
  public static let probabilities = [0.025, 0.16, 0.5, 0.84, 0.975]

  /// A summary with all its numbers.
  public init(
    name: String, mean: Double, standardDeviation: Double, quantiles: [Double],
    standardErrorOfMean: Double, effectiveSampleSize: Double, splitRHat: Double
  ) {
    self.name = name
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.quantiles = quantiles
    self.standardErrorOfMean = standardErrorOfMean
    self.effectiveSampleSize = effectiveSampleSize
    self.splitRHat = splitRHat
  }
}

/// What a set of chains says about a posterior, and whether the chains can be trusted.
public struct PosteriorSummary: Sendable, Equatable, Codable {
  /// One summary a parameter.
  public var parameters: [ParameterSummary]
  /// The correlation matrix of the parameters, row by row.
  public var correlation: [[Double]]
  /// The number of draws in all chains.
  public var drawCount: Int
  /// The number of transitions that diverged.
  public var divergenceCount: Int

  /// A summary with all its numbers.
  public init(
    parameters: [ParameterSummary], correlation: [[Double]], drawCount: Int, divergenceCount: Int
  ) {
    self.parameters = parameters
    self.correlation = correlation
    self.drawCount = drawCount
    self.divergenceCount = divergenceCount
  }

  /// What speaks against the chains, in sentences; empty when all gates are passed.
  ///
  /// The gates: split R-hat below 1.01 and an effective sample size above 400 for every parameter, no divergence
  /// (Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, section 4).
  public var failedGates: [String] {
    var failures: [String] = []
    for parameter in parameters {
      if !(parameter.splitRHat < 1.01) {
        failures.append(
          "R-hat of \(parameter.name) is \(rounded(parameter.splitRHat, 1e4)), not below 1.01")
      }
      if !(parameter.effectiveSampleSize > 400) {
        failures.append(
          "the effective sample size of \(parameter.name) is \(rounded(parameter.effectiveSampleSize, 10)), not above 400"
        )
      }
    }
    if divergenceCount > 0 {
      failures.append("\(divergenceCount) of \(drawCount) transitions diverged")
    }
    return failures
  }
}

private func rounded(_ value: Double, _ unit: Double) -> Double {
  (value * unit).rounded() / unit
}
