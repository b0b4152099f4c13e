import LinearAlgebra

/// The covariance of standardised magnitudes as a function of α and β.
///
/// C = V₀ + α² Vₐ + β² V_b + 2α V₀ₐ − 2β V₀b − 2αβ Vₐb, each V with the variances and covariances of a
/// single supernova on its diagonal. Source: Conley et al. 2011, ApJS 192, 1, equations 5 to 8;
/// Betoule et al. 2014, A&A 568, A22, equation 11.
struct LightCurveCovariance: Sendable {
  /// The coefficients of the six parts and their derivatives.
  struct Coefficients {
    let values: [Double]
    let alphaSlopes: [Double]
    let betaSlopes: [Double]

    init(alpha: Double, beta: Double) {
      values = [1, alpha * alpha, beta * beta, 2 * alpha, -2 * beta, -2 * alpha * beta]
      alphaSlopes = [0, 2 * alpha, 0, 2, 0, -2 * beta]
      betaSlopes = [0, 0, 2 * beta, 0, -2, -2 * alpha]
    }
  }

  let count: Int
  /// The diagonal parts, in the order of `LightCurveSample.Block`.
  private let diagonals: [[Double]]
  /// The available blocks between supernovae, each with its place in that order.
  private let blocks: [(part: Int, matrix: Matrix)]

  init(_ sample: LightCurveSample) {
    count = sample.count
    let supernovae = sample.supernovae
    diagonals = [
      supernovae.map(\.magnitudeVariance), supernovae.map(\.shapeVariance),
      supernovae.map(\.colorVariance), supernovae.map(\.magnitudeShapeCovariance),
      supernovae.map(\.magnitudeColorCovariance), supernovae.map(\.shapeColorCovariance),
    ]
    blocks = LightCurveSample.Block.allCases.enumerated().compactMap { part, block in
      sample.blocks[block].map { (part, $0) }
    }
  }

  /// Whether supernovae are independent of each other.
  var isDiagonal: Bool { blocks.isEmpty }

  /// The diagonal of the part without blocks, with any coefficients.
  func diagonal(_ coefficients: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: count)
    for (part, diagonal) in diagonals.enumerated() {
      for i in 0..<count { sum[i] += coefficients[part] * diagonal[i] }
    }
    return sum
  }

  /// The whole matrix.
  func matrix(_ coefficients: [Double]) -> Matrix {
    var sum = Matrix(diagonal: diagonal(coefficients))
    for (part, matrix) in blocks { sum.add(coefficients[part], matrix) }
    return sum
  }

  /// vᵀ C v with any coefficients.
  func quadraticForm(_ vector: [Double], _ coefficients: [Double]) -> Double {
    let own = diagonal(coefficients)
    var sum = (0..<count).reduce(0) { $0 + vector[$1] * vector[$1] * own[$1] }
    for (part, matrix) in blocks where coefficients[part] != 0 {
      sum += coefficients[part] * matrix.quadraticForm(vector)
    }
    return sum
  }

  /// The matrix ready for solving; nil if it is not positive definite.
  func factor(_ coefficients: [Double]) -> Factor? {
    guard isDiagonal else { return (try? Cholesky(matrix(coefficients))).map { .whole($0) } }
    let variances = diagonal(coefficients)
    return NotPositiveDefinite(diagonal: variances) == nil
      ? .diagonal(variances.map { 1 / $0 }) : nil
  }

  /// C, whole or diagonal.
  enum Factor {
    case whole(Cholesky)
    /// The inverse variances.
    case diagonal([Double])

    /// C⁻¹ x.
    func solve(_ vector: [Double]) -> [Double] {
      switch self {
      case .whole(let factor):
        var solution = vector
        var span = solution.mutableSpan
        factor.whiten(&span)
        factor.solveTransposed(&span)
        return solution
      case .diagonal(let inverse):
        return zip(vector, inverse).map { $0 * $1 }
      }
    }

    /// Replaces every row x of a matrix by W x with Wᵀ W = C⁻¹.
    func whiten(rowsOf vectors: inout Matrix) {
      switch self {
      case .whole(let factor): factor.whiten(rowsOf: &vectors)
      case .diagonal(let inverse):
        for (i, weight) in inverse.enumerated() {
          let scale = weight.squareRoot()
          for row in 0..<vectors.rows { vectors[row, i] *= scale }
        }
      }
    }
  }
}
