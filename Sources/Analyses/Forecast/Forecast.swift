/// What a survey will measure: by the Fisher matrix, and by the full posterior of mock data without noise.
public struct Forecast: Sendable, Codable {
  /// A parameter.
  public struct Row: Sendable, Codable {
    /// Its name.
    public var parameter: String
    /// The value that the mock is made with.
    public var truth: Double
    /// The standard deviation by the Fisher matrix.
    public var fisher: Double
    /// Mean and standard deviation of the posterior, and its standard deviation over that of the Fisher matrix.
    public var mean, standardDeviation, ratio: Double?
  }

  /// The figure of merit of some parameters: 1 / √det of their covariance.
  public struct Merit: Sendable, Codable {
    /// The parameters.
    public var parameters: [String]
    /// By the Fisher matrix, and by the posterior.
    public var fisher: Double
    /// By the covariance of the posterior, and that over the one of the Fisher matrix.
    public var full, ratio: Double?
    /// Of two parameters the area that holds 68.27 %: of the ellipse, and of the smallest region of the posterior.
    public var fisherArea, fullArea: Double?
  }

  /// The figure of merit without some part of the errors or data.
  public struct BudgetEntry: Sendable, Codable {
    /// What is left out.
    public var without: String
    /// The figure of merit by the Fisher matrix, and that over the one with everything; nil where too little is left.
    public var merit, ratio: Double?
  }

  /// What one more supernova would bring.
  public struct Next: Sendable, Codable {
    /// The range of redshifts.
    public var lower, upper: Double
    /// The number of supernovae there.
    public var count: Int
    /// dFoM/dN for one more of them, and that over the largest.
    public var gain, relative: Double
  }

  /// Mocks with noise: the scatter of their posteriors.
  public struct Mocks: Sendable, Codable {
    /// The number of mocks with a posterior, and of those without.
    public var count, lostCount: Int
    /// Mean and standard deviation of the figures of merit.
    public var merit, meritScatter: Double
  }

  /// The model, by its name.
  public var model: String
  /// The number of supernovae.
  public var supernovaCount: Int
  /// The free parameters.
  public var rows: [Row]
  /// The covariance by the Fisher matrix, in the order of the rows.
  public var covariance: [[Double]]
  /// The figure of merit.
  public var merit: Merit
  /// The pivot of w0 and wa by the Fisher matrix, and by the posterior; nil without them.
  public var fisherPivot, fullPivot: Pivot?
  /// What limits the measurement.
  public var budget: [BudgetEntry]
  /// Where the next supernova should go.
  public var next: [Next]
  /// Mocks with noise, if there are any.
  public var mocks: Mocks?
  /// Why the posterior's draws are not to be used; nil if nothing speaks against them.
  public var objection: String?
  /// How long the Fisher matrix and the posterior took, in seconds.
  public var fisherSeconds, posteriorSeconds: Double

  /// Whether the draws of the posterior can be trusted, or none were asked for.
  public var exitStatus: ExitStatus { objection == nil ? .success : .failedCheck }
}
