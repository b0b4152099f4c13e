import Inference
import RealModule
import Samplers
import Testing

/// Checks of symmetry, and the penalty on what does not have one.
@Suite struct InvarianceTests {
  private func symmetry() throws -> Symmetry { try .rotations(ofBodies: [[0, 1]], dimension: 2) }

  private func flow(
    _ symmetry: Symmetry, _ change: (inout FlowArchitecture) -> Void = { _ in }
  ) -> NeuralHamiltonianFlow {
    SymmetryTests.flow(symmetry) {
      ($0.hidden, $0.leapfrogSteps, $0.momentumIsLinear) = (6, 3, true)
      change(&$0)
    }
  }

  @Test("an element of a rotation is the rotation, and of a translation the translation")
  func elements() throws {
    let turn = try symmetry().generators[0].element(at: 2.5)
    let expected = [Double.cos(2.5), -Double.sin(2.5), Double.sin(2.5), Double.cos(2.5)]
    #expect(zip(turn.matrix, expected).allSatisfy { abs($0 - $1) < 1e-14 })
    let shift = try Symmetry.translations(ofBodies: [[0], [1]], dimension: 2)
      .generators[0].element(at: -3)
    #expect(shift.matrix == [1, 0, 0, 1] && shift.shift == [-3, -3])
    // About a point other than the origin: x ↦ J (x − c).
    let about = try SymmetryGenerator("about (1, 0)", matrix: [0, -1, 1, 0], shift: [0, -1])
      .element(at: .pi / 2)
    #expect(zip(about.shift, [1, -1]).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(try symmetry().generators[0].element(at: 0).matrix == [1, 0, 0, 1])
  }

  @Test(
    "exact flows commute with their groups, and others do not",
    arguments: SymmetryTests.groups.indices)
  func lemma(index: Int) async throws {
    let symmetry = SymmetryTests.groups[index]
    let exact = flow(symmetry)
    let found = try await HamiltonianMap(exact).invariance(under: symmetry, points: 200)
    #expect(found.isInvariant && found.hamiltoniansCommute, "\(found)")
    #expect(found.baseCommutes != symmetry.isRelative)
    #expect((found.drift ?? 0) < 1e-12)
    // An untrained r says nothing of the centre of mass.
    if !symmetry.isRelative { #expect(found.logDensityChange < 1e-10) }

    let free = flow(symmetry) { $0.isPenalised = true }
    let other = try await HamiltonianMap(free).invariance(under: symmetry, points: 200)
    #expect(!other.isInvariant && !other.hamiltoniansCommute, "\(other)")
    if let drift = other.drift { #expect(drift > 1e-3) }
    if !symmetry.isRelative { #expect(other.logDensityChange > 0.1) }
  }

  @Test("a base with a scale for each coordinate breaks the symmetry, and is told apart")
  func base() async throws {
    let symmetry = try symmetry()
    let exact = flow(symmetry)
    var random = RandomStream(seed: 1, "twin")
    var flow = NeuralHamiltonianFlow(
      base: .learnedNormal, encoder: exact.encoder, blocks: exact.blocks,
      finalMomentum: exact.finalMomentum, time: 1, outputScale: 1, using: &random)
    flow.parameters.replaceSubrange(0..<2, with: [0.5, -0.5])
    let found = try await HamiltonianMap(flow).invariance(under: symmetry, points: 100)
    #expect(found.hamiltoniansCommute && !found.baseCommutes && !found.isInvariant)
  }

  @Test("the bracket of an elongated bowl is what its formula says")
  func bracket() async throws {
    // H = ½ (a q₁² + b q₂²) + ½ |p|²: {g, H} = (a − b) q₁ q₂ for g = q₁ p₂ − q₂ p₁.
    let bowl = Energy.quadratic(QuadraticEnergy(dimension: 2))
    var random = RandomStream(seed: 1, "flow")
    var flow = NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 1), encoder: .standardNormal(dimension: 2),
      blocks: [HamiltonianBlock(potential: bowl, kinetic: bowl, stepCount: 1)],
      finalMomentum: .standardNormal(dimension: 2), time: 1e-9, outputScale: 0, using: &random)
    // a = e², b = 1; at a time near 0 the points are those of the base, half of them twice as wide.
    flow.parameters[flow.potentialParameters(ofBlock: 0).lowerBound] = 1
    let a = Double.exp(2)
    let penalty = EquivariancePenalty(
      try symmetry().generators, pointCount: 100_000, precision: .double)
    var memory: [Double] = []
    let value = await penalty.evaluate(flow, step: 0, memory: &memory, in: RunContext(seed: 1))
      .value
    // The mean of two ratios, of q₁² q₂² and (q² + p²) times (a² q₁² + q₂² + p²), which the same factor of 16 leaves alone.
    let expected = (a - 1) * (a - 1) / (a * a * 6 + 6 + 2 * 6)
    #expect(abs(value + penalty.tolerance - expected) < 0.03 * expected)
    #expect(memory.count == 2 && abs(memory[1] - expected) < 0.03 * expected)
    #expect(memory[0] > 1 && !penalty.isMet(memory))
  }

  @Test("the penalty's gradient is that of its differences at the same points")
  func gradient() async throws {
    // At a time near zero the points do not depend on energies, and all other parameters are left alone.
    for dimension in [2, 3] {
      let bodies = [Array(0..<dimension)]
      let symmetry = try Symmetry.rotations(ofBodies: bodies, dimension: dimension)
      let flow = flow(symmetry) {
        $0.isPenalised = true
        $0.kinetic = .network
        $0.time = 1e-12
      }
      let penalty = EquivariancePenalty(symmetry.generators, precision: .double)
      var start: [Double] = []
      for (index, _) in symmetry.generators.enumerated() { start += [1 + Double(index), 3] }
      start += [Double](repeating: 1, count: start.count)
      func evaluate(_ parameters: [Double]) async -> (value: Double, gradient: [Double]) {
        var moved = flow
        moved.parameters = parameters
        var memory = start
        return await penalty.evaluate(moved, step: 3, memory: &memory, in: RunContext(seed: 1))
      }
      let gradient = await evaluate(flow.parameters).gradient
      let energies = flow.blocks.indices.flatMap { block in
        Array(flow.potentialParameters(ofBlock: block))
          + Array(flow.kineticParameters(ofBlock: block))
      }
      #expect(energies.contains { abs(gradient[$0]) > 1e-3 })
      for i in energies {
        var (above, below) = (flow.parameters, flow.parameters)
        above[i] += 1e-5
        below[i] -= 1e-5
        let slope = await (evaluate(above).value - evaluate(below).value) / 2e-5
        #expect(abs(slope - gradient[i]) < 1e-6 * max(1, abs(slope)))
      }
      #expect(Set(gradient.indices).subtracting(energies).allSatisfy { gradient[$0] == 0 })
    }
  }

  @Test("relative positions of two bodies are invariant where the centre of mass is normal")
  func relative() async throws {
    // On a line: the distance is 1 ± 0.2 with either sign, the centre N(0, 0.7²).
    let symmetry = try Symmetry.translations(ofBodies: [[0], [1]], dimension: 2)
    var random = RandomStream(seed: 1, "bodies")
    func rows(_ count: Int) -> [Double] {
      (0..<count).flatMap { _ in
        let center = 0.7 * random.nextStandardNormal()
        let distance = (Bool.random(using: &random) ? 1 : -1) + 0.2 * random.nextStandardNormal()
        return [center + distance / 2, center - distance / 2]
      }
    }
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.patience) = (128, 1500, .max)
    training.learningRate = .cosine(peak: 1e-2, floor: 0, warmUp: 0)
    var architecture = FlowArchitecture()
    architecture.symmetry = symmetry
    (architecture.hamiltonians, architecture.hidden) = (2, 16)
    let (trained, _) = try await FlowTrainer(training).train(
      architecture.makeFlow(dimension: 2, seed: 1), on: rows(2000), heldOut: rows(500))
    let found = try await HamiltonianMap(trained).invariance(under: symmetry, momenta: 1024)
    #expect(found.isInvariant && found.isRelative)
    #expect(found.logDensityChange < 2 * found.logDensityNoise, "\(found)")
    // As much as the whole density changes under a shift of 0.5: the centre is where it was learned to be.
    let map = HamiltonianMap(trained)
    let bounds = try await map.densityBounds(at: [0.5, -0.5, 1.2, 0.2], draws: 4000)
    #expect(abs(bounds.importance[0] - bounds.importance[1] - 0.5) < 0.15)
  }

  /// Points of a ring.
  private func ring(_ count: Int, _ seed: Seed) -> [Double] {
    var random = RandomStream(seed: seed, "ring")
    return (0..<count).flatMap { _ in
      let angle = Double.random(in: 0..<2 * .pi, using: &random)
      let radius = 1.5 + 0.2 * random.nextStandardNormal()
      return [radius * .cos(angle), radius * .sin(angle)]
    }
  }

  @Test("training meets the penalty, with rows and towards a density, and keeps a flow that does")
  func training() async throws {
    let symmetry = try symmetry()
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.patience) = (64, 600, .max)
    training.learningRate = .cosine(peak: 5e-3, floor: 0, warmUp: 0)
    let rows = ring(100, 1)
    let start = flow(symmetry) { $0.isPenalised = true }
    func brackets(_ flow: NeuralHamiltonianFlow) async throws -> Double {
      try await HamiltonianMap(flow).invariance(under: symmetry, points: 200).hamiltonians.max()
        ?? 0
    }
    let penalty = EquivariancePenalty(symmetry.generators, positions: rows, tolerance: 1e-3)
    let plain = try await FlowTrainer(training).train(start, on: rows, heldOut: ring(200, 2))
    let (penalised, state) = try await FlowTrainer(training, penalties: [penalty]).train(
      start, on: rows, heldOut: ring(200, 2))
    let found = try await HamiltonianMap(penalised).invariance(under: symmetry)
    let unpenalised = try await HamiltonianMap(plain.flow).invariance(under: symmetry)
    #expect(found.hamiltonians.allSatisfy { $0 < 3e-3 } && found.logDensityChange < 0.1)
    #expect(unpenalised.hamiltonians.contains { $0 > 1e-2 } && unpenalised.logDensityChange > 0.15)
    #expect(penalty.isMet(state.bestRecord?.memories.first ?? []))
    // Towards a density: of the ring itself.
    training.isTempered = true
    training.stepCount = 1500
    let towards = try await FlowTrainer(
      training,
      penalties: [
        EquivariancePenalty(symmetry.generators, tolerance: 1e-3)
      ]
    ).train(start, towards: Ring())
    #expect(try await brackets(towards.flow) < 3e-3)
    #expect((towards.state.bestRecord?.score ?? 0) > 0.3)
  }

  /// Points of two rings, of radii 1 and 2.5.
  private func twoRings(_ count: Int, _ seed: Seed) -> [Double] {
    var random = RandomStream(seed: seed, "two rings")
    return (0..<count).flatMap { _ in
      let angle = Double.random(in: 0..<2 * .pi, using: &random)
      let isInner = Double.random(in: 0..<1, using: &random) < 0.4
      let radius = (isInner ? 1 : 2.5) + 0.25 * random.nextStandardNormal()
      return [radius * .cos(angle), radius * .sin(angle)]
    }
  }

  @Test("rows that are turned, and a penalty, make 100 points of two rings invariant to 0.05 nats")
  func penalisedRings() async throws {
    let symmetry = try symmetry()
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.patience) = (80, 3000, .max)
    training.learningRate = .cosine(peak: 1e-2, floor: 1e-5, warmUp: 0)
    (training.averagedSteps, training.checkInterval) = (150, 100)
    let (rows, heldOut, test) = (twoRings(80, 1), twoRings(20, 2), twoRings(1000, 3))
    func learn(_ isKnown: Bool) async throws -> (found: Invariance, density: Double) {
      var architecture = FlowArchitecture()
      (architecture.hamiltonians, architecture.leapfrogSteps) = (2, 3)
      (architecture.activation, architecture.isResidual) = (.tanh, true)
      architecture.base = .learnedNormal
      (architecture.symmetry, architecture.isPenalised) = (isKnown ? symmetry : nil, isKnown)
      let penalty = EquivariancePenalty(
        symmetry.generators, positions: rows, tolerance: 1e-5, initialMultiplier: 0.1)
      let (flow, _) = try await FlowTrainer(
        training, penalties: isKnown ? [penalty] : [], symmetry: isKnown ? symmetry : nil
      ).train(architecture.makeFlow(dimension: 2, seed: 1), on: rows, heldOut: heldOut)
      let map = HamiltonianMap(flow)
      let bounds = try await map.densityBounds(at: test, draws: 64).importance
      return (
        try await map.invariance(under: symmetry, points: 500),
        bounds.reduce(0, +) / Double(bounds.count)
      )
    }
    let (penalised, free) = (try await learn(true), try await learn(false))
    #expect(penalised.found.logDensityChange < 0.05)
    #expect(penalised.found.hamiltonians.allSatisfy { $0 < 1e-4 })
    #expect(free.found.logDensityChange > 0.3)
    #expect(penalised.density > free.density + 0.1)
  }

  /// exp(−(|q| − 1.5)² / 0.08).
  private struct Ring: LogDensity {
    let dimension = 2
    func logDensity(at q: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let radius = (q[0] * q[0] + q[1] * q[1]).squareRoot()
      let excess = radius - 1.5
      for i in 0..<2 { gradient[i] = radius > 0 ? -25 * excess * q[i] / radius : 0 }
      return -12.5 * excess * excess
    }
  }
}
