public import Inference
import RealModule

/// Pen's fitting formula for distances in a flat universe of matter and a cosmological constant.
///
/// η(a) = 2 √(s³+1) [a⁻⁴ − 0.1540 s a⁻³ + 0.4304 s² a⁻² + 0.19097 s³ a⁻¹ + 0.066941 s⁴]^(−1/8) with
/// s³ = (1 − Ωm)/Ωm, and ∫ dz/E = η(1) − η(1/(1+z)). Within 0.4 % for 0.2 ≤ Ωm ≤ 1 at all
/// redshifts, 4 % for any.
///
/// Provided to reproduce published work. For the 31 binned JLA supernovae it understates the error
/// of Ωm by 9 %; use `ModelDistances` otherwise.
///
/// Source: Pen 1999, ApJS 120, 49 (astro-ph/9904172).
public struct Pen1999: ComovingDistances {
  /// `omega_m`.
  public let parameterNames = ["omega_m"]
  /// The redshifts, all positive.
  public let redshifts: [Double]

  /// The fit for a list of redshifts.
  public init(redshifts: [Double]) {
    precondition(redshifts.allSatisfy { $0 > 0 }, "redshifts must be positive")
    self.redshifts = redshifts
  }

  /// Writes Σ sᵢ dDᵢ/dΩm.
  public func pullBack(
    _ sensitivities: inout MutableSpan<Double>, at parameters: Span<Double>,
    tape: Span<Double>, gradient: inout MutableSpan<Double>
  ) {
    var sum = 0.0
    for i in 0..<redshifts.count { sum += sensitivities[i] * tape[i] }
    gradient[0] = sum
  }

  /// The fit for other redshifts.
  public func distances(to redshifts: [Double], for points: [[Double]]) -> Pen1999 {
    Pen1999(redshifts: redshifts)
  }

  /// Conformal time η in units of 1/H₀, for any scalar.
  ///
  /// - Parameters:
  ///   - a: the scale factor = 1/(1+z), in (0, 1].
  ///   - omegaMatter: in (0, 1].
  public static func conformalTime<Scalar: DifferentiableScalar>(
    scaleFactor a: Double, omegaMatter: Scalar
  ) -> Scalar {
    let cube = (1 - omegaMatter) / omegaMatter
    let s = Scalar.root(cube, 3)
    let b = 1 / a
    // Horner's rule in 1/a.
    let constant = 0.066941 * s * cube
    let linear = 0.19097 * cube
    let quadratic = 0.4304 * s * s
    let cubic = -0.1540 * s
    let bracket = constant + b * (linear + b * (quadratic + b * (cubic + b)))
    let eighthRoot = Scalar.sqrt(Scalar.sqrt(Scalar.sqrt(bracket)))
    return 2 * Scalar.sqrt(cube + 1) / eighthRoot
  }

  /// One derivative per redshift.
  public var tapeCount: Int { redshifts.count }

  /// Writes η(1) − η(1/(1+z)) and, by dual numbers, its derivative; needs 0 < Ωm < 1.
  public func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    tape: inout MutableSpan<Double>
  ) -> Bool {
    guard parameters[0] > 0, parameters[0] < 1 else { return false }
    let omegaMatter = Dual<SIMD2<Double>>(parameters[0], seeding: 0)
    let today = Self.conformalTime(scaleFactor: 1, omegaMatter: omegaMatter)
    for (i, z) in redshifts.enumerated() {
      let then = Self.conformalTime(scaleFactor: 1 / (1 + z), omegaMatter: omegaMatter)
      let distance = today - then
      distances[i] = distance.value
      tape[i] = distance.partials[0]
    }
    return true
  }
}

extension Universe {
  /// The comoving distance to a redshift in Mpc by the fit of Pen 1999, for flat ΛCDM with 0 < Ωm ≤ 1; NaN for others.
  public func comovingDistanceByPen(redshift z: Double) -> Double {
    guard model.expansion is FlatLambdaCDM, let omegaMatter = parameters["omega_m"],
      omegaMatter > 0, omegaMatter <= 1, z >= 0
    else { return .nan }
    func conformalTime(_ scaleFactor: Double) -> Double {
      Pen1999.conformalTime(scaleFactor: scaleFactor, omegaMatter: omegaMatter)
    }
    return hubbleDistance / h * (conformalTime(1) - conformalTime(1 / (1 + z)))
  }
}
