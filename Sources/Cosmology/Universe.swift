import Inference
import RealModule

/// A model with values for its parameters: one universe, with its distances.
///
/// ```swift
/// let universe = Universe(FlatWCDM(), [0.3, -0.9], h: 0.7)
/// print(universe.distanceModulus(redshift: 0.5))
/// ```
public struct Universe<Model: ExpansionModel>: Sendable {
  /// The model.
  public let model: Model
  /// One value for each of the model's `parameterNames`.
  public let parameters: [Double]
  /// h, the Hubble constant in units of 100 km/s/Mpc, positive.
  public let h: Double

  /// A universe of a model.
  public init(_ model: Model, _ parameters: [Double], h: Double) {
    precondition(
      parameters.count == model.parameterNames.count,
      "\(parameters.count) values for \(model.parameterNames)")
    self.model = model
    self.parameters = parameters
    self.h = h
  }

  /// E = H(z)/H₀; NaN where E² is negative.
  public func expansionRate(redshift z: Double) -> Double {
    let epoch = Epoch(logStretch: .log(onePlus: z))
    return .sqrt(model.squaredExpansionRate(parameters.span, at: epoch))
  }

  /// The transverse comoving distance to a redshift in Mpc.
  ///
  /// For many redshifts at once, or derivatives, use `ModelDistances`.
  ///
  /// - Parameter z: zero or positive; the distance is NaN otherwise, and where the model has none.
  public func comovingDistance(redshift z: Double) -> Double {
    guard z > 0 else { return z == 0 ? 0 : .nan }
    let distances = ModelDistances(model, redshifts: [z], for: [parameters])
    return hubbleDistance / h * distances.values(at: parameters)[0]
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

extension Universe<FlatLambdaCDM> {
  /// The comoving distance to a redshift in Mpc by the fit of Pen 1999; needs 0 < Ωm ≤ 1.
  public func comovingDistanceByPen(redshift z: Double) -> Double {
    let omegaMatter = parameters[0]
    guard omegaMatter > 0, omegaMatter <= 1, z >= 0 else { return .nan }
    func conformalTime(_ scaleFactor: Double) -> Double {
      Pen1999.conformalTime(scaleFactor: scaleFactor, omegaMatter: omegaMatter)
    }
    return hubbleDistance / h * (conformalTime(1) - conformalTime(1 / (1 + z)))
  }
}
