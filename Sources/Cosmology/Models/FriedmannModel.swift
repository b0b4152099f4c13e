public import Inference

/// Dark energy of the form of Chevallier & Polarski 2001 and Linder 2003, w = w0 + wa z/(1+z); a model says which of
/// its parameters there are.
///
/// X = (1+z)^{3(1+w0+wa)} exp(−3 wa z/(1+z)).
public protocol FriedmannModel: DarkEnergyModel {
  /// Which of the parameters is w0, or w; by default none, for a cosmological constant.
  var w0Index: Int? { get }
  /// Which of the parameters is wa; by default none.
  var waIndex: Int? { get }
}

extension FriedmannModel {
  /// None.
  public var w0Index: Int? { nil }
  /// None.
  public var waIndex: Int? { nil }

  /// X − 1.
  public func darkEnergyGrowth<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard let w0Index else { return 0 }
    let lag = epoch.logStretch - epoch.fractionOfScaleFactor
    var exponent = (1 + p[w0Index]) * (3 * epoch.logStretch)
    if let waIndex { exponent += p[waIndex] * (3 * lag) }
    return Scalar.expMinusOne(exponent)
  }

  private func rates(_ p: Span<Double>) -> FriedmannRates {
    FriedmannRates(
      omegaMatter: p[0], omegaCurvature: curvatureIndex.map { p[$0] } ?? 0,
      omegaRadiation: radiation.density, w0: w0Index.map { p[$0] } ?? -1,
      wa: waIndex.map { p[$0] } ?? 0, curvatureIndex: curvatureIndex ?? 0, w0Index: w0Index ?? 0,
      waIndex: waIndex ?? 0)
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    rates(p).evaluate(epochs, into: &inverseRates)
  }

  /// Writes 1/E and its derivatives, with content that follows h.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, content: RelativisticGrowth,
    inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    var rates = rates(p)
    let index = p.count - 1
    rates.content = (content.density, p[index], index)
    return rates.evaluate(epochs, growths: content.growths.span, into: &inverseRates)
  }
}
