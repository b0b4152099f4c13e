public import Inference

/// A universe of matter, curvature, radiation and dark energy; a model says which of them are
/// parameters.
///
/// E² = Ωm (1+z)³ + Ωk (1+z)² + Ωr (1+z)⁴ + Ωde X(z), Ωde = 1 − Ωm − Ωk − Ωr, with the dark energy of
/// Chevallier & Polarski 2001 and Linder 2003, w = w0 + wa z/(1+z):
/// X = (1+z)^{3(1+w0+wa)} exp(−3 wa z/(1+z)). It is written as growth above today's value, E² = 1 + …,
/// which keeps every digit at small z. The first parameter is Ωm; a negative one has no meaning, and
/// gives E² = 0.
public protocol FriedmannModel: NamedModel {
  /// Photons and neutrinos.
  var radiation: Radiation { get }
  /// Which of the parameters is w0, or w; by default none, for a cosmological constant.
  var w0Index: Int? { get }
  /// Which of the parameters is wa; by default none.
  var waIndex: Int? { get }
}

extension FriedmannModel {
  /// Three values of Ωm with each of several points of the other parameters.
  static func checkPoints(beside others: [[Double]]) -> [[Double]] {
    others.flatMap { point in [0.15, 0.3, 0.5].map { [$0] + point } }
  }

  /// None.
  public var w0Index: Int? { nil }
  /// None.
  public var waIndex: Int? { nil }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωk [(1+z)² − 1] + Ωr [(1+z)⁴ − 1] + Ωde [X − 1].
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    let curvature = curvatureIndex.map { p[$0] } ?? 0
    var squared = 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
    squared += curvature * epoch.curvatureGrowth
    guard let w0Index else { return squared }
    let lag = epoch.logStretch - epoch.fractionOfScaleFactor
    var exponent = (1 + p[w0Index]) * (3 * epoch.logStretch)
    if let waIndex { exponent += p[waIndex] * (3 * lag) }
    let darkEnergy = 1 - p[0] - curvature - radiation.density
    return squared + darkEnergy * Scalar.expMinusOne(exponent)
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    let rates = FriedmannRates(
      omegaMatter: p[0], omegaCurvature: curvatureIndex.map { p[$0] } ?? 0,
      omegaRadiation: radiation.density, w0: w0Index.map { p[$0] } ?? -1,
      wa: waIndex.map { p[$0] } ?? 0, curvatureIndex: curvatureIndex ?? 0, w0Index: w0Index ?? 0,
      waIndex: waIndex ?? 0)
    return rates.evaluate(epochs, into: &inverseRates)
  }
}
