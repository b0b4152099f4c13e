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

  /// A flow with initial parameters.
  ///
  /// - Parameters:
  ///   - generator: the source of random numbers.
  ///   - finalMomentum: r.
  ///   - encoder: f.
  ///   - blocks: the Hamiltonians, in order.
  ///   - base: π₀.
  ///   - time: T of every block.
  ///   - outputScale: a factor on the last layer of every network; with 0 the networks start as
  ///     zero.
  public init(
    base: BaseDensity, encoder: ConditionalGaussian, blocks: [HamiltonianBlock],
    finalMomentum: ConditionalGaussian, time: Double, outputScale: Double,
    using generator: inout some RandomNumberGenerator
  ) {
    precondition(!blocks.isEmpty, "a flow without Hamiltonians")
    precondition(
      encoder.dimension == finalMomentum.dimension, "momenta of different dimensions")
    precondition(time > 0, "a time of \(time)")
    for energy in blocks.flatMap({ [$0.potential, $0.kinetic] }) {
      precondition(
        energy.dimension == encoder.dimension,
        "\(energy) has \(energy.dimension) coordinates, the flow \(encoder.dimension)")
    }
    self.base = base
    self.encoder = encoder
    self.blocks = blocks
    self.finalMomentum = finalMomentum
    var parameters = [Double](repeating: 0, count: base.parameterCount(encoder.dimension))
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
