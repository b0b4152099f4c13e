/// What a network with one output remembers of the gradients of several batches, a slot each, until
/// their adjoints have been taken.
///
/// With δ the derivatives of the output by what goes into the activations, a dot for derivatives
/// along a direction c, and e the derivatives of c·∇V by what goes into the activations, the
/// derivative of c·∇V by a layer's weights is δ ḣᵀ + e hᵀ. So δ and e stand side by side, and ḣ and h
/// beside them, over all slots: one product of matrices serves all forces of a trajectory.
struct GradientTape<Scalar: NetworkScalar> {
  /// The number of vectors in a batch, and of batches that are remembered.
  let count, slots: Int
  /// [ḣ | h] for the inputs and each hidden layer: width × 2·slots·count.
  let right: [Batch<Scalar>]
  /// [δ | e] for each hidden layer.
  let left: [Batch<Scalar>]
  /// s′ and s″ of each hidden layer, and Wᵀδ from the layer above: width × slots·count.
  let first, second, above: [Batch<Scalar>]
  /// Scratch memory for one batch.
  let scratch, otherScratch: [Batch<Scalar>]

  init(_ network: MultilayerPerceptron, count: Int, slots: Int, in arena: Arena<Scalar>) {
    (self.count, self.slots) = (count, slots)
    let widths = network.widths.dropLast()
    let hidden = widths.dropFirst()
    let all = count * slots
    right = widths.map { arena.batch(rows: $0, count: 2 * all) }
    left = hidden.map { arena.batch(rows: $0, count: 2 * all) }
    first = hidden.map { arena.batch(rows: $0, count: all) }
    second = hidden.map { arena.batch(rows: $0, count: all) }
    above = hidden.map { arena.batch(rows: $0, count: all) }
    scratch = hidden.map { arena.batch(rows: $0, count: count) }
    otherScratch = hidden.map { arena.batch(rows: $0, count: count) }
  }

  /// The columns of a slot; in `left` and `right` those of δ and ḣ.
  func columns(_ slot: Int) -> Range<Int> { slot * count..<(slot + 1) * count }
  /// The columns of a slot in `left` and `right` that belong to e and h.
  func otherColumns(_ slot: Int) -> Range<Int> {
    (slots + slot) * count..<(slots + slot + 1) * count
  }
}

/// The gradient of a network V(x) with one output, without its bias, and the adjoint of that
/// gradient: reverse-mode differentiation of the derivative along a direction.
extension MultilayerPerceptron {
  /// Adds ∇V(x) for a batch to g, and remembers in a slot what the adjoint will need.
  ///
  /// Cost: two products of hidden by hidden by batch for each inner layer.
  func addGradient<Scalar: NetworkScalar>(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>,
    _ tape: GradientTape<Scalar>, slot: Int, keepingCurvature: Bool
  ) {
    let columns = tape.columns(slot)
    let others = tape.otherColumns(slot)
    let hidden = layerCount - 1
    Scalar.scale(1, x, to: tape.right[0].columns(others))
    for layer in 0..<hidden {
      let sums = tape.scratch[layer]
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: tape.right[layer].columns(others),
        into: sums)
      Scalar.activate(
        activation, sums, bias: biases(layer, parameters),
        value: layer == hidden - 1 ? nil : tape.right[layer + 1].columns(others),
        first: tape.first[layer].columns(columns),
        second: keepingCurvature ? tape.second[layer].columns(columns) : nil)
    }
    for layer in (0..<hidden).reversed() {
      let delta = tape.left[layer].columns(columns)
      let slope = tape.first[layer].columns(columns)
      if layer == hidden - 1 {
        Scalar.multiply(rowsOf: slope, by: weights(hidden, parameters), to: delta)
      } else {
        let above = tape.above[layer].columns(columns)
        Scalar.apply(
          weights(layer + 1, parameters), of: shape(layer + 1), transposed: true,
          to: tape.left[layer + 1].columns(columns), into: above)
        Scalar.multiply(above, slope, to: delta)
      }
    }
    Scalar.apply(
      weights(0, parameters), of: shape(0), transposed: true, to: tape.left[0].columns(columns),
      adding: 1, into: g)
  }

  /// Adds the adjoint of ∇V at a slot's inputs, which is the product of the Hessian with a
  /// direction: x̄ ← x̄ + ∇∇V(x) c with c = a d.
  ///
  /// Cost: as `addGradient`.
  func addHessianProduct<Scalar: NetworkScalar>(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ parameters: UnsafePointer<Scalar>, _ tape: GradientTape<Scalar>, slot: Int
  ) {
    let columns = tape.columns(slot)
    let others = tape.otherColumns(slot)
    let hidden = layerCount - 1
    Scalar.scale(factor, direction, to: tape.right[0].columns(columns))
    for layer in 0..<hidden {
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: tape.right[layer].columns(columns),
        into: tape.scratch[layer])
      Scalar.multiply(
        tape.scratch[layer], tape.first[layer].columns(columns),
        to: tape.right[layer + 1].columns(columns))
    }
    for layer in (0..<hidden).reversed() {
      let error = tape.left[layer].columns(others)
      let curvature = tape.second[layer].columns(columns)
      if layer == hidden - 1 {
        Scalar.multiply(curvature, tape.scratch[layer], to: error)
        Scalar.multiply(rowsOf: error, by: weights(hidden, parameters), to: error)
      } else {
        Scalar.apply(
          weights(layer + 1, parameters), of: shape(layer + 1), transposed: true,
          to: tape.left[layer + 1].columns(others), into: tape.otherScratch[layer])
        Scalar.combine(
          tape.above[layer].columns(columns), curvature, tape.scratch[layer],
          tape.otherScratch[layer], tape.first[layer].columns(columns), to: error)
      }
    }
    Scalar.apply(
      weights(0, parameters), of: shape(0), transposed: true, to: tape.left[0].columns(others),
      adding: 1, into: cotangent)
  }

  /// Adds the derivatives of Σ c·∇V(x) by the parameters to a gradient, over all slots at once.
  func addParameterGradient<Scalar: NetworkScalar>(
    to gradient: UnsafeMutablePointer<Scalar>, _ tape: GradientTape<Scalar>
  ) {
    let all = 0..<tape.count * tape.slots
    let others = all.upperBound..<2 * all.upperBound
    let hidden = layerCount - 1
    for layer in 0..<hidden {
      Scalar.addOuterProducts(
        of: tape.left[layer], and: tape.right[layer], to: gradient + offsets[layer])
      Scalar.addRowSums(of: tape.left[layer].columns(others), to: gradient + biasOffset(layer))
    }
    Scalar.addRowSums(of: tape.right[hidden].columns(all), to: gradient + offsets[hidden])
  }

  /// Adds V(x), without its bias, for a batch to a row of values.
  func addOutput<Scalar: NetworkScalar>(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>,
    _ tape: GradientTape<Scalar>
  ) {
    let hidden = layerCount - 1
    let columns = tape.otherColumns(0)
    Scalar.scale(1, x, to: tape.right[0].columns(columns))
    for layer in 0..<hidden {
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: tape.right[layer].columns(columns),
        into: tape.scratch[layer])
      Scalar.activate(
        activation, tape.scratch[layer], bias: biases(layer, parameters),
        value: tape.right[layer + 1].columns(columns), first: tape.otherScratch[layer], second: nil)
    }
    Scalar.apply(
      weights(hidden, parameters), of: shape(hidden), to: tape.right[hidden].columns(columns),
      adding: 1, into: values)
  }
}
