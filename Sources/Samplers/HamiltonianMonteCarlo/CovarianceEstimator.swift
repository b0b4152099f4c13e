public import LinearAlgebra

/// The running mean and covariance of vectors, by Welford's update, which does not cancel.
public struct CovarianceEstimator: Sendable {
  /// How many vectors were added.
  public private(set) var count = 0
  private var mean: [Double]
  private var scatter: [Double]
  private var deviation: [Double]

  /// An estimator for vectors of a dimension.
  public init(dimension: Int) {
    mean = [Double](repeating: 0, count: dimension)
    deviation = mean
    scatter = [Double](repeating: 0, count: dimension * dimension)
  }

  /// The state, for a checkpoint.
  var state: [Double] { [Double(count)] + mean + scatter }

  /// The estimator of a checkpoint; nil if the numbers are not those of one.
  init?(state: [Double], dimension: Int) {
    guard state.count == 1 + dimension + dimension * dimension, state.allSatisfy(\.isFinite),
      let count = Int(exactly: state[0]), (0...1 << 53).contains(count)
    else { return nil }
    self.init(dimension: dimension)
    self.count = count
    mean = Array(state[1...dimension])
    scatter = Array(state[(1 + dimension)...])
  }

  /// Adds a vector; dimension² multiplications.
  public mutating func add(_ vector: [Double]) {
    precondition(vector.count == mean.count, "\(vector.count) elements for \(mean.count)")
    count += 1
    let size = mean.count
    for i in 0..<size {
      deviation[i] = vector[i] - mean[i]
      mean[i] += deviation[i] / Double(count)
    }
    for i in 0..<size {
      for j in 0..<size { scatter[i * size + j] += deviation[i] * (vector[j] - mean[j]) }
    }
  }

  /// The sample covariance with its correlations shrunk by n/(n+5): n/(n+5) S + 5/(n+5) diag S.
  ///
  /// Positive definite as soon as every coordinate has moved, however few the vectors. Unlike the
  /// regularisation of Stan, which adds 1e-3 · 5/(n+5) to each variance, it does not depend on the
  /// units: a coordinate with a standard deviation of 0.002 keeps it. Rounding leaves S slightly
  /// unsymmetric; the two halves are averaged. Needs two vectors.
  public var regularizedCovariance: Matrix {
    precondition(count > 1, "a covariance of \(count) vectors")
    let (n, size) = (Double(count), mean.count)
    var elements = scatter
    for i in 0..<size {
      for j in 0..<size {
        let sample = 0.5 * (scatter[i * size + j] + scatter[j * size + i]) / (n - 1)
        elements[i * size + j] = i == j ? sample : n / (n + 5) * sample
      }
    }
    return Matrix(rows: size, columns: size, elements: elements)
  }
}
