import Cosmology
import Foundation
import Inference
import Testing

@Suite struct ExpansionBeyondTests {
  static let redshifts = [0.01, 0.3, 0.9, 2.3]

  @Test("w at two nodes, today and at a = 0, is w0 and wa")
  func nodes() {
    for (w0, wa) in [(-0.8, -0.7), (-1.2, 0.4), (-1, 0)] {
      let nodes = Universe(
        NodesCDM(nodeCount: 2, lastScaleFactor: 0), [0.3, w0, w0 + wa], h: 0.7)
      let expected = Universe(FlatW0WaCDM(), [0.3, w0, wa], h: 0.7)
      for z in Self.redshifts {
        #expect(
          abs(nodes.expansionRate(redshift: z) / expected.expansionRate(redshift: z) - 1) < 1e-12)
        #expect(
          abs(nodes.comovingDistance(redshift: z) / expected.comovingDistance(redshift: z) - 1)
            < 1e-12)
      }
    }
  }

  @Test("any number of nodes with one value is constant w", arguments: 1...7)
  func constant(_ count: Int) {
    let nodes = Universe(
      NodesCDM(nodeCount: count), [0.3] + [Double](repeating: -0.85, count: count), h: 0.7)
    let expected = Universe(FlatWCDM(), [0.3, -0.85], h: 0.7)
    for z in Self.redshifts {
      #expect(
        abs(nodes.comovingDistance(redshift: z) / expected.comovingDistance(redshift: z) - 1)
          < 1e-11)
    }
  }

  @Test("nodes carry radiation and an early universe like any dark energy")
  func early() throws {
    let content = RelativisticContent.standard
    let nodes = Universe(
      try UniverseModel(
        NodesCDM(nodeCount: 2, lastScaleFactor: 0), content: content, soundHorizon: .computed),
      ["omega_m": 0.35, "w_0": -0.45, "w_1": -2.05, "h": 0.64, "omega_b": 0.0222])
    let expected = Universe(
      try UniverseModel(FlatW0WaCDM(), content: content, soundHorizon: .computed),
      ["omega_m": 0.35, "w0": -0.45, "wa": -1.6, "h": 0.64, "omega_b": 0.0222])
    #expect(
      abs(nodes[Observable.acousticAngle] / expected[Observable.acousticAngle] - 1) < 1e-10)
  }

  @Test("cosmography is ΛCDM near us: q0 = 3Ωm/2 − 1, j0 = 1, to third order in z")
  func cosmography() {
    let expected = Universe(FlatLambdaCDM(), [0.3], h: 0.7)
    let own = Universe(Cosmography(), [-0.55, 1], h: 0.7)
    for z in [0.02, 0.05, 0.1] {
      let error = own.comovingDistance(redshift: z) / expected.comovingDistance(redshift: z) - 1
      #expect(abs(error) < 1.5 * z * z * z)
    }
    // A de Sitter universe exactly: q0 = −1, j0 = 1.
    let empty = Universe(Cosmography(), [-1, 1], h: 0.7)
    #expect(abs(empty.comovingDistance(redshift: 2) / (2 * hubbleDistance / 0.7) - 1) < 1e-12)
  }
}

@Suite struct AgeTests {
  @Test("the age is that of closed forms, and finite where E² turns negative in the past")
  func ages() throws {
    // Flat ΛCDM: t₀ = 2/(3 H₀ √ΩΛ) artsinh √(ΩΛ/Ωm); 977.79 Gyr is 1/(km/s/Mpc).
    let flat = Age(try UniverseModel(FlatLambdaCDM()))([0.3], h: 0.7)
    let angle: Double = asinh(sqrt(0.7 / 0.3))
    let expected = 9.7779222 / 0.7 * 2 * angle / (3 * sqrt(0.7))
    #expect(abs(flat / expected - 1) < 1e-6)
    // Einstein–de Sitter.
    #expect(abs(Age(try UniverseModel(FlatLambdaCDM()))([1], h: 1) / 9.7779222 - 2.0 / 3) < 1e-6)
    let bounce = Age(try UniverseModel(LambdaCDM()))([0.019, -0.148], h: 0.7)
    #expect(bounce.isFinite && bounce > 0)
  }
}
