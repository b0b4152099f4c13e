import Inference
import LinearAlgebra
import RealModule

/// A fully connected network: xₗ = s(Wₗ xₗ₋₁ + bₗ) for the hidden layers and W x + b at the end.
///
/// This is the shape alone; the parameters are in a flat buffer, layer by layer, each with its weights
/// row by row (outputs × inputs) and then its biases.
public struct MultilayerPerceptron: Sendable, Codable, Equatable {
  /// The number of inputs, of units in each hidden layer, and of outputs.
  public let widths: [Int]
  /// The activation function of the hidden layers.
  public let activation: Activation
  /// Where each layer's parameters begin.
  let offsets: [Int]

  /// The shape of a network.
  ///
  /// - Parameters:
  ///   - widths: at least two numbers, all positive.
  ///   - activation: the activation function of the hidden layers.
  public init(widths: [Int], activation: Activation = .softplus) {
    precondition(widths.count >= 2 && widths.allSatisfy { $0 > 0 }, "a network of \(widths)")
    self.widths = widths
    self.activation = activation
    var offsets = [0]
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      offsets.append(offsets[offsets.count - 1] + (inputs + 1) * outputs)
    }
    self.offsets = offsets
  }

  private enum CodingKeys: String, CodingKey {
    case widths, activation
  }

  /// Reads a shape, and rejects an impossible one.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let widths = try container.decode([Int].self, forKey: .widths)
    guard widths.count >= 2, widths.allSatisfy({ (1...1_000_000).contains($0) }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .widths, in: container,
        debugDescription: "\(widths) cannot be the widths of a network")
    }
    self.init(
      widths: widths, activation: try container.decode(Activation.self, forKey: .activation))
  }

  /// The number of weights and biases.
  public var parameterCount: Int { offsets[offsets.count - 1] }

  /// The number of layers, the last one included.
  var layerCount: Int { widths.count - 1 }

  /// Draws parameters: normal weights of variance 1 / inputs (LeCun et al. 1998), zero biases.
  ///
  /// - Parameters:
  ///   - outputScale: a factor on the last layer's weights; with 0 the network starts as
  ///     zero, while gradients still reach its last layer.
  ///   - generator: the source of random numbers.
  public func initialParameters(
    outputScale: Double = 1, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    var parameters: [Double] = []
    for layer in 0..<layerCount {
      let (inputs, outputs) = (widths[layer], widths[layer + 1])
      let scale = (layer == layerCount - 1 ? outputScale : 1) / Double.sqrt(Double(inputs))
      for _ in 0..<inputs * outputs { parameters.append(scale * generator.nextStandardNormal()) }
      parameters += repeatElement(0, count: outputs)
    }
    return parameters
  }

  /// The weights of a layer.
  func weights<Scalar>(_ layer: Int, _ parameters: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
    parameters + offsets[layer]
  }

  /// The size of a layer's matrix.
  func shape(_ layer: Int) -> (outputs: Int, inputs: Int) { (widths[layer + 1], widths[layer]) }

  /// Where a layer's biases begin.
  func biasOffset(_ layer: Int) -> Int { offsets[layer] + widths[layer] * widths[layer + 1] }

  /// The biases of a layer.
  func biases<Scalar>(_ layer: Int, _ parameters: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
    parameters + biasOffset(layer)
  }
}

extension NetworkScalar {
  /// y ← W x or Wᵀ x for a batch, added to y where `adding` is true.
  static func apply(
    _ weights: UnsafePointer<Self>, of shape: (outputs: Int, inputs: Int), transposed: Bool = false,
    to x: Batch<Self>, adding: Bool = false, into y: Batch<Self>
  ) {
    if isSmall(shape.outputs, shape.inputs) {
      multiplySmall(
        weights, rowStride: transposed ? 1 : shape.inputs,
        columnStride: transposed ? shape.inputs : 1, x, adding: adding, to: y)
    } else {
      multiply(
        MatrixOperand(weights, stride: shape.inputs, transposed: transposed),
        MatrixOperand(UnsafePointer(x.start), stride: x.stride),
        rows: transposed ? shape.inputs : shape.outputs, columns: x.count,
        inner: transposed ? shape.outputs : shape.inputs, adding: adding ? 1 : 0, to: y.start,
        resultStride: y.stride)
    }
  }

  /// W ← W + Σ y xᵀ over a batch.
  static func addOuterProducts(
    of y: Batch<Self>, and x: Batch<Self>, to weights: UnsafeMutablePointer<Self>
  ) {
    if isSmall(y.rows, x.rows) {
      addSmallOuterProducts(of: y, and: x, to: weights)
    } else {
      multiply(
        MatrixOperand(UnsafePointer(y.start), stride: y.stride),
        MatrixOperand(UnsafePointer(x.start), stride: x.stride, transposed: true), rows: y.rows,
        columns: x.rows, inner: y.count, adding: 1, to: weights, resultStride: x.rows)
    }
  }

  /// Whether a product with a matrix is faster without BLAS: found by trial for batches of 128.
  @inline(__always)
  private static func isSmall(_ rows: Int, _ columns: Int) -> Bool { min(rows, columns) <= 4 }
}
