import RealModule

extension NeuralHamiltonianFlow {
  /// T of a Hamiltonian.
  public func time(ofBlock index: Int) -> Double { .exp(parameters[layout.blocks[index]]) }

  /// M of K = ½ pᵀ M p (or of a relativistic K, or of the quadratic part of a sum), the learned
  /// inverse mass matrix, row by row; nil where K has none.
  public func inverseMass(ofBlock index: Int) -> [Double]? {
    let block = blocks[index]
    return matrix(
      of: block.kinetic, from: layout.blocks[index] + 1 + block.potential.parameterCount)
  }

  /// The standard deviation of p₀ in each coordinate, where that is not learned; nil where it is.
  public var initialMomentumScales: [Double]? {
    guard !encoder.isLearned else { return nil }
    let bound = ConditionalGaussian.logScaleBound
    return parameters[initialMomentumScaleRange].map { .exp(bound * .tanh($0 / bound)) }
  }

  /// Where the constant scales of p₀ stand among the parameters; independent momenta have no others.
  var initialMomentumScaleRange: Range<Int> {
    let start = base.parameterCount(dimension) + encoder.scaleOffset
    return start..<start + encoder.scaleCount
  }

  /// Sets the constant scales of the momenta at both ends.
  mutating func setMomentumScales(_ scale: Double) {
    let raw = ConditionalGaussian.unboundedLogScale(scale)
    let layout = layout
    for (momentum, offset) in [(encoder, layout.encoder), (finalMomentum, layout.finalMomentum)] {
      for i in 0..<dimension {
        parameters[offset + momentum.scaleOffset + momentum.index(i, i)] = raw
      }
    }
  }

  private func matrix(of energy: Energy, from offset: Int) -> [Double]? {
    parameters.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return nil }
      switch energy {
      case .quadratic(let energy): return energy.matrix(start + offset)
      case .relativistic(let energy):
        return QuadraticEnergy(dimension: energy.dimension).matrix(start + offset)
      case .network: return nil
      case .sum(let terms):
        var offset = offset
        for term in terms {
          if let matrix = matrix(of: term, from: offset) { return matrix }
          offset += term.parameterCount
        }
        return nil
      }
    }
  }
}
