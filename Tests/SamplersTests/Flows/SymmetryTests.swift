import Inference
import Samplers
import Testing

/// Flows that are invariant by construction.
@Suite struct SymmetryTests {
  static let groups: [Symmetry] = {
    do {
      return [
        try .rotations(ofBodies: [[0, 1]], dimension: 2),
        try .rotations(ofBodies: [[0, 1], [2, 3]], dimension: 4),
        try .rotations(ofBodies: [[0, 1, 2]], dimension: 3),
        try .rotations(ofBodies: [[0, 1, 2], [5, 4, 3]], dimension: 6),
        try .cyclic(4, ofBodies: [[0, 1]], dimension: 2),
        try .cyclic(5, ofBodies: [[0, 2], [1, 3]], dimension: 4),
        try .reflection(of: [0, 2], dimension: 3),
        try .permutations(ofBodies: [[0], [1], [2]], dimension: 3),
        try .permutations(ofBodies: [[0, 1], [2, 3]], dimension: 4),
        try .translations(ofBodies: [[0], [1], [2]], dimension: 3),
        try .translations(ofBodies: [[0, 1], [2, 3]], dimension: 4),
        try .translations(ofBodies: [[0, 3], [1, 4], [2, 5]], dimension: 6, rotating: true),
        // Two planes, the second twice as fast, and a coordinate that stays.
        try .linear(
          SymmetryGenerator(
            "two speeds",
            matrix: [
              0, -1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, -2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0,
            ])),
      ]
    } catch { preconditionFailure("\(error)") }
  }()

  /// A flow of a group, with parameters away from every special point.
  static func flow(_ symmetry: Symmetry, _ change: (inout FlowArchitecture) -> Void = { _ in })
    -> NeuralHamiltonianFlow
  {
    var architecture = FlowArchitecture()
    architecture.symmetry = symmetry
    (architecture.hidden, architecture.hamiltonians, architecture.leapfrogSteps) = (5, 2, 4)
    change(&architecture)
    var flow = architecture.makeFlow(dimension: symmetry.dimension, seed: 3)
    var random = RandomStream(seed: 5, "parameters")
    for block in flow.blocks.indices {
      let energies = [
        flow.potentialParameters(ofBlock: block), flow.kineticParameters(ofBlock: block),
      ]
      for i in energies.joined() { flow.parameters[i] += 0.2 * random.nextStandardNormal() }
    }
    return flow
  }

  private func points(_ dimension: Int, count: Int = 5) -> PhasePoints {
    var random = RandomStream(seed: 6, "points")
    func numbers() -> [Double] { (0..<count * dimension).map { _ in random.nextStandardNormal() } }
    return PhasePoints(positions: numbers(), momenta: numbers())
  }

  /// R z for every vector of a list.
  private func turned(_ matrix: [Double], _ list: [Double]) -> [Double] {
    let size = Int(Double(matrix.count).squareRoot())
    return stride(from: 0, to: list.count, by: size).flatMap { start in
      (0..<size).map { i in
        (0..<size).reduce(0) { $0 + matrix[i * size + $1] * list[start + $1] }
      }
    }
  }

  /// Elements of a group: all of a finite one, and some by each generator.
  private func elements(_ symmetry: Symmetry) -> [(matrix: [Double], shift: [Double])] {
    let still = [Double](repeating: 0, count: symmetry.dimension)
    guard !symmetry.generators.isEmpty else { return symmetry.elements.map { ($0, still) } }
    return symmetry.generators.map { $0.element(at: 0.9) }
  }

  @Test("T(R z) = R T(z), and generators are conserved", arguments: groups.indices)
  func equivariance(index: Int) async throws {
    let symmetry = Self.groups[index]
    for isResidual in [false, true] {
      for kinetic in [FlowPreset.Kinetic.fixed, .network] {
        let flow = Self.flow(symmetry) {
          $0.isResidual = isResidual
          $0.kinetic = kinetic
        }
        let map = HamiltonianMap(flow)
        let start = points(symmetry.dimension)
        let end = try await map.forward(start)
        #expect(end != start)
        let elements = elements(symmetry)
        #expect(!elements.isEmpty)
        for (matrix, shift) in elements {
          func moved(_ list: [Double]) -> [Double] {
            turned(matrix, list).enumerated().map { $1 + shift[$0 % shift.count] }
          }
          let other = try await map.forward(
            PhasePoints(
              positions: moved(start.positions), momenta: turned(matrix, start.momenta)))
          let expected = moved(end.positions) + turned(matrix, end.momenta)
          for (a, b) in zip(other.positions + other.momenta, expected) {
            #expect(abs(a - b) < 1e-12 * max(1, abs(b)))
          }
        }
        for generator in symmetry.generators {
          for (a, b) in zip(generator.values(at: start), generator.values(at: end)) {
            #expect(abs(a - b) < 1e-12 * max(1, abs(a)))
          }
        }
      }
    }
  }

  @Test("with an inverse mass that does not commute neither holds")
  func brokenTwin() async throws {
    let symmetry = Self.groups[0]
    var architecture = FlowArchitecture()
    architecture.symmetry = symmetry
    var flow = Self.flow(symmetry)
    var random = RandomStream(seed: 1, "twin")
    flow = NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 1), encoder: .standardNormal(dimension: 2),
      blocks: [
        HamiltonianBlock(
          potential: flow.blocks[0].potential,
          kinetic: .quadratic(QuadraticEnergy(dimension: 2)), stepCount: 4)
      ], finalMomentum: .standardNormal(dimension: 2), time: 1, outputScale: 1, using: &random)
    let range = flow.kineticParameters(ofBlock: 0)
    flow.parameters[range.lowerBound] = 0.5
    let start = points(2)
    let end = try await HamiltonianMap(flow).forward(start)
    let generator = symmetry.generators[0]
    #expect(
      zip(generator.values(at: start), generator.values(at: end)).contains { abs($0 - $1) > 1e-3 })
  }

  @Test("groups of impossible shapes are refused")
  func impossible() {
    for make in [
      { try Symmetry.rotations(ofBodies: [[0]], dimension: 1) },
      { try Symmetry.rotations(ofBodies: [[0, 1], [2]], dimension: 3) },
      { try Symmetry.rotations(ofBodies: [[0, 0]], dimension: 2) },
      { try Symmetry.rotations(ofBodies: [[0, 2]], dimension: 2) },
      { try Symmetry.rotations(ofBodies: [], dimension: 2) },
      { try Symmetry.cyclic(1, ofBodies: [[0, 1]], dimension: 2) },
      { try Symmetry.cyclic(3, ofBodies: [[0, 1, 2]], dimension: 3) },
      { try Symmetry.reflection(of: [], dimension: 2) },
      { try Symmetry.permutations(ofBodies: [[0, 1]], dimension: 2) },
      { try Symmetry.linear(SymmetryGenerator("shear", matrix: [0, 1, 0, 0])) },
      { try Symmetry.linear(SymmetryGenerator("none", matrix: [0, 0, 0, 0])) },
      { try Symmetry.linear(SymmetryGenerator("move", matrix: [0, -1, 1, 0], shift: [1, 0])) },
    ] as [() throws -> Symmetry] {
      #expect(throws: SymmetryError.self) { try make() }
    }
    #expect(throws: SymmetryError.self) { try SymmetryGenerator("x", matrix: [1, 2, 3]) }
    #expect(throws: SymmetryError.self) { try SymmetryGenerator("x", matrix: [.nan]) }
  }
}
