/// What a network with one output stores of the gradients of several batches, one slot each, until
/// their adjoints have been taken.
///
/// With δ the derivatives of the output by what goes into the activations, a dot for derivatives
/// along a direction c, and e the derivatives of c·∇V by what goes into the activations, the
/// derivative of c·∇V by a layer's weights is δ ḣᵀ + e hᵀ.
struct GradientTape<Scalar: NetworkScalar> {
  /// The stored values of one gradient.
  struct Slot {
    /// The inputs and the values h of the hidden layers; of the last only if the activation's
    /// curvature needs them.
    let values: [Batch<Scalar>]
    /// s′ of each hidden layer, and δ.
    let slopes, deltas: [Batch<Scalar>]
  }

  let slots: [Slot]
  /// ċ and ḣ of each hidden layer, and e.
  let tangents, errors: [Batch<Scalar>]
  /// What goes into a layer, from either side.
  let sums: [Batch<Scalar>]

  init(_ network: MultilayerPerceptron, count: Int, slots: Int, in arena: Arena<Scalar>) {
    let widths = network.widths.dropLast()
    func batches(_ widths: ArraySlice<Int>) -> [Batch<Scalar>] {
      widths.map { arena.batch(rows: $0, count: count) }
    }
    let hidden = widths.dropFirst()
    self.slots = (0..<slots).map { _ in
      Slot(values: batches(widths), slopes: batches(hidden), deltas: batches(hidden))
    }
    tangents = batches(widths)
    errors = batches(hidden)
    sums = batches(hidden)
  }
}

/// The gradient of a network V(x) with one output, without its bias, and the adjoint of that
/// gradient: reverse-mode differentiation of the derivative along a direction.
extension MultilayerPerceptron {
  /// Adds ∇V(x) for a batch to g, and stores in a slot what the adjoint will need.
  ///
  /// Cost: two products of hidden by hidden by batch for each inner layer.
  func addGradient<Scalar: NetworkScalar>(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>,
    _ tape: GradientTape<Scalar>, slot: Int
  ) {
    let slot = tape.slots[slot]
    let last = layerCount - 2
    Scalar.scale(1, x, to: slot.values[0])
    for layer in 0...last {
      let sums = tape.sums[layer]
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: slot.values[layer], into: sums)
      if layer < last {
        Scalar.activate(
          activation, sums, bias: biases(layer, parameters), value: slot.values[layer + 1],
          slope: slot.slopes[layer])
      } else {
        Scalar.activate(
          activation, sums, bias: biases(layer, parameters),
          value: activation.curvatureNeedsValue ? slot.values[layer + 1] : nil,
          slope: slot.slopes[layer], weights: weights(layer + 1, parameters),
          weighted: slot.deltas[layer])
      }
    }
    for layer in (0..<last).reversed() {
      Scalar.apply(
        weights(layer + 1, parameters), of: shape(layer + 1), transposed: true,
        to: slot.deltas[layer + 1], into: tape.sums[layer])
      Scalar.multiply(tape.sums[layer], slot.slopes[layer], to: slot.deltas[layer])
    }
    Scalar.apply(
      weights(0, parameters), of: shape(0), transposed: true, to: slot.deltas[0], adding: true,
      into: g)
  }

  /// Adds the adjoint of ∇V at a slot's inputs, which is the product of the Hessian with a
  /// direction: x̄ ← x̄ + ∇∇V(x) c with c = a d, and the derivatives of Σ c·∇V(x) by the parameters to
  /// a gradient, if there is one.
  ///
  /// Cost: as `addGradient`, and as much again for the parameters.
  func addHessianProduct<Scalar: NetworkScalar>(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>,
    _ tape: GradientTape<Scalar>, slot: Int
  ) {
    let slot = tape.slots[slot]
    let last = layerCount - 2
    Scalar.scale(factor, direction, to: tape.tangents[0])
    for layer in 0...last {
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: tape.tangents[layer],
        into: tape.sums[layer])
      Scalar.differentiate(
        activation, along: tape.sums[layer], value: slot.values[layer + 1],
        slope: slot.slopes[layer], delta: slot.deltas[layer], to: tape.tangents[layer + 1],
        tape.errors[layer])
    }
    for layer in (0..<last).reversed() {
      Scalar.apply(
        weights(layer + 1, parameters), of: shape(layer + 1), transposed: true,
        to: tape.errors[layer + 1], into: tape.sums[layer])
      Scalar.add(1, tape.sums[layer], times: slot.slopes[layer], to: tape.errors[layer])
    }
    Scalar.apply(
      weights(0, parameters), of: shape(0), transposed: true, to: tape.errors[0], adding: true,
      into: cotangent)
    guard let gradient else { return }
    for layer in 0...last {
      let weights = gradient + offsets[layer]
      Scalar.addOuterProducts(of: slot.deltas[layer], and: tape.tangents[layer], to: weights)
      Scalar.addOuterProducts(of: tape.errors[layer], and: slot.values[layer], to: weights)
      Scalar.addRowSums(of: tape.errors[layer], to: gradient + biasOffset(layer))
    }
    Scalar.addRowSums(of: tape.tangents[last + 1], to: gradient + offsets[last + 1])
  }

  /// Adds V(x), without its bias, for a batch to a row of values.
  func addOutput<Scalar: NetworkScalar>(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>,
    _ tape: GradientTape<Scalar>
  ) {
    let slot = tape.slots[0]
    let last = layerCount - 1
    Scalar.scale(1, x, to: slot.values[0])
    for layer in 0..<last {
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: slot.values[layer],
        into: tape.sums[layer])
      Scalar.activate(
        activation, tape.sums[layer], bias: biases(layer, parameters),
        value: slot.values[layer + 1], slope: slot.slopes[layer])
    }
    Scalar.apply(
      weights(last, parameters), of: shape(last), to: slot.values[last], adding: true, into: values)
  }
}
