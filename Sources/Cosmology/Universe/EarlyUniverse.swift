import RealModule

/// The epochs and sizes that sound left in a universe before and at recombination: z*, r*, z_d and r_d.
///
/// A polynomial of degree 4 in the four densities, fitted to a table of CAMB: r* to 7e-6, r_d to 3e-5, z* to 7e-7
/// over the whole box, and ten times better where data are. They do not depend on what happens later, such as dark
/// energy and curvature.
public struct EarlyUniverse: Sendable, Equatable {
  /// What the physics before recombination depends on.
  public struct Densities: Sendable, Equatable {
    /// ωb = Ωb h².
    public var baryons: Double
    /// ωbc, baryons and cold dark matter without neutrinos.
    public var baryonsAndColdMatter: Double
    /// N_eff.
    public var effectiveNeutrinos: Double
    /// The mass of the one massive neutrino state in eV.
    public var neutrinoMass: Double

    /// Densities of a universe with the standard neutrinos, if nothing else is given.
    public init(
      baryons: Double, baryonsAndColdMatter: Double, effectiveNeutrinos: Double = 3.044,
      neutrinoMass: Double = 0.06
    ) {
      (self.baryons, self.baryonsAndColdMatter) = (baryons, baryonsAndColdMatter)
      (self.effectiveNeutrinos, self.neutrinoMass) = (effectiveNeutrinos, neutrinoMass)
    }
  }

  /// z*, where the optical depth to Thomson scattering is 1.
  public let lastScatteringRedshift: Double
  /// r*, the comoving sound horizon at z*, in Mpc.
  public let soundHorizonAtLastScattering: Double
  /// z_d, where baryons are released from the drag of photons.
  public let dragRedshift: Double
  /// r_d, the comoving sound horizon at z_d, in Mpc.
  public let soundHorizonAtDrag: Double

  /// The ranges of the fit: ωb, ωbc, N_eff and the neutrino mass in eV.
  public static let box: [(name: String, range: ClosedRange<Double>)] = [
    ("omega_b", 0.019...0.026), ("omega_bc", 0.1...0.19), ("n_eff", 2...4.2), ("m_nu", 0...0.6),
  ]

  /// The early universe at some densities; nil outside the ranges of the fit.
  ///
  /// Cost: 70 terms; under a microsecond.
  public init?(_ densities: Densities) {
    guard let values = Fit().values(densities) else { return nil }
    lastScatteringRedshift = .exp(values.value[0])
    soundHorizonAtLastScattering = .exp(values.value[1])
    dragRedshift = .exp(values.value[2])
    soundHorizonAtDrag = .exp(values.value[3])
  }
}

extension EarlyUniverse {
  /// The four logarithms, lane by lane ln z*, ln r*, ln z_d and ln r_d, with their derivatives.
  struct Logarithms {
    var value = SIMD4<Double>.zero
    /// With respect to ωb, ωbc, N_eff and the neutrino mass.
    var byBaryons = SIMD4<Double>.zero
    var byBaryonsAndColdMatter = SIMD4<Double>.zero
    var byNeutrinos = SIMD4<Double>.zero
    var byMass = SIMD4<Double>.zero
  }

  /// The fit, in which neutrinos that do not vary are summed over beforehand.
  struct Fit: Sendable {
    /// A term T_i T_j of the densities of matter, and T_k T_l of neutrinos.
    private struct Term: Sendable {
      let i, j, k, l: Int
      let coefficients: SIMD4<Double>
    }

    private var terms: [Term]
    private let neutrinosAreFixed: Bool
    private let fixed: (effectiveNeutrinos: Double, mass: Double)

    /// The whole fit, or that for neutrinos that do not vary.
    init(fixed: (effectiveNeutrinos: Double, mass: Double)? = nil) {
      var all: [Term] = []
      for i in 0...4 {
        for j in 0...4 - i {
          for k in 0...4 - i - j {
            for l in 0...4 - i - j - k {
              let n = all.count
              let c = EarlyUniverse.coefficients
              all.append(
                Term(
                  i: i, j: j, k: k, l: l, coefficients: SIMD4(c[0][n], c[1][n], c[2][n], c[3][n]))
              )
            }
          }
        }
      }
      terms = all
      neutrinosAreFixed = fixed != nil
      self.fixed = fixed ?? (0, 0)
      guard let fixed else { return }
      let (third, fourth) = (
        Chebyshev(Self.place(effectiveNeutrinos: fixed.effectiveNeutrinos)),
        Chebyshev(Self.place(mass: fixed.mass))
      )
      terms = []
      for term in all {
        let sum = term.coefficients * (third.values[term.k] * fourth.values[term.l])
        if let last = terms.last, last.i == term.i, last.j == term.j {
          terms[terms.count - 1] = Term(
            i: term.i, j: term.j, k: 0, l: 0, coefficients: last.coefficients + sum)
        } else {
          terms.append(Term(i: term.i, j: term.j, k: 0, l: 0, coefficients: sum))
        }
      }
    }

    private static func place(effectiveNeutrinos: Double) -> Double {
      (effectiveNeutrinos - 3.044) / 1.1
    }
    private static func place(mass: Double) -> Double { 2 * mass / 0.6 - 1 }

    /// The logarithms; nil outside the box.
    func values(_ densities: Densities) -> Logarithms? {
      let (b, bc) = (densities.baryons, densities.baryonsAndColdMatter)
      let (neutrinos, mass) =
        neutrinosAreFixed
        ? (fixed.effectiveNeutrinos, fixed.mass)
        : (densities.effectiveNeutrinos, densities.neutrinoMass)
      guard b >= 0.019, b <= 0.026, bc >= 0.1, bc <= 0.19, neutrinos >= 2, neutrinos <= 4.2,
        mass >= 0, mass <= 0.6
      else { return nil }
      let first = Chebyshev(.log(b / 0.0223) / 0.16)
      let second = Chebyshev(.log(bc / 0.142) / 0.3)
      var sum = Logarithms()
      if neutrinosAreFixed {
        for term in terms {
          sum.value += term.coefficients * (first.values[term.i] * second.values[term.j])
          sum.byBaryons += term.coefficients * (first.slopes[term.i] * second.values[term.j])
          sum.byBaryonsAndColdMatter +=
            term.coefficients * (first.values[term.i] * second.slopes[term.j])
        }
      } else {
        let third = Chebyshev(Self.place(effectiveNeutrinos: neutrinos))
        let fourth = Chebyshev(Self.place(mass: mass))
        for term in terms {
          let matter = first.values[term.i] * second.values[term.j]
          let rest = third.values[term.k] * fourth.values[term.l]
          let c = term.coefficients
          sum.value += c * (matter * rest)
          sum.byBaryons += c * (first.slopes[term.i] * second.values[term.j] * rest)
          sum.byBaryonsAndColdMatter +=
            c * (first.values[term.i] * second.slopes[term.j] * rest)
          sum.byNeutrinos += c * (matter * third.slopes[term.k] * fourth.values[term.l])
          sum.byMass += c * (matter * third.values[term.k] * fourth.slopes[term.l])
        }
        sum.byNeutrinos /= 1.1
        sum.byMass *= 2 / 0.6
      }
      sum.byBaryons /= 0.16 * b
      sum.byBaryonsAndColdMatter /= 0.3 * bc
      return sum
    }
  }

  /// The Chebyshev polynomials of degree 0 to 4 at a point, with their derivatives.
  private struct Chebyshev {
    let values: SIMD8<Double>
    let slopes: SIMD8<Double>

    init(_ x: Double) {
      let (second, third) = (2 * x * x - 1, x * (4 * x * x - 3))
      values = SIMD8(1, x, second, third, 2 * second * second - 1, 0, 0, 0)
      slopes = SIMD8(0, 1, 4 * x, 12 * x * x - 3, 16 * x * second, 0, 0, 0)
    }
  }
}
