import Inference
import LinearAlgebra
import RealModule
import Samplers
import Testing

/// The components of flows.
@Suite struct LocalComponentsTests {
  private func difference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test("sorted directions, scales, scores and angles of a covariance")
  func covariance() throws {
    // Scales 2 and 0.5 along (0.6, 0.8) and (-0.8, 0.6).
    let (a, b) = ([0.6, 0.8], [-0.8, 0.6])
    var matrix = Matrix(diagonal: [0, 0])
    for i in 0..<2 {
      for j in 0..<2 { matrix[i, j] = 4 * a[i] * a[j] + 0.25 * b[i] * b[j] }
    }
    let components = try #require(LocalComponents(matrix))
    #expect(abs(components.scales[0] - 2) < 1e-14 && abs(components.scales[1] - 0.5) < 1e-14)
    #expect(components.angle(0, to: [-3, -4]) < 1e-12)
    #expect(abs(components.angle(1, to: [3, 4]) - 90) < 1e-12)
    #expect(abs(components.angle(0, to: [1, 0]) - 53.130102354155976) < 1e-12)
    let scores = components.scores(of: [1.2, 1.6])
    #expect(abs(scores[0] - 2) < 1e-14 && abs(scores[1]) < 1e-14)
    #expect(abs(components.effectiveDimension(resolution: 0.5) - (4 / 4.25 + 0.5)) < 1e-14)
    #expect(LocalComponents(Matrix(rows: 1, columns: 1, elements: [.nan])) == nil)
  }

  private static let covariance = Matrix(rows: 2, columns: 2, elements: [1.3, 0.7, 0.7, 0.9])

  /// The parameters of ½ xᵀ A x: the logarithms of the diagonal of A's Cholesky factor, and its other elements.
  private func quadratic(_ matrix: Matrix) -> [Double] {
    let first = matrix[0, 0].squareRoot()
    let other = matrix[1, 0] / first
    return [.log(first), other, .log((matrix[1, 1] - other * other).squareRoot())]
  }

  @Test("of a quadratic V the local covariance is (∇∇V)⁻¹ at a quarter turn", arguments: [1, 2, 5])
  func quarterTurn(steps: Int) async throws {
    var options = FlowPreset.Options()
    options.leapfrogSteps = steps
    let preset = FlowPreset.default.make(dimension: 2, options: options, seed: 1).flow
    let point = PhasePoints(positions: [0.3, -0.4], momenta: [0.2, 0.1])
    let unit = try await HamiltonianMap(preset).localCovariances(at: point)[0]
    #expect(difference(unit, .identity(2)) < 1e-12)

    // V with the inverse covariance, K with the covariance, and p₀ with the former's, as canonical momenta have.
    let covariance = Self.covariance
    let determinant = covariance[0, 0] * covariance[1, 1] - covariance[0, 1] * covariance[0, 1]
    let inverse = Matrix(
      rows: 2, columns: 2,
      elements: [covariance[1, 1], -covariance[0, 1], -covariance[0, 1], covariance[0, 0]]
        .map { $0 / determinant })
    let energy = Energy.quadratic(QuadraticEnergy(dimension: 2))
    let angle = Double.pi / (4 * Double(steps))
    var random = RandomStream(seed: 1, "flow")
    var flow = NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 1),
      encoder: ConditionalGaussian(dimension: 2, scale: .full, isLinear: false, hidden: []),
      blocks: [HamiltonianBlock(potential: energy, kinetic: energy, stepCount: steps)],
      finalMomentum: .standardNormal(dimension: 2), time: 2 * Double(steps) * Double.sin(angle),
      outputScale: 0, using: &random)
    flow.parameters.replaceSubrange(flow.potentialParameters(ofBlock: 0), with: quadratic(inverse))
    flow.parameters.replaceSubrange(
      flow.kineticParameters(ofBlock: 0), with: quadratic(covariance))
    // After two means the scales: the diagonal through 8 tanh(· / 8), and cos of half a step's angle times the factor.
    let factor = quadratic(inverse)
    func raw(_ logScale: Double) -> Double {
      8 * .atanh((logScale + .log(.cos(angle))) / 8)
    }
    flow.parameters.replaceSubrange(
      2..<5, with: [raw(factor[0]), factor[1] * .cos(angle), raw(factor[2])])
    #expect(difference(try await hessian(flow), inverse) < 1e-12)
    let found = try await HamiltonianMap(flow).localCovariances(at: point)[0]
    #expect(difference(found, covariance) < 1e-12)
  }

  private func hessian(_ flow: NeuralHamiltonianFlow) async throws -> Matrix {
    try await HamiltonianMap(flow).potentialHessians(ofBlock: 0, at: [0.1, 0.2])[0]
  }

  @Test("local covariances are those of differences", arguments: SampleFlow.allCases)
  func differences(sample: SampleFlow) async throws {
    let flow = sample.flow()
    let map = HamiltonianMap(flow)
    let d = sample.dimension
    let base = try await map.inverse(sample.points(2))
    let found = try await map.localCovariances(at: base)
    // Of a flow whose base does not depend on where it is, a tangent of one standard deviation for each direction.
    guard !flow.encoder.isLearned, let scales = flow.initialMomentumScales else { return }
    var deviations = [Double](repeating: 1, count: d)
    switch flow.base {
    case .normal(let deviation): deviations = deviations.map { _ in deviation }
    case .learnedNormal: deviations = flow.parameters[..<d].map { .exp($0) }
    case .learnedIsotropic: deviations = deviations.map { _ in .exp(flow.parameters[0]) }
    case .conditional: return
    case .softUniform(let a):
      deviations = deviations.map { _ in ((a * a + .pi * .pi) / 3).squareRoot() }
    }
    for n in 0..<2 {
      var sum = Matrix(diagonal: [Double](repeating: 0, count: d))
      for direction in 0..<2 * d {
        func end(_ step: Double) async throws -> [Double] {
          var point = PhasePoints(
            positions: Array(base.positions[n * d..<(n + 1) * d]),
            momenta: Array(base.momenta[n * d..<(n + 1) * d]))
          if direction < d {
            point.positions[direction] += step * deviations[direction]
          } else {
            point.momenta[direction - d] += step * scales[direction - d]
          }
          return try await map.forward(point).positions
        }
        let (above, below) = (try await end(1e-5), try await end(-1e-5))
        let tangent = zip(above, below).map { ($0 - $1) / 2e-5 }
        for i in 0..<d { for j in 0..<d { sum[i, j] += tangent[i] * tangent[j] } }
      }
      let size = sum.elements.reduce(0) { max($0, abs($1)) }
      #expect(difference(found[n], sum) < 1e-6 * max(1, size))
    }
  }

  @Test("of a normal density the curvature's components are those of its covariance")
  func curvature() async throws {
    let flow = FlowPreset.default.make(dimension: 2, seed: 1).flow
    let map = HamiltonianMap(flow)
    // N(0, I), where log m is exact with any momenta.
    let found = try await map.curvatureComponents(at: [0.3, -0.4, 1, 2], momenta: 8)
    for local in found {
      for scale in try #require(local).scales { #expect(abs(scale - 1) < 1e-6) }
    }
  }

  @Test(
    "its directions are those of a normal density in three dimensions, whose axes are no reflections"
  )
  func curvatureDirections() async throws {
    let (flow, covariance) = normalFlow()
    let expected = try #require(LocalComponents(covariance))
    let map = HamiltonianMap(flow)
    let found = try await map.curvatureComponents(at: [0.2, -0.1, 0.3], given: [0], momenta: 4)[0]
    let local = try #require(found)
    for i in 0..<3 {
      #expect(abs(local.scales[i] - expected.scales[i]) < 1e-4 * expected.scales[0])
      #expect(local.angle(i, to: expected.directions[i]) < 0.1)
    }
    let path = try await map.localComponents(at: [0.2, -0.1, 0.3], given: [0], momenta: 4)[0]
    #expect(difference(try #require(path).covariance, covariance) < 1e-6)
  }

  /// A normal density with a full covariance.
  private func normalFlow() -> (flow: NeuralHamiltonianFlow, covariance: Matrix) {
    // No motion to speak of: q_T = q₀, which is normal given what is given, with the covariance S Sᵀ.
    let network = MultilayerPerceptron(widths: [4, 1, 1])
    var random = RandomStream(seed: 1, "flow")
    let base = ConditionalGaussian(
      dimension: 3, inputs: 1, scale: .full, isLinear: false, hidden: [])
    var flow = NeuralHamiltonianFlow(
      base: .conditional(base), encoder: .standardNormal(dimension: 3),
      blocks: [
        HamiltonianBlock(
          potential: .network(network), kinetic: .quadratic(QuadraticEnergy(dimension: 3)),
          stepCount: 1)
      ], finalMomentum: .standardNormal(dimension: 3), givenCount: 1, time: 1e-9,
      outputScale: 0, using: &random)
    // After three means S by rows: 1; 0.6, 0.5; -0.4, 0.7, 0.3, its diagonal as 8 tanh(· / 8) of logarithms.
    func raw(_ scale: Double) -> Double { 8 * .atanh(.log(scale) / 8) }
    let numbers = [raw(1), 0.6, raw(0.5), -0.4, 0.7, raw(0.3)]
    flow.parameters.replaceSubrange(3..<9, with: numbers)
    let rows = [[1, 0, 0], [0.6, 0.5, 0], [-0.4, 0.7, 0.3]]
    let covariance = Matrix(
      rows: 3, columns: 3,
      elements: rows.flatMap { a in
        rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      })
    return (flow, covariance)
  }

  @Test("of a normal density the components in a window are those of its covariance")
  func windows() async throws {
    let (flow, covariance) = normalFlow()
    let expected = try #require(LocalComponents(covariance))
    let found = try await HamiltonianMap(flow).windowComponents(
      at: [0.2, -0.1, 0.3, 0.7, 0.2, -0.4, 90, 0, 0], given: [0], resolution: 0.4)
    for local in found.prefix(2) {
      let local = try #require(local)
      // Scales much longer than the window are known worse.
      for i in 0..<3 {
        let error = 0.03 * (1 + expected.scales[i] * expected.scales[i] / 0.16)
        #expect(abs(local.scales[i] / expected.scales[i] - 1) < error)
        #expect(local.angle(i, to: expected.directions[i]) < 5)
      }
      let dimension = expected.effectiveDimension(resolution: 0.4)
      #expect(abs(local.effectiveDimension(resolution: 0.4) - dimension) < 0.03)
    }
    #expect(found.count == 3 && found[2] == nil)
  }

  /// Points of a sheet that is rolled up in three dimensions, with a normal width.
  private func roll(_ count: Int, width: Double) -> [Double] {
    var random = RandomStream(seed: 2, "roll")
    return (0..<count).flatMap { _ -> [Double] in
      let turn = 1.5 * Double.pi * (1 + Double.random(in: 0..<1, using: &random))
      let (dx, dz) = (Double.cos(turn) - turn * .sin(turn), Double.sin(turn) + turn * .cos(turn))
      let offset = width * random.nextStandardNormal() / Double.hypot(dx, dz)
      let height = Double.random(in: -1..<1, using: &random)
      return [turn * .cos(turn) / 6 - offset * dz, height, turn * .sin(turn) / 6 + offset * dx]
    }
  }

  @Test("a rolled sheet has two dimensions, a thick one three")
  func rolledSheet() throws {
    // In the middle of the sheet, where it is (turn, 0).
    let centers = [6.0, 7, 8].map { [$0 * .cos($0) / 6, 0, $0 * .sin($0) / 6] }
    func dimensions(width: Double) throws -> [LocalComponents] {
      let points = roll(100_000, width: width)
      return try centers.map {
        try #require(LocalComponents(of: points, around: $0, resolution: 0.15))
      }
    }
    for (turn, local) in zip([6.0, 7, 8], try dimensions(width: 0.05)) {
      // 2 and what a third of the window adds.
      #expect(abs(local.effectiveDimension(resolution: 0.15) - 2.1) < 0.05)
      #expect(abs(local.scales[2] / 0.05 - 1) < 0.1)
      let tangent = [Double.cos(turn) - turn * .sin(turn), 0, Double.sin(turn) + turn * .cos(turn)]
      #expect(
        abs(local.angle(2, to: tangent) - 90) < 2 && abs(local.angle(2, to: [0, 1, 0]) - 90) < 2)
    }
    for local in try dimensions(width: 0.3) {
      #expect(local.effectiveDimension(resolution: 0.15) > 2.6)
    }
  }

  @Test("a learned encoder's mean takes part: of q₀ and p₀ = A q₀ + ε, which one step adds")
  func encoder() async throws {
    // No forces: q_T = q₀ + T p₀, so that C = (1 + T a)² + T² s².
    let network = MultilayerPerceptron(widths: [1, 1, 1])
    var random = RandomStream(seed: 1, "flow")
    var flow = NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 2),
      encoder: ConditionalGaussian(dimension: 1, scale: .diagonal, isLinear: true, hidden: []),
      blocks: [
        HamiltonianBlock(
          potential: .network(network), kinetic: .quadratic(QuadraticEnergy(dimension: 1)),
          stepCount: 3)
      ], finalMomentum: .standardNormal(dimension: 1), time: 1.5, outputScale: 0, using: &random)
    // b, a, and the logarithm of the scale through 8 tanh(· / 8).
    flow.parameters[1] = 0.7
    flow.parameters[2] = 8 * Double.atanh(Double.log(0.5) / 8)
    let found = try await HamiltonianMap(flow).localCovariances(
      at: PhasePoints(positions: [0.3], momenta: [1]))
    let expected = 4 * (1 + 1.5 * 0.7) * (1 + 1.5 * 0.7) + 1.5 * 1.5 * 0.25
    #expect(abs(found[0][0, 0] - expected) < 1e-12)
  }
}
