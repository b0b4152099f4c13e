import Cosmology
import Foundation
import TestSupport
import Testing
import Validation

@Suite struct DistanceTests {
  /// ∫ dz/E and its derivative with respect to Ωm, by mpmath 1.4.1 with 40 digits, from the
  /// definition (2026-11-21).
  static let references: [(z: Double, omegaMatter: Double, distance: Double, derivative: Double)] =
    [
      (0.0001, 0.3, 0.000099997749951255742192, -7.49982496820525979e-9),
      (0.01, 0.02, 0.0099984904316223781656, -0.0000754555963971254546),
      (0.5, 0.3, 0.44098433495394475491, -0.15285762598946739),
      (1.3, 0.98, 0.68539380222773328801, -0.209999392510874939),
      (3, 0.02, 2.5896550856836693523, -14.4762757170442526),
      (3, 0.98, 1.0072544923891093685, -0.367255540636299018),
      (2.2, 0.5, 1.1018612702821761693, -0.662253027294824748),
    ]

  /// Distance and derivative by any method, at one redshift.
  private func evaluate(_ distances: some ComovingDistances, _ omegaMatter: Double) -> (
    Double, Double
  )? {
    var values = [0.0]
    var tape = [Double](repeating: 0, count: distances.tapeCount)
    var valueSpan = values.mutableSpan
    var tapeSpan = tape.mutableSpan
    let parameters = [omegaMatter]
    guard distances.evaluate(at: parameters.span, distances: &valueSpan, tape: &tapeSpan) else {
      return nil
    }
    var (sensitivities, gradient) = ([1.0], [0.0])
    var sensitivitySpan = sensitivities.mutableSpan
    var gradientSpan = gradient.mutableSpan
    distances.pullBack(
      &sensitivitySpan, at: parameters.span, tape: tape.span, gradient: &gradientSpan)
    return (values[0], gradient[0])
  }

  @Test("distances and derivatives equal 40-digit quadrature", arguments: references)
  func exact(z: Double, omegaMatter: Double, distance: Double, derivative: Double) throws {
    let (value, slope) = try #require(
      evaluate(ModelDistances(FlatLambdaCDM(), redshifts: [z]), omegaMatter))
    #expect(abs(value / distance - 1) < 3e-15, "\(value / distance - 1)")
    #expect(abs(slope / derivative - 1) < 1e-13, "\(slope / derivative - 1)")
  }

  @Test("a universe of matter alone and an empty one have their closed forms")
  func closedForms() {
    for z in [1e-6, 0.1, 1, 1.49, 1.51, 3.9, 4.1, 19, 21, 1100] {
      let matter =
        Universe(FlatLambdaCDM(), [1], h: 1).comovingDistance(redshift: z) / hubbleDistance
      // 2 − 2/√(1+z), without cancellation.
      let root = (1 + z).squareRoot()
      #expect(abs(matter / (2 * z / (root * (root + 1))) - 1) < 2e-15)
    }
    for z in [1e-6, 0.1, 1] {
      let empty =
        Universe(FlatLambdaCDM(), [0], h: 1).comovingDistance(redshift: z) / hubbleDistance
      #expect(abs(empty / z - 1) < 1e-11)
    }
  }

  @Test("over the whole range the default equals GSL's quadrature to 1e-12")
  func range() throws {
    let comparison = try DistanceComparison(
      redshifts: [1e-4, 0.003, 0.03, 0.2, 0.7, 1.2, 1.7, 2.4, 3],
      omegaMatter: [0.02, 0.05, 0.15, 0.25, 0.35, 0.6, 0.8, 0.98])
    #expect(comparison.largestExactError < 1e-12, "\(comparison.largestExactError)")
  }

  @Test("the nodes chosen by the largest redshift serve the smallest as well")
  func mixedRedshifts() {
    for largest in [1.0, 3, 15, 1000] {
      let table = ModelDistances(FlatLambdaCDM(), redshifts: [1e-3, 0.4, largest])
      var values = [0.0, 0, 0]
      var tape = [Double](repeating: 0, count: table.tapeCount)
      var valueSpan = values.mutableSpan
      var tapeSpan = tape.mutableSpan
      let parameters = [0.3]
      #expect(table.evaluate(at: parameters.span, distances: &valueSpan, tape: &tapeSpan))
      for (value, z) in zip(values, table.redshifts) {
        let alone =
          Universe(FlatLambdaCDM(), [0.3], h: 1).comovingDistance(redshift: z) / hubbleDistance
        #expect(abs(value / alone - 1) < 5e-14)
      }
    }
  }

  @Test(
    "the 30-digit table of luminosity distances",
    arguments: ReferenceDistances.flatLambdaCDM.indices)
  func referenceTable(index: Int) {
    let row = ReferenceDistances.flatLambdaCDM[index]
    let universe = Universe(FlatLambdaCDM(), [row.omegaMatter], h: row.h)
    #expect(abs(universe.luminosityDistance(redshift: row.z) / row.distance - 1) < 1e-14)
    #expect(abs(universe.distanceModulus(redshift: row.z) - row.modulus) < 5e-14)
  }

  @Test(
    "the modulus takes the comoving distance from zHD and the dimming from zHEL",
    arguments: [
      (0.0229, 0.0234, 34.99674605731217774), (0.8, 0.7991, 43.501483275294801769),
    ])
  func modulus(z: Double, heliocentric: Double, exact: Double) {
    // mpmath 1.4.1, Ωm = 0.3, h = 0.7 (2026-11-21).
    let universe = Universe(FlatLambdaCDM(), [0.3], h: 0.7)
    #expect(abs(universe.distanceModulus(redshift: z, heliocentric: heliocentric) - exact) < 1e-13)
  }

  @Test(
    "Pen's fit has the values of the published formula",
    arguments: [
      (0.3, 0.5, 0.4421862537127761), (0.05, 1, 0.9302071930331692), (0.7, 3, 1.1318251482285393),
    ])
  func penValues(omegaMatter: Double, z: Double, exact: Double) throws {
    // The formula of Pen 1999 typed anew in Python; the exact distance at the first point is
    // 0.44098.
    let (value, _) = try #require(evaluate(Pen1999(redshifts: [z]), omegaMatter))
    #expect(abs(value / exact - 1) < 1e-14)
  }

  @Test("Pen's fit is within 0.4 % of exact for 0.2 ≤ Ωm ≤ 1")
  func pen() throws {
    for omegaMatter in stride(from: 0.2, through: 1, by: 0.02) {
      for z in [0.001, 0.01, 0.1, 0.5, 1, 1.5, 3, 10, 100, 1000] {
        let universe = Universe(FlatLambdaCDM(), [omegaMatter], h: 0.7)
        let ratio =
          universe.comovingDistanceByPen(redshift: z) / universe.comovingDistance(redshift: z)
        #expect(abs(ratio - 1) < 0.004, "Ωm = \(omegaMatter), z = \(z): \(ratio - 1)")
      }
    }
  }

  @Test(
    "the errors of Pen's fit are those published: up to 4 % below Ωm = 0.2, and gone at both ends"
  )
  func penLimits() {
    func error(_ omegaMatter: Double, _ z: Double) -> Double {
      let universe = Universe(FlatLambdaCDM(), [omegaMatter], h: 0.7)
      return abs(
        universe.comovingDistanceByPen(redshift: z) / universe.comovingDistance(redshift: z) - 1)
    }
    let small = [1e-4, 1e-3, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15].flatMap { omegaMatter in
      [0.001, 0.1, 0.5, 1, 1.5, 3, 10, 100, 1000].map { error(omegaMatter, $0) }
    }
    #expect(largest(small) < 0.04 && largest(small) > 0.01, "\(largest(small))")
    #expect(error(1 - 1e-12, 1) < 1e-5 && error(1, 1) < 1e-15)
    #expect(error(1e-8, 1) < 0.2 * error(1e-4, 1))
  }

  @Test("Pen's derivative is that of the fit")
  func penDerivative() throws {
    for omegaMatter in [0.05, 0.3, 0.9] {
      let distances = Pen1999(redshifts: [0.8])
      let step = 1e-5
      let (_, slope) = try #require(evaluate(distances, omegaMatter))
      let above = try #require(evaluate(distances, omegaMatter + step)).0
      let below = try #require(evaluate(distances, omegaMatter - step)).0
      #expect(abs((above - below) / (2 * step) / slope - 1) < 1e-7)
    }
  }

  @Test("outside its range a model has no distance", arguments: [-0.1, 1.1, .nan])
  func outside(omegaMatter: Double) {
    let universe = Universe(FlatLambdaCDM(), [omegaMatter], h: 0.7)
    // Above 1 the cosmological constant is negative, which the fit does not know.
    if !(omegaMatter > 1) {
      #expect(evaluate(ModelDistances(FlatLambdaCDM(), redshifts: [0.5]), omegaMatter) == nil)
      #expect(universe.comovingDistance(redshift: 1).isNaN)
    }
    #expect(evaluate(Pen1999(redshifts: [0.5]), omegaMatter) == nil)
    #expect(universe.comovingDistanceByPen(redshift: 1).isNaN)
  }

  @Test("here is no distance away; behind us is nowhere")
  func edges() {
    let universe = Universe(FlatLambdaCDM(), [0.3], h: 0.7)
    #expect(universe.comovingDistance(redshift: 0) == 0)
    #expect(universe.comovingDistance(redshift: -0.1).isNaN)
  }
}
