/// The posterior summary of one parameter.
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
  /// The Monte Carlo standard error of the standard deviation.
  public var standardErrorOfStandardDeviation: Double
  /// The Monte Carlo standard errors of `quantiles`.
  public var standardErrorsOfQuantiles: [Double]
  /// The effective sample size for the bulk of the distribution.
  public var bulkEffectiveSampleSize: Double
  /// The effective sample size for its 5 % and 95 % quantiles, the smaller of the
  /// two.
  public var tailEffectiveSampleSize: Double
  /// The rank-normalised potential scale reduction of split chains; 1 when they agree.
  public var rHat: Double
  /// True where it is a function of other parameters and not sampled; else nil.
  public var derived: Bool?

  /// Whether it is a function of other parameters and not sampled.
  public var isDerived: Bool { derived ?? false }
  /// The name as tables have it: with a star where it is derived, as in GetDist.
  public var markedName: String { isDerived ? "\(name)*" : name }

  /// The probabilities that `quantiles` stand for.
  public static let probabilities = [0.025, 0.16, 0.5, 0.84, 0.975]

  /// A summary with all its numbers.
  public init(
    name: String, mean: Double, standardDeviation: Double, quantiles: [Double],
    standardErrorOfMean: Double, standardErrorOfStandardDeviation: Double,
    standardErrorsOfQuantiles: [Double], bulkEffectiveSampleSize: Double,
    tailEffectiveSampleSize: Double, rHat: Double, isDerived: Bool = false
  ) {
    self.name = name
    derived = isDerived ? true : nil
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.quantiles = quantiles
    self.standardErrorOfMean = standardErrorOfMean
    self.standardErrorOfStandardDeviation = standardErrorOfStandardDeviation
    self.standardErrorsOfQuantiles = standardErrorsOfQuantiles
    self.bulkEffectiveSampleSize = bulkEffectiveSampleSize
    self.tailEffectiveSampleSize = tailEffectiveSampleSize
    self.rHat = rHat
  }
}

/// The posterior summary of a set of chains, and whether the chains can be trusted.
public struct PosteriorSummary: Sendable, Equatable, Codable {
  /// One summary per parameter.
  public var parameters: [ParameterSummary]
  /// The correlation matrix of the parameters, row by row.
  public var correlation: [[Double]]
  /// The number of draws in all chains.
  public var drawCount: Int
  /// The number of transitions that diverged.
  public var divergenceCount: Int
  /// The number of transitions whose tree reached the maximum depth.
  public var saturatedTreeCount: Int
  /// E-BFMI of each chain, the fraction of the energies' variance that momentum resampling explores; NaN for a
  /// chain without energies, empty if no chain has them.
  public var energyFractions: [Double]

  /// A summary with all its numbers.
  public init(
    parameters: [ParameterSummary], correlation: [[Double]], drawCount: Int, divergenceCount: Int,
    saturatedTreeCount: Int, energyFractions: [Double]
  ) {
    self.parameters = parameters
    self.correlation = correlation
    self.drawCount = drawCount
    self.divergenceCount = divergenceCount
    self.saturatedTreeCount = saturatedTreeCount
    self.energyFractions = energyFractions
  }

  /// The smallest bulk effective sample size of the parameters that are sampled and vary; NaN if there
  /// are none.
  public var smallestEffectiveSampleSize: Double {
    parameters.lazy.filter { !$0.isDerived }.map(\.bulkEffectiveSampleSize).filter(\.isFinite).min()
      ?? .nan
  }

  /// The failed convergence checks, in sentences; empty when all gates are passed.
  ///
  /// The gates: R-hat below 1.01, bulk and tail effective sample sizes above 400 for every
  /// parameter (Vehtari et al. 2021, section 4), E-BFMI above 0.3 for every chain (Betancourt
  /// 2016), no divergence. Parameters that do not vary are left out, unless none does: then the
  /// chains are stuck.
  public var failedGates: [String] {
    var failures = convergenceFailures
    if divergenceCount > 0 {
      failures.append("\(divergenceCount) of \(drawCount) transitions diverged")
    }
    return failures
  }

  /// The same without divergences, which are judged by their effect where another sampler can detect it.
  public var convergenceFailures: [String] {
    var failures: [String] = []
    let fixed = Set(constants)
    for (index, parameter) in parameters.enumerated() where !fixed.contains(index) {
      if !(parameter.rHat < 1.01) {
        failures.append(
          "R-hat of \(parameter.name) is \(parameter.rHat.rounded(to: 1e4)), not below 1.01")
      }
      let sizes = [
        ("bulk", parameter.bulkEffectiveSampleSize), ("tail", parameter.tailEffectiveSampleSize),
      ]
      for (part, size) in sizes where !(size > 400) {
        failures.append(
          "the \(part) effective sample size of \(parameter.name) is \(size.rounded(to: 10)), not above 400"
        )
      }
    }
    for (index, fraction) in energyFractions.enumerated() where !(fraction > 0.3) {
      failures.append(
        "E-BFMI of chain \(index + 1) is "
          + (fraction.isNaN ? "not known" : "\(fraction.rounded(to: 1e3)), not above 0.3"))
    }
    return failures
  }

  /// Notes for a reader that are not objections, in sentences.
  public var notes: [String] {
    let names = constants.map { "\(parameters[$0].name) = \(parameters[$0].mean)" }
    return names.isEmpty
      ? [] : ["constant in all draws, so not checked: \(names.joined(separator: ", "))"]
  }

  /// The parameters that do not vary while others do.
  private var constants: [Int] {
    let fixed = parameters.indices.filter { parameters[$0].standardDeviation == 0 }
    return fixed.count < parameters.count ? fixed : []
  }
}
