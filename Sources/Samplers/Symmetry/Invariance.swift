public import Inference
import RealModule

/// Whether a flow's density has a symmetry, by lemma 1 of Jimenez Rezende et al. 2019 (arXiv:1909.13739): it does if the base
/// and every Hamiltonian commute with the group.
///
/// For a connected group commuting is a vanishing Poisson bracket with each generator, for a finite one a value that its elements
/// leave as it is.
public struct Invariance: Sendable, Codable, Equatable {
  /// E[{g, H}²] / E[|∇g|² |∇H|²] of each Hamiltonian, the mean of that along trajectories and that at wide points, or E[(H(Rz) − H(z))²] / var H for a finite group; the largest over
  /// generators.
  public let hamiltonians: [Double]
  /// The same of the base, with log Π₀ in the place of H; of a centre of mass that is split off it does not vanish.
  public let base: Double
  /// The standard deviation of g(q_T, p_T) − g(q₀, p₀) over that of g(q₀, p₀), the largest over generators; nil for a finite
  /// group.
  public let drift: Double?
  /// E|log m(R q) − log m(q)| over draws q of the flow and random R, in nats; of relative positions where the centre of mass is
  /// split off.
  public let logDensityChange: Double
  /// What it would be by the momenta that densities are estimated from, if m were invariant; 0 where the same momenta
  /// serve both.
  public let logDensityNoise: Double
  /// Whether the centre of mass is split off.
  public let isRelative: Bool

  /// What is zero but for rounding.
  private static let rounding = 1e-20

  /// Whether all Hamiltonians commute with the group.
  public var hamiltoniansCommute: Bool { hamiltonians.allSatisfy { $0 < Self.rounding } }
  /// Whether the base does.
  public var baseCommutes: Bool { base < Self.rounding }
  /// Whether the density is invariant by lemma 1; that of relative positions where the centre of mass is split off.
  public var isInvariant: Bool { hamiltoniansCommute && (baseCommutes || isRelative) }
}

extension HamiltonianMap {
  /// Checks whether the flow's density has a symmetry, at draws of it.
  ///
  /// - Parameters:
  ///   - symmetry: of the flow's dimension.
  ///   - count: the number of points for brackets; a fifth of them for densities, at least 20.
  ///   - momenta: the number of momenta for each density.
  ///   - context: where to run; its seed is that of the draws.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func invariance(
    under symmetry: Symmetry, points count: Int = 1000, momenta: Int = 256,
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> Invariance {
    precondition(symmetry.dimension == flow.dimension, "a symmetry of \(symmetry.dimension)")
    let ends = try await sample(count, "invariance", in: context)
    let start = try await inverse(ends.points, in: context)
    var generator = context.seed.stream("elements of the symmetry")
    let elements = (0..<count).map { _ in symmetry.randomElement(using: &generator) }
    var (hamiltonians, base, drift): ([Double], Double, Double?) = ([], 0, nil)
    if symmetry.generators.isEmpty {
      let other = PhasePoints(
        positions: moved(start.positions, elements), momenta: moved(start.momenta, elements))
      let forth = try await weigh(forward(other, in: context), in: context)
      base = Self.change(forth.logFlow, from: ends.logFlow)
      for block in flow.blocks.indices {
        let (a, b) = (
          try await energies(ofBlock: block, at: start, in: context),
          try await energies(ofBlock: block, at: other, in: context)
        )
        hamiltonians.append(
          Self.change(
            zip(b.potential, b.kinetic).map { $0 + $1 },
            from: zip(a.potential, a.kinetic).map { $0 + $1 }))
      }
    } else {
      let evaluator = BracketEvaluator<Double>(
        flow, symmetry.generators, pointCount: count, wideCount: count)
      var random = context.seed.stream("brackets of the symmetry")
      base = evaluator.baseRatios(using: &random).max() ?? 0
      evaluator.choosePoints(endingAt: [], using: &random)
      var ignored = [Double](repeating: 0, count: flow.parameters.count)
      let number = symmetry.generators.count
      let ratios = evaluator.evaluate(
        [Double](repeating: 0, count: number * flow.blocks.count), to: &ignored)
      hamiltonians = flow.blocks.indices.map { block in
        ratios[block * number..<(block + 1) * number].max() ?? 0
      }
      drift = symmetry.generators.map { generator in
        Self.change(generator.values(at: ends.points), from: generator.values(at: start))
          .squareRoot()
      }.max()
    }
    let tested = min(count, max(20, count / 5))
    let positions = Array(ends.points.positions[..<(tested * flow.dimension)])
    let here = try await drawFinalMomenta(
      at: positions.repeated(momenta, every: flow.dimension), "invariance momenta", in: context)
    let there: FlowDraws
    if symmetry.isRelative {
      // The momentum of the centre depends on where it is, so that momenta are drawn anew.
      there = try await drawFinalMomenta(
        at: moved(positions, elements).repeated(momenta, every: flow.dimension),
        "invariance momenta there",
        in: context)
    } else {
      // R p with the probability of p: the same momenta, so that only what the density does is left.
      let turned = elements.flatMap { repeatElement($0, count: momenta) }
      let drawn = here.points
      let weighed = try await weigh(
        PhasePoints(
          positions: moved(drawn.positions, turned), momenta: moved(drawn.momenta, turned)),
        in: context)
      there = FlowDraws(
        points: weighed.points, logFlow: weighed.logFlow, logFinalMomentum: here.logFinalMomentum)
    }
    let (a, b) = (here.densityBounds(momenta), there.densityBounds(momenta))
    let centers = [positions, moved(positions, elements)].map {
      flow.logCenterDensities(symmetry, at: $0)
    }
    let changes = a.importance.indices.map { index in
      let center = (centers[1]?[index] ?? 0) - (centers[0]?[index] ?? 0)
      return abs(b.importance[index] - a.importance[index] - center)
    }
    // E|x| of a normal difference of two estimates.
    let noises = zip(a.efficiency, b.efficiency).map { first, second in
      (2 / .pi * (1 / first + 1 / second - 2) / Double(momenta)).squareRoot()
    }
    return Invariance(
      hamiltonians: hamiltonians, base: base, drift: drift,
      logDensityChange: Self.mean(changes),
      logDensityNoise: symmetry.isRelative ? Self.mean(noises) : 0, isRelative: symmetry.isRelative)
  }

  /// Each of the first points moved by an element of its own.
  private func moved(
    _ positions: [Double], _ elements: [(matrix: [Double], shift: [Double])]
  ) -> [Double] {
    let dimension = flow.dimension
    return zip(stride(from: 0, to: positions.count, by: dimension), elements)
      .flatMap { start, element in
        zip(
          Symmetry.product(
            element.matrix, Array(positions[start..<start + dimension]), dimension), element.shift
        ).map { $0 + $1 }
      }
  }

  private static func mean(_ values: [Double]) -> Double {
    let finite = values.filter(\.isFinite)
    return finite.reduce(0, +) / Double(max(1, finite.count))
  }

  /// E[(b − a)²] / var a.
  private static func change(_ b: [Double], from a: [Double]) -> Double {
    let pairs = zip(a, b).filter { $0.0.isFinite && $0.1.isFinite }
    let mean = pairs.reduce(0) { $0 + $1.0 } / Double(max(1, pairs.count))
    let spread = pairs.reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) }
    let squares = pairs.reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
    return spread > 0 ? squares / spread : 0
  }
}
