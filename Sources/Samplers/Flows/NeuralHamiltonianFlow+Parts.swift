import RealModule

extension NeuralHamiltonianFlow {
  /// T of a Hamiltonian.
  public func time(ofBlock index: Int) -> Double { .exp(parameters[layout.blocks[index]]) }

  /// The range of the parameters of V.
  public func potentialParameters(ofBlock index: Int) -> Range<Int> {
    let start = layout.blocks[index] + 1
    return start..<start + blocks[index].potential.parameterCount
  }

  /// The range of the parameters of K.
  public func kineticParameters(ofBlock index: Int) -> Range<Int> {
    let start = potentialParameters(ofBlock: index).upperBound
    return start..<start + blocks[index].kinetic.parameterCount
  }

  /// M where K is ½ pᵀ M p for small p, or has such a part: the learned inverse mass matrix, row by
  /// row; nil where K has none.
  public func inverseMass(ofBlock index: Int) -> [Double]? {
    blocks[index].kinetic.form.inverseMass(parameters[kineticParameters(ofBlock: index)])
  }

  /// The standard deviation of p₀ in each coordinate, where that is not learned; nil where it is.
  public var initialMomentumScales: [Double]? {
    guard !encoder.isLearned else { return nil }
    let bound = encoder.logScaleBound
    return parameters[initialMomentumScaleRange].map { .exp(bound * .tanh($0 / bound)) }
  }

  /// The range of the constant scales of p₀ among the parameters; independent momenta have no others.
  var initialMomentumScaleRange: Range<Int> {
    let start = base.parameterCount(dimension) + encoder.scaleOffset
    return start..<start + encoder.scaleCount
  }

  /// Sets the constant scales of the momenta at both ends.
  mutating func setMomentumScales(_ scale: Double) {
    let layout = layout
    for (momentum, offset) in [(encoder, layout.encoder), (finalMomentum, layout.finalMomentum)] {
      let raw = momentum.unboundedLogScale(scale)
      for i in 0..<dimension {
        parameters[offset + momentum.scaleOffset + momentum.index(i, i)] = raw
      }
    }
  }
}
