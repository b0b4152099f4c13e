import RealModule

/// An epoch of a universe, with the powers of 1+z by which densities grow.
@frozen
public struct Epoch: Sendable, Equatable {
  /// u = ln(1+z).
  public let logStretch: Double
  /// z.
  public let redshift: Double
  /// (1+z)² − 1, without the difference of two numbers near 1.
  public let curvatureGrowth: Double
  /// (1+z)³ − 1.
  public let matterGrowth: Double
  /// (1+z)⁴ − 1.
  public let radiationGrowth: Double
  /// z/(1+z) = 1 − a.
  public let fractionOfScaleFactor: Double

  /// The epoch with a given u = ln(1+z).
  public init(logStretch u: Double) {
    logStretch = u
    redshift = .expMinusOne(u)
    curvatureGrowth = .expMinusOne(2 * u)
    matterGrowth = .expMinusOne(3 * u)
    radiationGrowth = .expMinusOne(4 * u)
    fractionOfScaleFactor = -.expMinusOne(-u)
  }
}
