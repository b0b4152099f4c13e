import Foundation
import Inference
import RealModule
import Samplers
import TestSupport
import Testing

/// Densities of momenta that are equivariant by construction.
@Suite struct EquivariantMomentumTests {
  /// Those that have a frame, with some that leave rotations about the bodies, and one without a list of elements.
  private static let groups: [Symmetry] = {
    do {
      return SymmetryTests.groups.filter { $0.frame != nil } + [
        try .rotations(ofBodies: [[3, 0, 1, 2]], dimension: 5),
        try .rotations(ofBodies: [[0, 1, 2, 3], [7, 6, 5, 4]], dimension: 8),
        try .cyclic(2, ofBodies: [[1, 0]], dimension: 3),
        try .permutations(ofBodies: (0..<6).map { [$0, 11 - $0] }, dimension: 12),
        // A fast plane, a slow one across other coordinates than two axes, and one more.
        try .linear(tilted),
      ]
    } catch { preconditionFailure("\(error)") }
  }()

  /// Speeds 3, 1 and 1 in planes that are no pairs of axes.
  private static let tilted: SymmetryGenerator = {
    do {
      var plain = [Double](repeating: 0, count: 36)
      for (plane, speed) in [3.0, 1, 1].enumerated() {
        plain[2 * plane * 6 + 2 * plane + 1] = -speed
        plain[(2 * plane + 1) * 6 + 2 * plane] = speed
      }
      var matrix = plain
      for (i, j, angle) in [(0, 2, 0.7), (1, 4, -0.4), (3, 5, 1.1), (0, 5, 0.3)] {
        let turn = try Symmetry.rotations(ofBodies: [[i, j]], dimension: 6).generators[0]
          .element(at: angle).matrix
        let back = try Symmetry.rotations(ofBodies: [[i, j]], dimension: 6).generators[0]
          .element(at: -angle).matrix
        matrix = product(product(turn, matrix), back)
      }
      return try SymmetryGenerator("tilted planes", matrix: matrix)
    } catch { preconditionFailure("\(error)") }
  }()

  /// A B.
  private static func product(_ a: [Double], _ b: [Double]) -> [Double] {
    let size = Int(Double(a.count).squareRoot())
    return (0..<size).flatMap { i in
      (0..<size).map { j in
        (0..<size).reduce(0) { $0 + a[i * size + $1] * b[$1 * size + j] }
      }
    }
  }

  private static func turned(_ matrix: [Double], _ list: [Double]) -> [Double] {
    let size = Int(Double(matrix.count).squareRoot())
    return stride(from: 0, to: list.count, by: size).flatMap { start in
      (0..<size).map { i in
        (0..<size).reduce(0) { $0 + matrix[i * size + $1] * list[start + $1] }
      }
    }
  }

  /// A flow whose momenta have a frame at both ends, and that has no symmetry otherwise.
  private func flow(
    _ frame: CanonicalFrame?, dimension: Int, scale: ConditionalGaussian.Scale = .full
  ) -> NeuralHamiltonianFlow {
    let momenta = ConditionalGaussian(
      dimension: dimension, scale: scale, isLinear: true, hidden: [4], activation: .tanh,
      frame: frame)
    let block = HamiltonianBlock(
      potential: .network(MultilayerPerceptron(widths: [dimension, 4, 1], activation: .tanh)),
      kinetic: .quadratic(QuadraticEnergy(dimension: dimension)), stepCount: 2)
    var random = RandomStream(seed: 4, "flow")
    var flow = NeuralHamiltonianFlow(
      base: .learnedNormal, encoder: momenta, blocks: [block], finalMomentum: momenta, time: 0.6,
      outputScale: 1, using: &random)
    flow.parameters = flow.parameters.map { $0 + 0.2 * random.nextStandardNormal() }
    return flow
  }

  private func numbers(_ count: Int, _ purpose: String) -> [Double] {
    var random = RandomStream(seed: 6, purpose)
    return (0..<count).map { _ in random.nextStandardNormal() }
  }

  /// The largest change of log r by elements of a group.
  private func change(
    of flow: NeuralHamiltonianFlow, under symmetry: Symmetry
  ) async throws -> Double {
    let map = HamiltonianMap(flow)
    let points = PhasePoints(
      positions: numbers(20 * flow.dimension, "positions"),
      momenta: numbers(20 * flow.dimension, "momenta"))
    let here = try await map.weigh(points).logFinalMomentum
    var random = RandomStream(seed: 7, "elements")
    var largest = 0.0
    for _ in 0..<12 {
      let matrix = symmetry.randomElement(using: &random).matrix
      let there = try await map.weigh(
        PhasePoints(
          positions: Self.turned(matrix, points.positions),
          momenta: Self.turned(matrix, points.momenta))
      ).logFinalMomentum
      for (a, b) in zip(here, there) { largest = max(largest, abs(a - b) / max(1, abs(a))) }
    }
    return largest
  }

  @Test("r(R p | R q) = r(p | q), and not so without a frame", arguments: groups.indices)
  func equivariance(index: Int) async throws {
    let symmetry = Self.groups[index]
    for scale in [ConditionalGaussian.Scale.diagonal, .full] {
      let own = flow(symmetry.frame, dimension: symmetry.dimension, scale: scale)
      #expect(try await change(of: own, under: symmetry) < 1e-12)
      let twin = flow(nil, dimension: symmetry.dimension, scale: scale)
      #expect(try await change(of: twin, under: symmetry) > 1e-2)
    }
  }

  @Test(
    "momenta that are drawn have the density that they are said to have", arguments: groups.indices)
  func draws(index: Int) async throws {
    let symmetry = Self.groups[index]
    let flow = flow(symmetry.frame, dimension: symmetry.dimension)
    let draws = try await HamiltonianMap(flow).drawFinalMomenta(
      at: numbers(symmetry.dimension, "place").repeated(20_000), "draws")
    // Σ ε² has the mean D and the variance 2 D, and log r = constant − ½ Σ ε².
    let logs = draws.logFinalMomentum
    let mean = logs.reduce(0, +) / Double(logs.count)
    let variance = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)
    #expect(abs(variance - 0.5 * Double(symmetry.dimension)) < 0.05 * Double(symmetry.dimension))
    // And the entropy is that of their covariance.
    let d = symmetry.dimension
    var covariance = [Double](repeating: 0, count: d * d)
    let means = (0..<d).map { i in
      stride(from: i, to: draws.points.momenta.count, by: d)
        .reduce(0) { $0 + draws.points.momenta[$1] } / 20_000
    }
    for start in stride(from: 0, to: draws.points.momenta.count, by: d) {
      for i in 0..<d {
        for j in 0..<d {
          covariance[i * d + j] +=
            (draws.points.momenta[start + i] - means[i])
            * (draws.points.momenta[start + j] - means[j]) / 20_000
        }
      }
    }
    let entropy = 0.5 * (logDeterminant(covariance, d) + Double(d) * (1 + .log(2 * .pi)))
    #expect(abs(entropy + mean) < 0.02 * Double(d))
  }

  /// log det of a positive matrix, by elimination.
  private func logDeterminant(_ matrix: [Double], _ size: Int) -> Double {
    var (m, sum) = (matrix, 0.0)
    for k in 0..<size {
      sum += .log(m[k * size + k])
      for i in k + 1..<size {
        let factor = m[i * size + k] / m[k * size + k]
        for j in k..<size { m[i * size + j] -= factor * m[k * size + j] }
      }
    }
    return sum
  }

  /// A density that has no symmetry.
  private struct Bent: LogDensity {
    let dimension: Int
    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      var value = 0.0
      for i in 0..<dimension {
        value += -0.5 * x[i] * x[i] - 0.1 * .cos(2 * x[i] + Double(i))
        gradient[i] = -x[i] + 0.2 * .sin(2 * x[i] + Double(i))
      }
      return value
    }
  }

  /// The largest difference of a gradient from central differences of a loss, relative to its size.
  private func error(
    of gradient: [Double], _ flow: NeuralHamiltonianFlow, _ loss: ([Double]) async -> Double
  ) async -> Double {
    let scale = gradient.reduce(0) { max($0, abs($1)) }
    var worst = 0.0
    for i in flow.learnedIndices {
      func difference(_ step: Double) async -> Double {
        var (above, below) = (flow.parameters, flow.parameters)
        above[i] += step
        below[i] -= step
        return await (loss(above) - loss(below)) / (2 * step)
      }
      let slope = await (4 * difference(1e-4) - difference(2e-4)) / 3
      worst = max(worst, abs(slope - gradient[i]) / scale)
    }
    return worst
  }

  private func reverse(
    _ flow: NeuralHamiltonianFlow, at parameters: [Double]
  ) async -> FlowObjective.Value {
    await FlowObjective(flow, batchSize: 12, precision: .double).reverse(
      Bent(dimension: flow.dimension), at: parameters, .reparametrised, seed: 2, batch: 0)
  }

  @Test("the gradients of both losses are those of their differences", arguments: groups.indices)
  func gradients(index: Int) async throws {
    let symmetry = Self.groups[index]
    let flow = flow(symmetry.frame, dimension: symmetry.dimension)
    let towards = await reverse(flow, at: flow.parameters).gradient
    #expect(await error(of: towards, flow) { await reverse(flow, at: $0).loss } < 1e-6)
    let objective = FlowObjective(flow, batchSize: 12, precision: .double)
    let rows = numbers(12 * symmetry.dimension, "rows")
    func data(_ parameters: [Double]) async -> FlowObjective.Value {
      await objective.data(rows, at: parameters, seed: 2, batch: 0)
    }
    let gradient = await data(flow.parameters).gradient
    #expect(await error(of: gradient, flow) { await data($0).loss } < 1e-6)
  }

  @Test("a gradient that knows no derivative of R_q is told apart")
  func brokenTwin() async throws {
    // A turn by thousandths is nearly the same density, but R_q does not change with q.
    let frames = [
      try Symmetry.rotations(ofBodies: [[0, 1]], dimension: 2).frame,
      try Symmetry.cyclic(1000, ofBodies: [[0, 1]], dimension: 2).frame,
    ]
    let flows = frames.map { flow($0, dimension: 2) }
    var (losses, gradients) = ([Double](), [[Double]]())
    for flow in flows {
      let value = await reverse(flow, at: flow.parameters)
      losses.append(value.loss)
      gradients.append(value.gradient)
    }
    #expect(abs(losses[0] - losses[1]) < 0.01)
    #expect(await error(of: gradients[1], flows[0]) { await reverse(flows[0], at: $0).loss } > 0.02)
  }

  @Test("flows by 'symmetry' have it, files carry it, and older files have none")
  func files() async throws {
    for symmetry in Self.groups {
      let flow = SymmetryTests.flow(symmetry)
      #expect(flow.finalMomentum.frame == symmetry.frame && symmetry.frame != nil)
      let names = (0..<symmetry.dimension).map { "x\($0)" }
      let json = try SavedFlow(flow, columns: names).json()
      #expect(String(decoding: json, as: UTF8.self).contains(#""version":4"#))
      let read = try SavedFlow(json: json).flow
      #expect(read == flow)
      #expect(try await change(of: read, under: symmetry) < 1e-12)
    }
    let plain = try SavedFlow(flow(nil, dimension: 2), columns: ["x", "y"]).json()
    #expect(String(decoding: plain, as: UTF8.self).contains(#""version":1"#))
    #expect(try SavedFlow(json: plain).flow.finalMomentum.frame == nil)
  }

  @Test("a frame of other coordinates is refused")
  func damaged() throws {
    let symmetry = try Symmetry.rotations(ofBodies: [[0, 1]], dimension: 2)
    let json = String(
      decoding: try SavedFlow(SymmetryTests.flow(symmetry), columns: ["x", "y"]).json(),
      as: UTF8.self)
    for (old, new) in [
      (#""planes":[[0,1]]"#, #""planes":[[0,2]]"#), (#""planes":[[0,1]]"#, #""planes":[[0,0]]"#),
      (#""planes":[[0,1]]"#, #""planes":[]"#), (#""planes":[[0,1]]"#, #""planes":[[0]]"#),
      (#""planes":[[0,1]],"windings":[1]"#, #""planes":[],"windings":[]"#),
      (#""windings":[1]"#, #""windings":[-1]"#), (#""windings":[1]"#, #""windings":[]"#),
      (#""isotropic":[]"#, #""isotropic":[[7]]"#), (#""isotropic":[]"#, #""isotropic":[[]]"#),
      (#""isotropic":[]"#, #""basis":[1,0,0,2],"isotropic":[]"#),
      (#""isotropic":[]"#, #""basis":[1,0,0],"isotropic":[]"#),
    ] {
      let changed = json.replacingOccurrences(of: old, with: new)
      #expect(changed != json)
      #expect(throws: SavedFlowError.self) { try SavedFlow(json: Data(changed.utf8)) }
    }
  }
}

extension [Double] {
  fileprivate func repeated(_ count: Int) -> [Double] { (0..<count).flatMap { _ in self } }
}
