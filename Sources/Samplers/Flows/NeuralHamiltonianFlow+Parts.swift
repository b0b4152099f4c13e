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
