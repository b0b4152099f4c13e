public import Inference

// The six models of matter, curvature and dark energy, with radiation where it is wanted:
// E² = Ωm (1+z)³ + Ωk (1+z)² + Ωr (1+z)⁴ + Ωde X(z), Ωde = 1 − Ωm − Ωk − Ωr, with the dark energy of
// Chevallier & Polarski 2001 and Linder 2003, w = w0 + wa z/(1+z):
// X = (1+z)^{3(1+w0+wa)} exp(−3 wa z/(1+z)).
// All are written as growth above today's value, E² = 1 + …, which keeps every digit at small z. A
// negative Ωm has no meaning, and E² = 0 says so.

/// A flat universe of matter and a cosmological constant: `omega_m`.
public struct FlatLambdaCDM: ExpansionModel {
  /// `omega_m`.
  public let parameterNames = ["omega_m"]
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }

  /// E² = 1 + Ωm [(1+z)³ − 1], and radiation.
  @inlinable
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    return 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    FriedmannRates(
      omegaMatter: p[0], omegaRadiation: radiation.density
    )
    .evaluate(epochs, into: &inverseRates)
  }
}

/// Matter, curvature and a cosmological constant: `omega_m`, `omega_k`.
public struct LambdaCDM: ExpansionModel {
  /// `omega_m`, `omega_k`.
  public let parameterNames = ["omega_m", "omega_k"]
  /// The second.
  public var curvatureIndex: Int? { 1 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωk [(1+z)² − 1], and radiation.
  @inlinable
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    return 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
      + p[1] * epoch.curvatureGrowth
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    FriedmannRates(
      omegaMatter: p[0], omegaCurvature: p[1], omegaRadiation: radiation.density,
      curvatureIndex: 1
    )
    .evaluate(epochs, into: &inverseRates)
  }
}

/// A flat universe with dark energy of a constant equation of state: `omega_m`, `w`.
public struct FlatWCDM: ExpansionModel {
  /// `omega_m`, `w`.
  public let parameterNames = ["omega_m", "w"]
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωde [(1+z)^{3(1+w)} − 1], and radiation.
  @inlinable
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    let darkEnergy = 1 - p[0] - radiation.density
    let growth = Scalar.expMinusOne((1 + p[1]) * (3 * epoch.logStretch))
    return 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
      + darkEnergy * growth
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    FriedmannRates(
      omegaMatter: p[0], omegaRadiation: radiation.density, w0: p[1], w0Index: 1
    )
    .evaluate(epochs, into: &inverseRates)
  }
}

/// Curvature, and dark energy of a constant equation of state: `omega_m`, `omega_k`, `w`.
public struct WCDM: ExpansionModel {
  /// `omega_m`, `omega_k`, `w`.
  public let parameterNames = ["omega_m", "omega_k", "w"]
  /// The second.
  public var curvatureIndex: Int? { 1 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωk [(1+z)² − 1] + Ωde [(1+z)^{3(1+w)} − 1], and radiation.
  @inlinable
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    let darkEnergy = 1 - p[0] - p[1] - radiation.density
    let growth = Scalar.expMinusOne((1 + p[2]) * (3 * epoch.logStretch))
    return 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
      + p[1] * epoch.curvatureGrowth
      + darkEnergy * growth
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    FriedmannRates(
      omegaMatter: p[0], omegaCurvature: p[1], omegaRadiation: radiation.density, w0: p[2],
      curvatureIndex: 1, w0Index: 2
    )
    .evaluate(epochs, into: &inverseRates)
  }
}

/// A flat universe with evolving dark energy: `omega_m`, `w0`, `wa`.
public struct FlatW0WaCDM: ExpansionModel {
  /// `omega_m`, `w0`, `wa`.
  public let parameterNames = ["omega_m", "w0", "wa"]
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωde [X − 1], and radiation.
  @inlinable
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    let darkEnergy = 1 - p[0] - radiation.density
    let growth = Scalar.expMinusOne(darkEnergyExponent(p[1], p[2], epoch))
    return 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
      + darkEnergy * growth
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    FriedmannRates(
      omegaMatter: p[0], omegaRadiation: radiation.density, w0: p[1], wa: p[2],
      w0Index: 1, waIndex: 2
    )
    .evaluate(epochs, into: &inverseRates)
  }
}

/// Curvature and evolving dark energy: `omega_m`, `omega_k`, `w0`, `wa`.
public struct W0WaCDM: ExpansionModel {
  /// `omega_m`, `omega_k`, `w0`, `wa`.
  public let parameterNames = ["omega_m", "omega_k", "w0", "wa"]
  /// The second.
  public var curvatureIndex: Int? { 1 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωk [(1+z)² − 1] + Ωde [X − 1], and radiation.
  @inlinable
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    let darkEnergy = 1 - p[0] - p[1] - radiation.density
    let growth = Scalar.expMinusOne(darkEnergyExponent(p[2], p[3], epoch))
    return 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
      + p[1] * epoch.curvatureGrowth
      + darkEnergy * growth
  }

  /// Writes 1/E and its derivatives.
  public func evaluate(
    _ p: Span<Double>, at epochs: Span<Epoch>, inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    FriedmannRates(
      omegaMatter: p[0], omegaCurvature: p[1], omegaRadiation: radiation.density, w0: p[2],
      wa: p[3], curvatureIndex: 1, w0Index: 2, waIndex: 3
    )
    .evaluate(epochs, into: &inverseRates)
  }
}

/// log X = 3 (1 + w0) u + 3 wa (u − z/(1+z)).
@inlinable
func darkEnergyExponent<Scalar: DifferentiableScalar>(
  _ w0: Scalar, _ wa: Scalar, _ epoch: Epoch
) -> Scalar {
  let lag = epoch.logStretch - epoch.fractionOfScaleFactor
  return (1 + w0) * (3 * epoch.logStretch) + wa * (3 * lag)
}
