public import NumericalAnalysis
import RealModule

/// A flat universe of matter and a cosmological constant, with its distances; no radiation.
///
/// E²(z) = Ωm (1+z)³ + 1 − Ωm.
public struct FlatLambdaCDM: Sendable, Equatable {
  /// Ωm, the matter density today in units of the critical density, 0 to 1.
  public var omegaMatter: Double
  /// h, the Hubble constant in units of 100 km/s/Mpc, positive.
  public var h: Double

  /// A universe with its two parameters.
  public init(omegaMatter: Double, h: Double) {
    self.omegaMatter = omegaMatter
    self.h = h
  }

  /// The expansion rate H(z)/H₀.
  public func expansionRate(redshift z: Double) -> Double {
    .sqrt(omegaMatter * .pow(1 + z, 3) + 1 - omegaMatter)
  }

  /// The comoving distance to a redshift in Mpc: (c/H₀) ∫ dz/E.
  ///
  /// For many redshifts at once, or derivatives, use `FlatLambdaCDMDistances`.
  ///
  /// - Parameter z: zero or positive; the distance is NaN otherwise, or for Ωm outside of [0, 1].
  public func comovingDistance(redshift z: Double) -> Double {
    guard z > 0 else { return z == 0 ? 0 : .nan }
    var (distance, derivative) = ([0.0], [0.0])
    let parameters = [omegaMatter]
    var distanceSpan = distance.mutableSpan
    var derivativeSpan = derivative.mutableSpan
    let exists = FlatLambdaCDMDistances(redshifts: [z]).evaluate(
      at: parameters.span, distances: &distanceSpan, derivatives: &derivativeSpan)
    return exists ? hubbleDistance / h * distance[0] : .nan
  }

  /// The comoving distance to a redshift in Mpc by the fit of Pen 1999; needs 0 < Ωm ≤ 1.
  public func comovingDistanceByPen(redshift z: Double) -> Double {
    guard omegaMatter > 0, omegaMatter <= 1, z >= 0 else { return .nan }
    func conformalTime(_ scaleFactor: Double) -> Double {
      Pen1999.conformalTime(scaleFactor: scaleFactor, omegaMatter: omegaMatter)
    }
    return hubbleDistance / h * (conformalTime(1) - conformalTime(1 / (1 + z)))
  }

  /// The comoving distance to a redshift in Mpc by GSL's adaptive quadrature of 1/E over z: slow
  /// and independent.
  ///
  /// - Throws: `QuadratureError` if a relative error of 1e-13 is not reached.
  public func comovingDistanceByGSL(redshift z: Double) throws(QuadratureError) -> Double {
    let integral = try AdaptiveQuadrature().integrate(over: 0...z) {
      1 / expansionRate(redshift: $0)
    }
    return hubbleDistance / h * integral.value
  }

  /// The luminosity distance to a redshift in Mpc: (1+z) times the comoving distance.
  public func luminosityDistance(redshift z: Double) -> Double {
    (1 + z) * comovingDistance(redshift: z)
  }

  /// The distance modulus 5 log₁₀(D_L / 10 pc) in magnitudes.
  ///
  /// - Parameters:
  ///   - z: the cosmological redshift (zHD), corrected for peculiar motions, which sets the
  ///     comoving distance.
  ///   - heliocentric: the redshift as observed (zHEL), which dims the light; equal to `z` if not
  ///     given.
  public func distanceModulus(redshift z: Double, heliocentric: Double? = nil) -> Double {
    let distance = (1 + (heliocentric ?? z)) * comovingDistance(redshift: z)
    return 5 * .log10(distance) + 25
  }
}
