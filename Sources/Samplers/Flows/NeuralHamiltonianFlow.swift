import Inference

/// A neural Hamiltonian flow: a density of positions and momenta that are drawn from a base and
/// moved by leapfrog steps in learned energies.
///
/// q₀ ~ π₀, p₀ ~ f(· | q₀), (q_T, p_T) = 𝒯(q₀, p₀) with det 𝒯′ = 1, so the joint density of the end
/// point is M(q_T, p_T) = π₀(q₀) f(p₀ | q₀). It is compared with π(q_T) r(p_T | q_T) for a density r
/// of choice (Souveton et al. 2023, sections 3 to 5; Toth et al. 2020).
public struct NeuralHamiltonianFlow: Sendable, Codable, Equatable {
  /// π₀.
  public let base: BaseDensity
  /// f(p₀ | q₀).
  public let encoder: ConditionalGaussian
  /// The Hamiltonians, in the order in which they move a point.
  public let blocks: [HamiltonianBlock]
  /// r(p_T | q_T).
  public let finalMomentum: ConditionalGaussian
  /// C, how many numbers the density of positions is given; nil for none.
  private let given: Int?
  /// C, how many numbers the density of positions is given: V, f, r and a conditional base depend on them, behind positions.
  public var givenCount: Int { given ?? 0 }
  /// All parameters in one buffer: those of π₀, of f, of the blocks in order and of r.
  public var parameters: [Double] {
    didSet {
      precondition(
        parameters.count == oldValue.count,
        "\(parameters.count) parameters for a flow of \(oldValue.count)")
    }
  }

  /// The dimension of positions.
  public var dimension: Int { encoder.dimension }

  /// D + C, what the potential depends on.
  public var inputCount: Int { dimension + givenCount }

  /// Rows of positions and what is given, taken apart.
  func split(_ rows: [Double]) -> (positions: [Double], given: [Double]) {
    guard givenCount > 0 else { return (rows, []) }
    let starts = stride(from: 0, to: rows.count, by: inputCount)
    return (
      starts.flatMap { rows[$0..<$0 + dimension] },
      starts.flatMap { rows[$0 + dimension..<$0 + inputCount] }
    )
  }

  /// A flow with initial parameters.
  ///
  /// - Parameters:
  ///   - generator: the source of random numbers.
  ///   - finalMomentum: r.
  ///   - encoder: f.
  ///   - blocks: the Hamiltonians, in order.
  ///   - base: π₀.
  ///   - givenCount: C.
  ///   - time: T of every block.
  ///   - outputScale: a factor on the last layer of every network; with 0 the networks start as
  ///     zero.
  public init(
    base: BaseDensity, encoder: ConditionalGaussian, blocks: [HamiltonianBlock],
    finalMomentum: ConditionalGaussian, givenCount: Int = 0, time: Double, outputScale: Double,
    using generator: inout some RandomNumberGenerator
  ) {
    precondition(!blocks.isEmpty, "a flow without Hamiltonians")
    precondition(
      encoder.dimension == finalMomentum.dimension, "momenta of different dimensions")
    precondition(time > 0, "a time of \(time)")
    for block in blocks {
      for (energy, count) in [
        (block.potential, encoder.dimension + givenCount), (block.kinetic, encoder.dimension),
      ] {
        precondition(
          energy.dimension == count, "\(energy) has \(energy.dimension) coordinates, not \(count)")
      }
    }
    given = givenCount == 0 ? nil : givenCount
    self.base = base
    self.encoder = encoder
    self.blocks = blocks
    self.finalMomentum = finalMomentum
    var parameters = base.initialParameters(
      encoder.dimension, outputScale: outputScale, using: &generator)
    parameters += encoder.initialParameters(outputScale: outputScale, using: &generator)
    for block in blocks {
      parameters.append(.log(time))
      for energy in [block.potential, block.kinetic] {
        parameters += energy.form.initialParameters(outputScale: outputScale, using: &generator)
      }
    }
    parameters += finalMomentum.initialParameters(outputScale: outputScale, using: &generator)
    self.parameters = parameters
  }

  /// The random numbers of the initial parameters.
  static func initialParameters(seed: Seed) -> RandomStream {
    RandomStream(seed: seed, "flow parameters")
  }

  /// The offsets of the parts' parameters.
  struct Layout {
    let encoder: Int
    let blocks: [Int]
    /// Those of T and of K in every block.
    let motion: [Range<Int>]
    let finalMomentum: Int
    let count: Int
  }

  var layout: Layout {
    let encoderOffset = base.parameterCount(dimension)
    var offset = encoderOffset + encoder.parameterCount
    let blockOffsets = blocks.map { block in
      defer { offset += block.parameterCount }
      return offset
    }
    let motion = zip(blocks, blockOffsets).flatMap { block, offset in
      let end = offset + block.parameterCount
      return [offset..<offset + 1, end - block.kinetic.parameterCount..<end]
    }
    return Layout(
      encoder: encoderOffset, blocks: blockOffsets, motion: motion, finalMomentum: offset,
      count: offset + finalMomentum.parameterCount)
  }
}
