extension NeuralHamiltonianFlow {
  /// The largest dimension and width that a flow from a file may have; beyond, counts overflow.
  private static var largestDimension: Int { 4096 }
  private static var largestStepCount: Int { 100_000 }

  /// Checks that the parts of a flow, perhaps from a file, fit each other.
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
      try block.potential.form.check(
        dimension: dimension, part: "potential of Hamiltonian \(index + 1)")
      try block.kinetic.form.check(
        dimension: dimension, part: "kinetic energy of Hamiltonian \(index + 1)")
    }
    guard parameters.count == layout.count else {
      throw .wrongParameterCount(found: parameters.count, expected: layout.count)
    }
    if let index = parameters.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(parameter: index)
    }
  }

  private func check(_ encoder: ConditionalGaussian, _ part: String) throws(SavedFlowError) {
    guard encoder.dimension == dimension else {
      throw .wrongShape(part: part, found: [encoder.dimension], dimension: dimension)
    }
    try encoder.mean?.check(inputs: dimension, outputs: dimension, part: "mean of the \(part)")
    try encoder.spread?.check(
      inputs: dimension, outputs: encoder.scaleCount, part: "spread of the \(part)")
  }
}

extension BaseDensity {
  fileprivate func check() throws(SavedFlowError) {
    switch self {
    case .normal(let scale), .softUniform(let scale):
      guard scale.isFinite, scale > 0 else {
        throw .impossible(part: "base density", "a positive width")
      }
    case .learnedNormal, .learnedIsotropic: break
    }
  }
}
