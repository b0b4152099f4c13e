import Samplers

/// E(x) = Σ (½ xᵢ² + ¼ aᵢ xᵢ⁴), log a learned: a kind of energy that the library does not know.
struct QuarticEnergy: FlowEnergy {
  static let kind = "quartic"
  let dimension: Int
  /// What a broken twin gets wrong.
  var fault: Fault?

  enum Fault: String, Codable {
    case gradient, hessian, parameters
  }

  var parameterCount: Int { dimension }
  var description: String { "½ |x|² + ¼ Σ a x⁴" }

  /// a = 0.1.
  func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    [Double](repeating: -2.3, count: dimension)
  }

  func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(
      Evaluator(
        points: (0..<slots).map { _ in arena.batch(rows: dimension, count: count) }, fault: fault))
  }

  private struct Evaluator<Scalar: NetworkScalar>: EnergyEvaluator {
    let points: [Batch<Scalar>]
    let fault: Fault?

    func addValue(
      at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
    ) {
      for i in 0..<x.rows {
        let a = Scalar.exponential(parameters[i])
        for n in 0..<x.count {
          let square = x[i, n] * x[i, n]
          values[0, n] += 0.5 * square + 0.25 * a * square * square
        }
      }
    }

    func addGradient(
      at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
    ) {
      for i in 0..<x.rows {
        let a = Scalar.exponential(parameters[i])
        for n in 0..<x.count {
          points[slot][i, n] = x[i, n]
          g[i, n] += x[i, n] * ((fault == .gradient ? 0.999 : 1) + a * x[i, n] * x[i, n])
        }
      }
    }

    func addHessianProduct(
      with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
      _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
    ) {
      for i in 0..<direction.rows {
        let a = Scalar.exponential(parameters[i])
        for n in 0..<direction.count {
          let (x, c) = (points[slot][i, n], factor * direction[i, n])
          cotangent[i, n] += c * (1 + (fault == .hessian ? 2 : 3) * a * x * x)
          gradient?[i] += c * x * x * x * (fault == .parameters ? 1 : a)
        }
      }
    }
  }
}
