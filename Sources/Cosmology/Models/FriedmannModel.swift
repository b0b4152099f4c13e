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
}
