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
    guard (0...Self.largestDimension).contains(givenCount) else {
      throw .impossible(part: "number of given columns", "0 to \(Self.largestDimension)")
    }
    try base.check()
    if case .conditional(let density) = base {
      guard givenCount > 0 else {
        throw .impossible(part: "base density", "columns that it is given")
      }
      try check(density, inputs: givenCount...givenCount, "base")
    }
    let inputs = dimension + givenCount
    // One that does not learn looks at nothing.
    try check(encoder, inputs: (encoder.isLearned ? inputs : dimension)...inputs, "encoder")
    try check(
      finalMomentum, inputs: (finalMomentum.isLearned ? inputs : dimension)...inputs,
      "final momentum")
    guard !blocks.isEmpty else { throw .impossible(part: "list of Hamiltonians", "at least one") }
    for (index, block) in blocks.enumerated() {
      guard (1...Self.largestStepCount).contains(block.stepCount) else {
        throw .impossible(
          part: "number of leapfrog steps", "1 to \(Self.largestStepCount)")
      }
      try block.potential.form.check(
        dimension: inputs, part: "potential of Hamiltonian \(index + 1)")
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

  private func check(
    _ encoder: ConditionalGaussian, inputs: ClosedRange<Int>, _ part: String
  ) throws(SavedFlowError) {
    guard encoder.dimension == dimension, inputs.contains(encoder.inputCount) else {
      throw .wrongShape(
        part: part, found: [encoder.inputCount, encoder.dimension], dimension: dimension)
    }
    try encoder.frame?.check(dimension: dimension, part: part)
    guard encoder.frame == nil || encoder.inputCount == dimension else {
      throw .impossible(part: "frame of the \(part)", "nothing that is given")
    }
    // Beyond, scales of single precision overflow.
    guard encoder.logScaleBound > 0, encoder.logScaleBound <= 40 else {
      throw .impossible(part: "bound of the \(part)", "a number from 0 to 40")
    }
    try encoder.mean?.check(
      inputs: encoder.inputCount, outputs: dimension, part: "mean of the \(part)")
    try encoder.spread?.check(
      inputs: encoder.inputCount, outputs: encoder.scaleCount, part: "spread of the \(part)")
  }
}

extension BaseDensity {
  fileprivate func check() throws(SavedFlowError) {
    switch self {
    case .normal(let scale), .softUniform(let scale):
      guard scale.isFinite, scale > 0 else {
        throw .impossible(part: "base density", "a positive width")
      }
    case .learnedNormal, .learnedIsotropic, .conditional: break
    }
  }
}
