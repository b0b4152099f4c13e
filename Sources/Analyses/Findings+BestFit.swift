public import Cosmology

extension Findings {
  /// The maximum of the likelihood within the ranges of the priors, which do not enter otherwise.
  public struct Optimum: Sendable, Codable, Equatable {
    /// The values by name, fixed ones too.
    public var parameters: [String: Double]
    /// χ² there.
    public var chiSquared: Double
    /// The number of data minus that of fitted parameters.
    public var degreesOfFreedom: Int
    /// PTE, the probability of a larger χ²; nil without degrees of freedom.
    public var probabilityToExceed: Double?
    /// log L there.
    public var logLikelihood: Double
    /// The parameters that end at the wall of a prior or requirement, beyond which the likelihood would grow; nil for
    /// none.
    public var walls: [String]?
  }

  /// One of several probes at the best fit.
  public struct Probe: Sendable, Codable, Equatable {
    /// Its name.
    public var name: String
    /// The number of its data.
    public var dataCount: Int
    /// χ² there; that of a likelihood on a grid is counted from its largest value.
    public var chiSquared: Double
    /// How many parameters are fitted to it, in the mean: its expected χ² is the number of its data less this one. Those
    /// of all probes add up to the number of parameters. Nil if it is not known.
    public var fittedCount: Double?
    /// PTE, the probability of a larger χ² with as many degrees of freedom; nil for fewer than ½.
    public var probabilityToExceed: Double?
  }

  /// A model beside flat ΛCDM, which is nested in it, with the same data.
  public struct AgainstStandardModel: Sendable, Codable, Equatable {
    /// The parameters that it has beyond those of flat ΛCDM.
    public var parameters: [String]
    /// χ² of flat ΛCDM at its own best fit.
    public var chiSquared: Double
    /// Δχ² = χ² of the model − χ² of flat ΛCDM, both at their best fits: twice the logarithm of the ratio of
    /// likelihoods, negative where the model is better.
    public var deltaChiSquared: Double
    /// Nσ: the deviation of a normal distribution that is as improbable, on both sides, as −Δχ² is by the χ²
    /// distribution of as many degrees of freedom as parameters (DESI DR2 II, arXiv:2503.14738, equation 22).
    public var standardDeviations: Double
    /// ln B from the density of the draws at flat ΛCDM; nil where too few are near.
    public var savageDickey: SavageDickey?
  }
}

extension Findings.Optimum {
  /// The goodness of the fit.
  public var goodness: GoodnessOfFit {
    GoodnessOfFit(chiSquared: chiSquared, degreesOfFreedom: degreesOfFreedom)
  }

  init(_ best: BestFit, parameters: [String: Double]) {
    let goodness = best.goodness
    self.init(
      parameters: parameters, chiSquared: goodness.chiSquared,
      degreesOfFreedom: goodness.degreesOfFreedom,
      probabilityToExceed: goodness.upperTail.isNaN ? nil : goodness.upperTail,
      logLikelihood: best.logLikelihood, walls: best.walls.isEmpty ? nil : best.walls)
  }
}
