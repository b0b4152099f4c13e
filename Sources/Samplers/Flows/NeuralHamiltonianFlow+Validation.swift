extension NeuralHamiltonianFlow {
  /// The largest dimension and width that a flow from a file may have; beyond, counts overflow.
  private static var largestDimension: Int { 4096 }
  private static var largestStepCount: Int { 100_000 }

  /// Makes sure that the parts fit each other, as those of a flow from a file may not.
  ///
  /// - Throws: `SavedFlowError` with the first thing that is wrong.
  func check() throws(SavedFlowError) {
    let dimension = encoder.dimension
    guard (1...Self.largestDimension).contains(dimension) else {
      throw .impossible(part: "dimension", "1 to \(Self.largestDimension)")
    }
    try base.check()
    try check(encoder, "encoder")
    try check(finalMomentum, "final momentum")
    guard !blocks.isEmpty else { throw .impossible(part: "list of Hamiltonians", "at least one") }
    for (index, block) in blocks.enumerated() {
      guard (1...Self.largestStepCount).contains(block.stepCount) else {
        throw .impossible(
          part: "number of leapfrog steps", "1 to \(Self.largestStepCount)")
      }
      try check(block.potential, "potential of Hamiltonian \(index + 1)")
      try check(block.kinetic, "kinetic energy of Hamiltonian \(index + 1)")
    }
    guard parameters.count == layout.count else {
      throw .wrongParameterCount(found: parameters.count, expected: layout.count)
    }
    if let index = parameters.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(parameter: index)
    }
  }

  private func check(_ energy: Energy, _ part: String) throws(SavedFlowError) {
    switch energy {
    case .quadratic(let energy): try require(energy.dimension, part)
    case .relativistic(let energy): try require(energy.dimension, part)
    case .network(let network): try check(network, outputs: 1, part)
    case .sum(let terms):
      guard !terms.isEmpty else { throw .impossible(part: part, "at least one term") }
      for term in terms { try check(term, part) }
    }
  }

  private func require(_ found: Int, _ part: String) throws(SavedFlowError) {
    guard found == dimension else {
      throw .wrongShape(part: part, found: [found], dimension: dimension)
    }
  }

  private func check(
    _ network: MultilayerPerceptron, outputs: Int, _ part: String
  ) throws(SavedFlowError) {
    guard network.widths.first == dimension, network.widths.last == outputs else {
      throw .wrongShape(part: part, found: network.widths, dimension: dimension)
    }
    guard network.widths.count <= 100, network.widths.allSatisfy({ $0 <= 1_000_000 }) else {
      throw .impossible(part: part, "at most 99 layers of up to 1000000 units")
    }
  }

  private func check(_ encoder: ConditionalGaussian, _ part: String) throws(SavedFlowError) {
    try require(encoder.dimension, part)
    if let mean = encoder.mean { try check(mean, outputs: dimension, "mean of the \(part)") }
    if let spread = encoder.spread {
      try check(spread, outputs: encoder.scaleCount, "spread of the \(part)")
    }
  }
}

extension BaseDensity {
  fileprivate func check() throws(SavedFlowError) {
    switch self {
    case .normal(let scale), .softUniform(let scale):
      guard scale.isFinite, scale > 0 else {
        throw .impossible(part: "base density", "a positive width")
      }
    case .learnedNormal: break
    }
  }
}
