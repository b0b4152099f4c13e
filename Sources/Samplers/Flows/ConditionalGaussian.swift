public import Inference
import RealModule

/// A normal density of p whose mean and scale depend on q: f(p | q) = N(μ(q), S(q) S(q)ᵀ).
///
/// q may be anything: positions, what is given with them, or that alone. μ(q) = b + A q + network(q); S is lower triangular, its elements constants plus a network's
/// output, and the logarithms of its diagonal pass through B tanh(· / B), so that no scale leaves
/// (e⁻ᴮ, eᴮ). A flow starts from momenta drawn from one (the paper's encoder) and may end in another.
/// Every part but the constants is optional. With a canonical frame it is the density of R_q p given R_q q, which is
/// equivariant under the frame's group by construction.
public struct ConditionalGaussian: Sendable, Codable, Equatable {
  /// The shape of S.
  public enum Scale: String, NamedChoice {
    /// Independent momenta, as in Souveton et al. 2023.
    case diagonal
    /// Any covariance.
    case full
  }

  /// The dimension of p.
  public let dimension: Int
  /// The dimension of q, if it is not that of p.
  private let inputs: Int?
  /// The dimension of q.
  public var inputCount: Int { inputs ?? dimension }
  /// The shape of S.
  public let scale: Scale
  /// Whether the mean has the term A q.
  public let isLinear: Bool
  /// The network of the mean.
  public let mean: MultilayerPerceptron?
  /// The network of the scale.
  public let spread: MultilayerPerceptron?
  /// Whether training may change the density.
  public let isLearned: Bool
  /// The frame that q and p are turned into; nil for none.
  public let frame: CanonicalFrame?

  /// B, if it is not the usual one.
  private let bound: Double?
  /// B, the bound of the logarithms of scales.
  public var logScaleBound: Double { bound ?? Self.usualLogScaleBound }
  /// B if nothing is said.
  static var usualLogScaleBound: Double { 8 }
  /// Whether files of the format's first versions can hold it.
  var isPlain: Bool { frame == nil && bound == nil }

  /// B artanh(log s / B), the constant that stands for a scale s.
  func unboundedLogScale(_ scale: Double) -> Double {
    logScaleBound * .atanh(.log(scale) / logScaleBound)
  }

  /// An encoder with networks of some hidden layers, or without; q has the dimension of p, if no other is given, and where
  /// there is a frame; B is positive.
  public init(
    dimension: Int, inputs: Int? = nil, scale: Scale, isLinear: Bool, hidden: [Int],
    activation: Activation = .softplus, frame: CanonicalFrame? = nil,
    logScaleBound: Double = 8
  ) {
    precondition(logScaleBound > 0, "logarithms of scales below \(logScaleBound)")
    bound = logScaleBound == Self.usualLogScaleBound ? nil : logScaleBound
    precondition(frame == nil || (inputs ?? dimension) == dimension, "a frame is one of positions")
    self.frame = frame
    self.dimension = dimension
    self.inputs = inputs == dimension ? nil : inputs
    self.scale = scale
    self.isLinear = isLinear
    isLearned = true
    let count = scale == .diagonal ? dimension : dimension * (dimension + 1) / 2
    if hidden.isEmpty {
      (mean, spread) = (nil, nil)
    } else {
      mean = MultilayerPerceptron(
        widths: [inputs ?? dimension] + hidden + [dimension], activation: activation)
      spread = MultilayerPerceptron(
        widths: [inputs ?? dimension] + hidden + [count], activation: activation)
    }
  }

  /// N(0, 1) in every coordinate, whatever q is; it does not learn.
  public static func standardNormal(dimension: Int) -> ConditionalGaussian {
    ConditionalGaussian(standardNormal: dimension)
  }

  private init(standardNormal dimension: Int) {
    self.dimension = dimension
    inputs = nil
    (scale, isLinear, mean, spread, isLearned) = (.diagonal, false, nil, nil, false)
    (frame, bound) = (nil, nil)
  }

  /// The number of elements of S that are not zero.
  var scaleCount: Int { scale == .diagonal ? dimension : dimension * (dimension + 1) / 2 }

  /// Where an element of S stands among them.
  func index(_ row: Int, _ column: Int) -> Int {
    scale == .diagonal ? row : row * (row + 1) / 2 + column
  }

  /// The columns of S that a row has elements in, besides the diagonal.
  func columns(_ row: Int) -> Range<Int> { scale == .diagonal ? row..<row : 0..<row }

  // The flat buffer holds b, A, the constants of S, and the two networks.

  var linearOffset: Int { dimension }
  var scaleOffset: Int { dimension + (isLinear ? dimension * inputCount : 0) }
  var meanOffset: Int { scaleOffset + scaleCount }
  var spreadOffset: Int { meanOffset + (mean?.parameterCount ?? 0) }

  /// The number of parameters.
  public var parameterCount: Int { spreadOffset + (spread?.parameterCount ?? 0) }

  /// Draws initial parameters: zero mean, scales of 1, and networks whose output is scaled.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    var parameters = [Double](repeating: 0, count: meanOffset)
    for network in [mean, spread] {
      parameters +=
        network?.initialParameters(outputScale: outputScale, using: &generator) ?? []
    }
    return parameters
  }
}
