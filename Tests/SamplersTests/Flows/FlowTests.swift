import Inference
import Samplers
import TestSupport
import Testing

/// Flows as maps: against a naive twin, and by what every symplectic map has.
@Suite struct FlowTests {
  private typealias Eight = Dual<SIMD8<Double>>

  private func point(_ points: PhasePoints, _ n: Int, _ d: Int) -> ([Double], [Double]) {
    (Array(points.positions[n * d..<(n + 1) * d]), Array(points.momenta[n * d..<(n + 1) * d]))
  }

  @Test("the flow is what its formulas say", arguments: SampleFlow.allCases)
  func twin(sample: SampleFlow) async throws {
    let flow = sample.flow()
    let (d, count) = (sample.dimension, 150)
    let start = sample.points(count)
    let end = try await HamiltonianMap(flow).forward(start)
    let weights = try await HamiltonianMap(flow).weigh(end)
    let naive = NaiveFlow<Double>(flow: flow)
    for n in 0..<count {
      let (q, p) = point(start, n, d)
      let (endQ, endP) = point(end, n, d)
      let twin = naive.forward(q, p)
      for (ours, theirs) in zip(endQ + endP, twin.q + twin.p) {
        #expect(abs(ours - theirs) < 1e-12 * max(1, abs(theirs)))
      }
      #expect(abs(weights.logFlow[n] - naive.logFlow(endQ, endP)) < 1e-10)
      #expect(abs(weights.logFlow[n] - naive.logBase(q, p)) < 1e-10)
      #expect(abs(weights.logFinalMomentum[n] - naive.logFinalMomentum(endQ, endP)) < 1e-11)
    }
  }

  @Test("draws carry their densities", arguments: SampleFlow.allCases)
  func draws(sample: SampleFlow) async throws {
    let map = HamiltonianMap(sample.flow())
    let draws = try await map.sample(300, in: RunContext(seed: 3))
    let again = try await map.weigh(draws.points)
    for n in 0..<300 {
      #expect(abs(draws.logFlow[n] - again.logFlow[n]) < 1e-10)
      #expect(draws.logFinalMomentum[n] == again.logFinalMomentum[n])
    }
    let momenta = try await map.drawFinalMomenta(
      at: draws.points.positions, in: RunContext(seed: 4))
    #expect(momenta.points.positions == draws.points.positions)
    #expect(momenta.logFlow.allSatisfy { $0.isFinite })
  }

  @Test(
    "a trajectory begins at the base, ends where the flow does, and is the same in parts",
    arguments: SampleFlow.allCases)
  func trajectory(sample: SampleFlow) async throws {
    let flow = sample.flow()
    let map = HamiltonianMap(flow)
    let start = sample.points(150)
    let places = try await map.trajectory(of: start)
    #expect(places.count == 1 + flow.blocks.reduce(0) { $0 + $1.stepCount })
    #expect(places.first == start.positions)
    #expect(try await places.last == map.forward(start).positions)
    let d = sample.dimension
    let one = try await map.trajectory(
      of: PhasePoints(
        positions: Array(start.positions[140 * d..<141 * d]),
        momenta: Array(start.momenta[140 * d..<141 * d])))
    #expect(one.indices.allSatisfy { one[$0] == Array(places[$0][140 * d..<141 * d]) })
  }

  @Test("there and back is where one was", arguments: SampleFlow.allCases)
  func inverse(sample: SampleFlow) async throws {
    func error(_ precision: FlowPrecision) async throws -> Double {
      let map = HamiltonianMap(sample.flow(), precision: precision)
      let start = sample.points(200)
      let back = try await map.inverse(map.forward(start))
      return largest(
        zip(back.positions + back.momenta, start.positions + start.momenta).map {
          abs($0 - $1)
        })
    }
    #expect(try await error(.double) < 1e-11)
    #expect(try await error(.single) < 1e-5)
  }

  /// J by forward-mode differentiation of the twin: rows are (q_T, p_T), columns (q₀, p₀).
  private func jacobian(_ flow: NeuralHamiltonianFlow, _ q: [Double], _ p: [Double]) -> [[Double]] {
    let d = q.count
    let seeds = (q + p).enumerated().map { Eight($1, seeding: $0) }
    let end = NaiveFlow<Eight>(flow: flow).forward(Array(seeds[..<d]), Array(seeds[d...]))
    return (end.q + end.p).map { row in (0..<2 * d).map { row.partials[$0] } }
  }

  @Test(
    "the Jacobian is symplectic, and carries the score of the base to that of the flow",
    arguments: SampleFlow.allCases)
  func symplectic(sample: SampleFlow) async throws {
    let flow = sample.flow()
    let d = sample.dimension
    let start = sample.points(20)
    let result = try await HamiltonianMap(flow).forwardWithScore(start)
    for n in 0..<20 {
      let (q, p) = point(start, n, d)
      let j = jacobian(flow, q, p)
      func omega(_ a: Int, _ b: Int) -> Double { b == a + d ? 1 : (a == b + d ? -1 : 0) }
      for a in 0..<2 * d {
        for b in 0..<2 * d {
          var sum = 0.0
          for k in 0..<2 * d {
            for l in 0..<2 * d { sum += j[k][a] * omega(k, l) * j[l][b] }
          }
          #expect(abs(sum - omega(a, b)) < 1e-12)
        }
      }
      let (endQ, endP) = point(result.points, n, d)
      let seeds = (endQ + endP).enumerated().map { Eight($1, seeding: $0) }
      let density = NaiveFlow<Eight>(flow: flow).logFlow(Array(seeds[..<d]), Array(seeds[d...]))
      let (scoreQ, scoreP) = point(result.score, n, d)
      for (i, ours) in (scoreQ + scoreP).enumerated() {
        #expect(abs(ours - density.partials[i]) < 1e-10 * max(1, abs(ours)))
      }
    }
  }

  @Test("the volume is kept", arguments: SampleFlow.allCases)
  func determinant(sample: SampleFlow) async throws {
    let d = sample.dimension
    let flow = sample.flow()
    let start = sample.points(1)
    var columns: [[Double]] = []
    for k in 0..<2 * d {
      func end(_ shift: Double) async throws -> [Double] {
        var moved = start
        if k < d { moved.positions[k] += shift } else { moved.momenta[k - d] += shift }
        let end = try await HamiltonianMap(flow).forward(moved)
        return end.positions + end.momenta
      }
      try await columns.append(zip(end(1e-5), end(-1e-5)).map { ($0 - $1) / 2e-5 })
    }
    // Gaussian elimination with pivots.
    var determinant = 1.0
    for k in columns.indices {
      let pivot = (k..<2 * d).max { abs(columns[$0][k]) < abs(columns[$1][k]) }!
      if pivot != k {
        columns.swapAt(pivot, k)
        determinant = -determinant
      }
      determinant *= columns[k][k]
      for row in k + 1..<max(2 * d, k + 1) {
        let factor = columns[row][k] / columns[k][k]
        for column in k..<2 * d { columns[row][column] -= factor * columns[k][column] }
      }
    }
    #expect(abs(determinant - 1) < 1e-7)
  }

  @Test("energies have the gradients that move the points", arguments: SampleFlow.allCases)
  func energies(sample: SampleFlow) async throws {
    let map = HamiltonianMap(sample.flow())
    let points = sample.points(1)
    let d = sample.dimension
    // One step of a flow with L = 1 in the limit of a small time: q moves along ∇K(p), p along −∇V.
    var slow = sample.flow()
    let offset = slow.baseParameterCount + slow.encoder.parameterCount
    let time = 1e-6
    slow.parameters[offset] = .log(time)
    guard slow.blocks.count == 1 else { return }
    let moved = try await HamiltonianMap(slow).forward(points)
    for i in 0..<d {
      func value(_ shift: Double) async throws -> (Double, Double) {
        var near = points
        near.positions[i] += shift
        near.momenta[i] += shift
        let energies = try await map.energies(ofBlock: 0, at: near)
        return (energies.potential[0], energies.kinetic[0])
      }
      let (above, below) = try await (value(1e-4), value(-1e-4))
      let velocity = (moved.positions[i] - points.positions[i]) / time
      let force = (moved.momenta[i] - points.momenta[i]) / time
      #expect(abs(velocity - (above.1 - below.1) / 2e-4) < 1e-4)
      #expect(abs(force + (above.0 - below.0) / 2e-4) < 1e-4)
    }
  }
}
