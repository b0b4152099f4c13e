import Analyses
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// Components of posteriors whose components are known.
@Suite struct PosteriorComponentsTests {
  /// Draws of normal deviates with exactly mean 0 and covariance 1: ±√D along each axis.
  private static func exactDraws(_ dimension: Int) -> [[Double]] {
    (0..<dimension).flatMap { axis in
      [1.0, -1].map { sign in
        (0..<dimension).map { $0 == axis ? sign * Double(dimension).squareRoot() : 0 }
      }
    }
  }

  private static func chain(
    _ columns: [Chain.Column], _ draws: [[Double]], weights: [Double]? = nil
  ) -> Chain {
    var chain = Chain(columns: columns)
    for (index, draw) in draws.enumerated() {
      chain.append(draw, logDensity: 0, weight: weights?[index] ?? 1)
    }
    return chain
  }

  /// Ωm^0.8 h^0.6 = 0.4 to 1 % and Ωm^0.6 h^−0.8 = 0.6 to 20 %.
  private static func powerLaws(_ count: Int = 1, unit: Double = 1) -> Chain {
    let draws = (0..<count).flatMap { _ in exactDraws(2) }.map { z in
      let (a, b) = (log(0.4) + 0.01 * z[0], log(0.6) + 0.2 * z[1])
      return [exp(0.8 * a + 0.6 * b), unit * exp(0.6 * a - 0.8 * b)]
    }
    return chain(
      [
        .init(name: "omega_m", bounds: (0.01, 0.99)), .init(name: "h", bounds: (0, unit)),
      ], draws)
  }

  @Test("two power laws come back to rounding, the better measured first, whatever the unit")
  func powers() async throws {
    for unit in [1.0, 100] {
      let found = try #require(
        try await PosteriorComponents(
          of: [Self.powerLaws(50, unit: unit)], ["omega_m", "h"]))
      #expect(found.coordinates.map(\.kind) == [.logarithm, .logarithm])
      let (first, second) = (found.components[0], found.components[1])
      for (component, exact) in [(first, [0.8, 0.6]), (second, [-0.6, 0.8])] {
        for (exponent, value) in zip(component.exponents, exact) {
          #expect(abs(exponent - value) < 1e-12, "\(component)")
        }
        #expect(component.exponentErrors.allSatisfy { $0 < 1e-12 }, "all stretches are the same")
      }
      #expect(abs(first.standardDeviation - 0.01) < 1e-12)
      #expect(abs(second.standardDeviation - 0.2) < 1e-12)
      #expect(abs(exp(first.mean) - 0.4 * pow(unit, 0.6)) < 1e-9)
      #expect(found.directions == nil && found.shape == nil && found.pivot == nil)
    }
  }

  @Test("weights count, and draws without weight do not")
  func weights() async throws {
    var draws = (0..<10).flatMap { _ in Self.exactDraws(2) }.map { [0.01 * $0[0], 0.2 * $0[1]] }
    let columns = ["a", "b"].map { Chain.Column(name: $0, bounds: (-1, 1)) }
    let plain = try #require(
      try await PosteriorComponents(of: [Self.chain(columns, draws)], ["a", "b"]))
    draws.append([.nan, 7])
    let weights = draws.map { $0[0].isNaN ? 0 : 3.0 }
    let weighted = try #require(
      try await PosteriorComponents(
        of: [Self.chain(columns, draws, weights: weights)], ["a", "b"]))
    #expect(
      zip(plain.components, weighted.components).allSatisfy {
        abs($0.standardDeviation - $1.standardDeviation) < 1e-12 && $0.angle(to: $1) < 1e-6
      })
  }

  @Test("the prior decides how a parameter enters, and how many directions are measured")
  func prior() async throws {
    let space = try ParameterSpace([
      Parameter("omega_m", prior: .uniform(lower: 0, upper: 1)),
      Parameter("w", prior: .uniform(lower: -3, upper: 0)),
      Parameter("omega_k", prior: .uniform(lower: -0.8, upper: 0.8)),
      Parameter("delta_mu", prior: .uniform(lower: -3, upper: 3)),
    ])
    // Ωk has the prior's own width; the others are known.
    let deviates = (0..<20).flatMap { _ in Self.exactDraws(4) }
    let width = 0.8 / 3.0.squareRoot()
    let draws = deviates.map { z -> [Double] in
      [0.3 * exp(0.1 * z[0]), -exp(0.05 * z[1]), width * z[2], 0.02 * z[3]]
    }
    let names = space.free.map(\.name)
    let found = try #require(
      try await PosteriorComponents(
        of: [Self.chain(names.map { .init(name: $0) }, draws)], names, prior: space))
    #expect(
      found.coordinates.map(\.kind)
        == [.logarithm, .logarithmOfOpposite, .linear, .magnitude])
    let directions = try #require(found.directions)
    #expect(directions.count == 3)
    #expect(abs(directions.dimensionality - 3) < 0.05)
    // ln of a uniform variable has the variance 1.
    #expect(abs(directions.eigenvalues[2] - 0.01) < 0.001)
    let widest = try #require(found.components.last)
    #expect(abs(widest.exponents[2] - 1) < 1e-9)
    #expect(abs(try #require(widest.priorRatio) - 1) < 0.05)
  }

  @Test("errors of exponents are those of the scatter between chains")
  func errors() async throws {
    var vectors: [PowerComponent] = []
    for number in 0..<40 {
      var random = RandomStream(seed: 5, "scatter of exponents", number)
      let draws = (0..<1000).map { _ in
        let (a, b) = (0.1 * random.nextStandardNormal(), 0.3 * random.nextStandardNormal())
        return [exp(0.8 * a + 0.6 * b), exp(0.6 * a - 0.8 * b)]
      }
      let columns = ["a", "b"].map { Chain.Column(name: $0, bounds: (0, 100)) }
      let found = try #require(
        try await PosteriorComponents(of: [Self.chain(columns, draws)], ["a", "b"]))
      vectors.append(found.components[0])
    }
    let values = vectors.map { $0.exponents[1] }
    let mean = values.reduce(0, +) / 40
    let scatter = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39).squareRoot()
    let told = vectors.reduce(0) { $0 + $1.exponentErrors[1] / 40 }
    // The standard error of the scatter of 40 is 11 %; half of it would be the broken twin's.
    #expect(abs(told / scatter - 1) < 0.35, "\(told) where \(scatter)")
  }

  // MARK: Local components

  /// A normal density of two logarithms with its exact local covariance, or a bent one.
  private static func local(bent: Double) -> LocalDraws {
    var random = RandomStream(seed: 9, "local draws of a test")
    let points = (0..<4000).map { _ in
      [random.nextStandardNormal(), random.nextStandardNormal()]
    }
    // y = (s x, c (s x)² + t z), θ = e^y.
    let (s, t) = (0.3, 0.05)
    let values = points.map { point in
      let y = s * point[0]
      return [exp(y), exp(bent * y * y + t * point[1])]
    }
    return LocalDraws(names: ["a", "b"], draws: values) { numbers in
      numbers.map { number in
        let (y, value) = (s * points[number][0], values[number])
        // The Jacobian of θ by the base.
        let rows = [[value[0] * s, 0], [value[1] * 2 * bent * y * s, value[1] * t]]
        return Matrix(
          rows: 2, columns: 2,
          elements: rows.flatMap { a in rows.map { b in a[0] * b[0] + a[1] * b[1] } })
      }
    }
  }

  private static let logarithms = ["a", "b"].map {
    PowerCoordinate($0, support: (0, .infinity), width: 1)
  }

  @Test("a normal density of logarithms has the same local components everywhere, exactly")
  func straight() async throws {
    let local = try #require(
      try await PosteriorShape(of: Self.local(bent: 0), Self.logarithms))
    #expect(local.places.map(\.quantile) == [0.16, 0.5, 0.84])
    for place in local.places {
      #expect(abs(place.components[0].standardDeviation - 0.05) < 1e-12)
      #expect(abs(place.components[1].standardDeviation - 0.3) < 1e-12)
      #expect(abs(abs(place.components[1].exponents[0]) - 1) < 1e-12)
    }
    #expect(try #require(local.angle) < 1e-5 && !local.isBent)
    // They lie a standard deviation apart.
    #expect(abs(local.places[2].center[0] - local.places[0].center[0] - 0.6) < 0.05)
  }

  @Test("a bent one turns by the angle of its tangents")
  func bent() async throws {
    let local = try #require(
      try await PosteriorShape(of: Self.local(bent: 1), Self.logarithms))
    // The slope of y² at ±0.3 is ±0.6; the width across turns the component by a little.
    let angle = try #require(local.angle)
    #expect(abs(angle - 2 * atan(0.6) * 180 / .pi) < 6, "\(angle)")
    #expect(local.isBent)
    let slight = try #require(
      try await PosteriorShape(of: Self.local(bent: 0.05), Self.logarithms))
    #expect(!slight.isBent)
  }

  @Test("no local components without the parameters, no angle of one parameter")
  func partial() async throws {
    let draws = Self.local(bent: 0)
    #expect(
      try await PosteriorShape(
        of: draws, [PowerCoordinate("h", support: (0, 1), width: 1)]) == nil)
    let one = try #require(
      try await PosteriorShape(of: draws, [Self.logarithms[0]]))
    #expect(one.angle == nil && !one.isBent)
    #expect(abs(one.places[1].components[0].standardDeviation - 0.3) < 1e-12)
  }

  // MARK: Runs

  @Test("JLA in flat ΛCDM: chain and flow agree on the leading component")
  func supernovae() async throws {
    let problem = try Analysis(data: ProjectFiles.data("jla_binned.fits")).problem()
    let (findings, sets) = try await problem.run(in: RunContext(seed: 1))
    let chains = try #require(sets.first { $0.root == findings.verdict?.quoted }).chains
    let file = try #require(
      sets.first { $0.root == "nhf" }?.files.first { $0.name == "nhf.model.json" })
    let saved = try SavedFlow(json: Data(file.content.utf8))
    for names in [["omega_m"], ["omega_m", "delta_mu"]] {
      let coordinates =
        names.count == 1
        ? try FlowCoordinates(saved, of: problem.posterior.space)
        : try FlowCoordinates(saved, of: problem.posterior)
      let found = try #require(
        try await PosteriorComponents(
          of: chains, names, prior: problem.posterior.space,
          local: try await LocalDraws(of: saved, coordinates)))
      let local = try #require(found.shape)
      let (chain, flow) = (found.components[0], local.ofDraws[0])
      #expect(flow.angle(to: chain) < 1)
      #expect(abs(flow.standardDeviation / chain.standardDeviation - 1) < 0.02)
      #expect(local.places[1].components[0].angle(to: chain) < 1)
      #expect(try #require(found.directions).count == names.count)
    }
    // Without the likelihood the zero point is not known, and other parameters are refused.
    #expect(
      try FlowCoordinates(saved, of: problem.posterior.space).names.contains("delta_mu") == false)
    #expect(throws: SavedFlowError.self) {
      try FlowCoordinates(
        saved, of: ParameterSpace([Parameter("h", prior: .uniform(lower: 0, upper: 1))]))
    }
  }

  @Test("two normal probes of one parameter share it by their precisions, two of two do not")
  func shares() async throws {
    var analysis = Analysis(likelihood: [:])
    analysis.probes = try .init(options: [
      "normal:omega_m,0.30,0.01", "normal:omega_k,0.00,0.02", "normal:omega_m,0.31,0.02",
    ])
    analysis.theory.model = "lcdm"
    analysis.samplers = [TransportSampler()]
    let problem = try analysis.problem()
    let chains = try #require(try await problem.run(in: RunContext(seed: 1)).sets.first).chains
    let found = try #require(
      try await PosteriorComponents(
        of: chains, ["omega_m", "omega_k"], prior: problem.posterior.space))
    var begun: [String] = []
    let probes = try await problem.probeComponents(of: found) { begun.append($0) }
    #expect(begun == ["omega_k", "omega_m", "omega_m_"] && probes.exitStatus == .success)
    // In units of their widths Ωm is 0.0089 / 0.3 and Ωk 0.02 / 0.173.
    #expect(abs(found.components[0].exponents[0]) > 0.99)
    for (probe, exact) in zip(probes.probes, [0, 0.8, 0.2]) {
      #expect(abs(probe.shares[0] - exact) < 0.01, "\(probe.name) \(probe.shares)")
    }
    #expect(abs(probes.probes[0].shares[1] - 1) < 0.02)
    for index in 0..<2 {
      let sum = probes.probes.reduce(probes.priorShares[index]) { $0 + $1.shares[index] }
      #expect(abs(sum - 1) < 1e-12)
    }
    #expect(probes.probes.map { $0.directions?.count } == [1, 1, 1])
    #expect(abs(probes.probes[2].deviations[0] - 0.02 / 0.31) < 0.003)
    await #expect(throws: AnalysisError.tensionOfOne) {
      analysis.probes = try .init(options: ["desi_dr2"])
      _ = try await analysis.problem().probeComponents(of: found)
    }
  }
}
