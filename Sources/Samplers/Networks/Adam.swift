import RealModule

/// The optimiser Adam (Kingma & Ba 2015, algorithm 1), with its two moments corrected for their
/// start at zero, and the gradient clipped to a norm.
struct Adam<Scalar: NetworkScalar & Codable>: Codable, Sendable {
  /// The usual decay rates of the moments.
  static var firstDecay: Double { 0.9 }
  static var secondDecay: Double { 0.999 }

  private var first, second: [Scalar]
  private(set) var stepCount = 0

  /// Whether the moments, perhaps from a file, fit a number of parameters and one of several
  /// numbers of steps.
  func isPossible(parameterCount: Int, stepCount: ClosedRange<Int>) -> Bool {
    first.count == parameterCount && second.count == parameterCount
      && stepCount.contains(self.stepCount) && first.allSatisfy(\.isFinite)
      && second.allSatisfy { $0.isFinite && $0 >= 0 }
  }

  init(parameterCount: Int) {
    first = [Scalar](repeating: 0, count: parameterCount)
    second = first
  }

  /// Makes a step against a gradient.
  ///
  /// - Parameters:
  ///   - rate: the length of a step in a parameter whose gradient keeps its sign.
  ///   - clip: a gradient longer than this is shortened to it.
  ///   - secondDecay: the decay rate of the second moment, the same in all steps.
  mutating func step(
    _ parameters: inout [Scalar], down gradient: [Scalar], rate: Double, clip: Double,
    secondDecay: Double = Self.secondDecay
  ) {
    stepCount += 1
    var square = 0.0
    for value in gradient { square += Double(value) * Double(value) }
    let factor = Scalar(Swift.min(1, clip / Double.sqrt(Swift.max(square, 1e-300))))
    let firstCorrection = 1 - Double.pow(Self.firstDecay, stepCount)
    let secondCorrection = 1 - Double.pow(secondDecay, stepCount)
    let (a, b) = (Scalar(Self.firstDecay), Scalar(secondDecay))
    let length = Scalar(rate / firstCorrection)
    let scale = Scalar(1 / secondCorrection)
    parameters.withUnsafeMutableBufferPointer { parameters in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          for i in 0..<parameters.count {
            let slope = factor * gradient[i]
            first[i] = a * first[i] + (1 - a) * slope
            second[i] = b * second[i] + (1 - b) * slope * slope
            parameters[i] -= length * first[i] / ((second[i] * scale).squareRoot() + 1e-8)
          }
        }
      }
    }
  }
}

/// The learning-rate schedule of an optimiser.
public enum LearningRate: Sendable, Codable, Equatable {
  /// Constant.
  case constant(Double)
  /// Linear warm-up to a peak, then a cosine decay to a floor.
  case cosine(peak: Double, floor: Double, warmUp: Int)

  /// The rate of a step.
  func rate(at step: Int, of count: Int) -> Double {
    switch self {
    case .constant(let rate): return rate
    case .cosine(let peak, let floor, let warmUp):
      if step < warmUp { return peak * Double(step + 1) / Double(warmUp) }
      let part = Double(step - warmUp) / Double(max(1, count - warmUp))
      return floor + (peak - floor) * 0.5 * (1 + Double.cos(.pi * min(part, 1)))
    }
  }
}
