import Inference

/// Normalised Poisson brackets of generators with the Hamiltonians of a flow, at points along its trajectories and at wide
/// ones, with their derivatives by the parameters.
///
/// R = Σ {g, H}² / Σ |∇g|² |∇H|² is 0 where H is invariant, at most 1, and does not change with the size of H, so that
/// training cannot make it small by a small H. It is a mean of that along trajectories and that at wide points, where
/// |∇g|² |∇H|² is so much larger that one sum would say nothing of the trajectories.
final class BracketEvaluator<Scalar: NetworkScalar> {
  private let flow: FlowEvaluator<Scalar>
  private let generators: [Generator]
  private let wideCount: Int
  /// The points along trajectories, and the wide ones.
  private let groups: [Range<Int>]
  private let energies: [EnergyPair]
  /// The points of each Hamiltonian.
  private let points: [PhaseBatch]
  private let slope, motion: PhaseBatch
  private let direction, ignored: PhaseBatch
  private let brackets: Batch<Scalar>
  /// |∇g|² and |∇H|².
  private let lengths, sizes: Batch<Scalar>
  private let arena = Arena<Scalar>()
  private var parameters: [Scalar]

  private struct Generator {
    let matrix, transposed, shift: [Scalar]
  }
  private struct EnergyPair {
    let potential, kinetic: AnyEnergyEvaluator<Scalar>
    let offset, kineticOffset: Int
  }
  private struct PhaseBatch {
    let q, p: Batch<Scalar>
    init(_ dimension: Int, _ count: Int, in arena: Arena<Scalar>) {
      q = arena.batch(rows: dimension, count: count)
      p = arena.batch(rows: dimension, count: count)
    }
  }

  /// - Parameters:
  ///   - flow: with its parameters; nothing is given.
  ///   - pointCount: how many trajectories; each gives every Hamiltonian its end, and a point on the way.
  ///   - wideCount: how many points of a base of twice the width, 0 or more.
  init(
    _ flow: NeuralHamiltonianFlow, _ generators: [SymmetryGenerator], pointCount: Int,
    wideCount: Int
  ) {
    self.flow = FlowEvaluator(flow, count: pointCount, remembers: false)
    self.wideCount = min(wideCount, pointCount)
    self.generators = generators.map { generator in
      let size = generator.dimension
      return Generator(
        matrix: generator.matrix.map { Scalar($0) },
        transposed: (0..<size * size).map {
          Scalar(generator.matrix[$0 % size * size + $0 / size])
        },
        shift: generator.shift.map { Scalar($0) })
    }
    let (arena, dimension) = (arena, flow.dimension)
    let count = 2 * pointCount + self.wideCount
    groups = [0..<2 * pointCount, 2 * pointCount..<count].filter { !$0.isEmpty }
    let layout = flow.layout
    parameters = flow.parameters.map { Scalar($0) }
    energies = zip(flow.blocks, layout.blocks).map { block, offset in
      EnergyPair(
        potential: Scalar.evaluator(
          of: block.potential.form, count: count, slots: 1, in: arena),
        kinetic: Scalar.evaluator(of: block.kinetic.form, count: count, slots: 1, in: arena),
        offset: offset + 1, kineticOffset: offset + 1 + block.potential.parameterCount)
    }
    points = flow.blocks.map { _ in PhaseBatch(dimension, count, in: arena) }
    slope = PhaseBatch(dimension, count, in: arena)
    motion = PhaseBatch(dimension, count, in: arena)
    direction = PhaseBatch(dimension, count, in: arena)
    ignored = PhaseBatch(dimension, count, in: arena)
    brackets = arena.batch(rows: 1, count: count)
    lengths = arena.batch(rows: 1, count: count)
    sizes = arena.batch(rows: 1, count: count)
  }

  /// Chooses points: trajectories that end at some positions with momenta from r, or that begin at draws of the base.
  ///
  /// - Parameter positions: where trajectories end, D numbers each, drawn with replacement; draws of the base if empty.
  func choosePoints(endingAt positions: [Double], using generator: inout RandomStream) {
    let dimension = flow.flow.dimension
    if wideCount > 0 {
      flow.drawDeviates(using: &generator)
      Scalar.scale(2, flow.positions, to: flow.positions)
      Scalar.scale(2, flow.deviates, to: flow.deviates)
      flow.start()
      for block in points { copy(flow.count * 2, wideCount, to: block) }
    }
    if positions.isEmpty {
      flow.drawDeviates(using: &generator)
      flow.start()
      flow.push()
    } else {
      for n in 0..<flow.count {
        let start = Int.random(in: 0..<positions.count / dimension, using: &generator) * dimension
        for i in 0..<dimension { flow.positions[i, n] = Scalar(positions[start + i]) }
      }
      flow.deviates.fillWithStandardNormals(using: &generator)
      flow.drawFinalMomenta()
    }
    let chosen = flow.flow.blocks.map { Int.random(in: 1...$0.stepCount, using: &generator) }
    var visits = flow.flow.blocks.map { _ in 0 }
    flow.pull { block in
      if visits[block] == 0 {
        copy(0, flow.count, to: points[block])
      } else if visits[block] == chosen[block] {
        copy(flow.count, flow.count, to: points[block])
      }
      visits[block] += 1
    }
  }

  /// The normalised brackets of log Π₀ with every generator, at draws of the base.
  func baseRatios(using generator: inout RandomStream) -> [Double] {
    flow.drawDeviates(using: &generator)
    flow.start()
    flow.beginScore()
    let own = 0..<flow.count
    for batch in [points[0].q, points[0].p, slope.q, slope.p, sizes] { batch.clear() }
    copy(0, flow.count, to: points[0])
    Scalar.scale(1, flow.score.position, to: slope.q.columns(own))
    Scalar.scale(1, flow.score.momentum, to: slope.p.columns(own))
    addSquares(of: slope, to: sizes)
    return generators.map { generator in
      move(generator, points[0])
      let norm = Scalar.dot(lengths, sizes)
      return norm > 0 ? Double(Scalar.dot(brackets, brackets) / norm) : 0
    }
  }

  private func copy(_ start: Int, _ count: Int, to block: PhaseBatch) {
    let range = start..<start + count
    Scalar.scale(1, flow.positions.columns(0..<count), to: block.q.columns(range))
    Scalar.scale(1, flow.momenta.columns(0..<count), to: block.p.columns(range))
  }

  /// R of every generator with every Hamiltonian, one Hamiltonian after the other, and the gradient of Σ λ R added to a
  /// gradient, at the points that were chosen.
  ///
  /// - Parameters:
  ///   - weights: λ, one for each R.
  ///   - gradient: as many numbers as the flow has parameters.
  func evaluate(_ weights: [Double], to gradient: inout [Scalar]) -> [Double] {
    parameters.withUnsafeBufferPointer { parameters in
      gradient.withUnsafeMutableBufferPointer { gradient in
        guard let parameters = parameters.baseAddress, let gradient = gradient.baseAddress else {
          return []
        }
        return energies.indices.flatMap { block in
          let first = block * generators.count
          return evaluate(
            block, Array(weights[first..<first + generators.count]), parameters, gradient)
        }
      }
    }
  }

  private func evaluate(
    _ block: Int, _ weights: [Double], _ parameters: UnsafePointer<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>
  ) -> [Double] {
    let (pair, points) = (energies[block], points[block])
    for batch in [slope.q, slope.p, direction.q, direction.p, ignored.q, ignored.p, sizes] {
      batch.clear()
    }
    pair.potential.prepare(parameters + pair.offset)
    pair.kinetic.prepare(parameters + pair.kineticOffset)
    pair.potential.addGradient(points.q, slope.q, parameters + pair.offset, 0)
    pair.kinetic.addGradient(points.p, slope.p, parameters + pair.kineticOffset, 0)
    addSquares(of: slope, to: sizes)
    let ratios = zip(generators, weights).map { generator, weight in
      move(generator, points)
      let share = Scalar(weight) / Scalar(groups.count)
      return groups.reduce(0.0) { $0 + addDirection(share, $1) } / Double(groups.count)
    }
    pair.potential.addHessianProduct(
      direction.q, 1, ignored.q, gradient + pair.offset, parameters + pair.offset, 0)
    pair.kinetic.addHessianProduct(
      direction.p, 1, ignored.p, gradient + pair.kineticOffset, parameters + pair.kineticOffset, 0)
    return ratios
  }

  /// Adds to `direction` what the derivatives of a multiple of R over some points are the Hessian products of.
  ///
  /// - Returns: R over these points.
  private func addDirection(_ weight: Scalar, _ range: Range<Int>) -> Double {
    let (brackets, lengths) = (brackets.columns(range), lengths.columns(range))
    let norm = Scalar.dot(lengths, sizes.columns(range))
    guard norm > 0 else { return 0 }
    let ratio = Scalar.dot(brackets, brackets) / norm
    // ∂R = 2 Σ {g,H} ∂{g,H} / norm − 2 R Σ |∇g|² ∇H·∂∇H / norm.
    let factor = 2 * weight / norm
    for i in 0..<slope.q.rows {
      func row(_ batch: Batch<Scalar>) -> Batch<Scalar> { batch.slice(i..<i + 1).columns(range) }
      let (q, p) = (row(direction.q), row(direction.p))
      Scalar.add(-factor, brackets, times: row(motion.q), to: q)
      Scalar.add(factor, brackets, times: row(motion.p), to: p)
      Scalar.add(-factor * ratio, lengths, times: row(slope.q), to: q)
      Scalar.add(-factor * ratio, lengths, times: row(slope.p), to: p)
    }
    return Double(ratio)
  }

  /// Sets `motion` to A q + e and Aᵀ p, `brackets` to {g, H} and `lengths` to |∇g|².
  private func move(_ generator: Generator, _ points: PhaseBatch) {
    let size = points.q.rows
    motion.q.clear()
    Scalar.addRows(generator.shift, to: motion.q)
    Scalar.apply(
      generator.matrix, of: (size, size), to: points.q, adding: true, into: motion.q)
    Scalar.apply(
      generator.transposed, of: (size, size), to: points.p, adding: false, into: motion.p)
    lengths.clear()
    addSquares(of: motion, to: lengths)
    brackets.clear()
    for i in 0..<size {
      let row = i..<i + 1
      Scalar.add(1, motion.p.slice(row), times: slope.p.slice(row), to: brackets)
      Scalar.add(-1, motion.q.slice(row), times: slope.q.slice(row), to: brackets)
    }
  }

  private func addSquares(of batch: PhaseBatch, to squares: Batch<Scalar>) {
    for i in 0..<batch.q.rows {
      let (q, p) = (batch.q.slice(i..<i + 1), batch.p.slice(i..<i + 1))
      Scalar.add(1, q, times: q, to: squares)
      Scalar.add(1, p, times: p, to: squares)
    }
  }
}
