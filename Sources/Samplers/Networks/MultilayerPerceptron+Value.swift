/// What a network stores of a batch between its output and its adjoint.
struct ValueTape<Scalar: NetworkScalar> {
  /// What goes into the layers: a copy of the network's input, then the hidden layers' values.
  let inputs: [Batch<Scalar>]
  /// The slopes of the hidden layers' activations.
  let slopes: [Batch<Scalar>]
  /// The derivatives of a loss by what goes into the activations.
  let errors: [Batch<Scalar>]

  init(_ network: MultilayerPerceptron, count: Int, in arena: Arena<Scalar>) {
    let widths = network.widths.dropLast()
    inputs = widths.map { arena.batch(rows: $0, count: count) }
    slopes = widths.dropFirst().map { arena.batch(rows: $0, count: count) }
    errors = widths.dropFirst().map { arena.batch(rows: $0, count: count) }
  }
}

extension MultilayerPerceptron {
  /// Adds the network's output for a batch of inputs to y.
  func addValue<Scalar: NetworkScalar>(
    at x: Batch<Scalar>, to y: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>,
    _ tape: ValueTape<Scalar>
  ) {
    Scalar.scale(1, x, to: tape.inputs[0])
    for layer in 0..<layerCount - 1 {
      // The errors' place is free until the adjoint is taken. Not the slopes': a loop whose input is
      // its output is not vectorised.
      let sums = tape.errors[layer]
      Scalar.apply(
        weights(layer, parameters), of: shape(layer), to: tape.inputs[layer], into: sums)
      Scalar.activate(
        activation, sums, bias: biases(layer, parameters), value: tape.inputs[layer + 1],
        slope: tape.slopes[layer])
    }
    let last = layerCount - 1
    Scalar.addRows(biases(last, parameters), to: y)
    Scalar.apply(
      weights(last, parameters), of: shape(last), to: tape.inputs[last], adding: true, into: y)
  }

  /// Adds the derivatives of a loss by the inputs and the parameters, from those by the output.
  ///
  /// - Parameters:
  ///   - cotangent: ∂loss/∂y, outputs × batch.
  ///   - inputCotangent: ∂loss/∂x is added to it.
  ///   - gradient: ∂loss/∂parameters, summed over the batch, is added to it; nil where it is not
  ///     needed.
  func addAdjoint<Scalar: NetworkScalar>(
    of cotangent: Batch<Scalar>, to inputCotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>,
    _ tape: ValueTape<Scalar>
  ) {
    var error = cotangent
    for layer in (0..<layerCount).reversed() {
      if let gradient {
        Scalar.addOuterProducts(of: error, and: tape.inputs[layer], to: gradient + offsets[layer])
        Scalar.addRowSums(of: error, to: gradient + biasOffset(layer))
      }
      if layer == 0 {
        Scalar.apply(
          weights(0, parameters), of: shape(0), transposed: true, to: error, adding: true,
          into: inputCotangent)
      } else {
        let below = tape.errors[layer - 1]
        Scalar.apply(
          weights(layer, parameters), of: shape(layer), transposed: true, to: error, into: below)
        Scalar.multiply(below, tape.slopes[layer - 1], to: below)
        error = below
      }
    }
  }
}
