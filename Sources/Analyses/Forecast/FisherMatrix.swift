public import Cosmology
public import Inference
public import LinearAlgebra
import RealModule

/// The information of data, and of a prior, on parameters: F = Jᵀ C⁻¹ J at one point, and sums of such matrices.
public struct FisherMatrix: Sendable, Equatable {
  /// The parameters.
  public let names: [String]
  /// F, as many rows and columns, symmetric.
  public let matrix: Matrix

  /// A matrix of some parameters.
  public init(_ names: [String], _ matrix: Matrix) {
    precondition(matrix.rows == names.count && matrix.isSquare, "\(matrix.rows) rows")
    (self.names, self.matrix) = (names, matrix)
  }

  /// The information of a likelihood: minus the second derivatives of log L where the data are what the model predicts, so that
  /// residuals and the curvature of the model do not count.
  ///
  /// By differences of the gradient of fourth order, with steps of a hundredth of a standard deviation: exact to about 1e-8, and to
  /// rounding where the model is linear.
  ///
  /// - Parameters:
  ///   - likelihood: with data that can be replaced.
  ///   - values: one for each of its parameters.
  ///   - names: the parameters of the matrix, among the likelihood's.
  /// - Throws: `AnalysisError.notForecast` where the model has no meaning.
  ///
  /// Cost: eight gradients for each parameter.
  public init(
    _ likelihood: any GaussianLikelihood, at values: [Double], of names: [String]
  ) throws(AnalysisError) {
    let prediction = likelihood.prediction(at: values)
    guard prediction.allSatisfy(\.isFinite) else {
      throw .notForecast("the model has no meaning at these parameters")
    }
    // What the likelihood does not know it says nothing about.
    let known = names.filter(likelihood.parameterNames.contains)
    let places = known.compactMap { likelihood.parameterNames.firstIndex(of: $0) }
    let asimov = likelihood.replacingData(prediction)
    let found = try Self(known) { steps throws(AnalysisError) in
      try Self.derivatives(values, places, steps) { point in
        var slopes = point
        var span = slopes.mutableSpan
        let value = asimov.logLikelihood(at: point.span, gradient: &span)
        return value.isFinite ? places.map { -slopes[$0] } : nil
      }
    }
    self = found.expanded(to: names)
  }

  /// The same among more parameters, of which nothing is known.
  func expanded(to all: [String]) -> FisherMatrix {
    var matrix = Matrix(diagonal: all.map { _ in 0 })
    let places = names.map { all.firstIndex(of: $0) ?? 0 }
    for (i, row) in places.enumerated() {
      for (j, column) in places.enumerated() { matrix[row, column] = self.matrix[i, j] }
    }
    return FisherMatrix(all, matrix)
  }

  /// The same for a likelihood that knows its data by summaries y = m(θ) + N(0, I): F = Jᵀ J with J = ∂m/∂θ.
  public init(
    summaries likelihood: any SummarisedLikelihood, at values: [Double], of names: [String]
  ) throws(AnalysisError) {
    let places = names.compactMap { likelihood.parameterNames.firstIndex(of: $0) }
    let rows = try Self.jacobian(values, places) { likelihood.predictedSummaries(at: $0) }
    self.init(names, Self.square(rows))
  }

  /// Finds the matrix twice: first for its scales, then with steps of a hundredth of these.
  private init(
    _ names: [String], _ rows: ([Double]) throws(AnalysisError) -> [[Double]]
  ) throws(AnalysisError) {
    var steps = names.map { _ in 1e-4 }
    var matrix = Matrix(diagonal: names.map { _ in 0 })
    for _ in 0..<2 {
      let found = try rows(steps)
      for i in names.indices {
        for j in names.indices { matrix[i, j] = 0.5 * (found[i][j] + found[j][i]) }
        if matrix[i, i] > 0 { steps[i] = min(0.01 / matrix[i, i].squareRoot(), 1e-2) }
      }
    }
    self.init(names, matrix)
  }

  /// ∂f/∂θ by differences of fourth order, one row for each parameter.
  static func derivatives(
    _ values: [Double], _ places: [Int], _ steps: [Double],
    of function: ([Double]) -> [Double]?
  ) throws(AnalysisError) -> [[Double]] {
    var rows: [[Double]] = []
    for (place, step) in zip(places, steps) {
      var sides: [[Double]] = []
      for offset in [-2.0, -1, 1, 2] {
        var point = values
        point[place] += offset * step
        guard let side = function(point) else {
          throw .notForecast(
            "the model has no meaning beside these parameters; --at has to be inside of the prior")
        }
        sides.append(side)
      }
      rows.append(
        sides[0].indices.map {
          (sides[0][$0] - 8 * sides[1][$0] + 8 * sides[2][$0] - sides[3][$0]) / (12 * step)
        })
    }
    return rows
  }

  /// J, one row for each parameter, of what is N(m(θ), I) or a mean with another covariance.
  static func jacobian(
    _ values: [Double], _ places: [Int], of function: ([Double]) -> [Double]?
  ) throws(AnalysisError) -> [[Double]] {
    try derivatives(
      values, places, places.map { 1e-3 * min(1, max(0.1, abs(values[$0]))) }, of: function)
  }

  /// J Jᵀ of rows.
  static func square(_ rows: [[Double]]) -> Matrix {
    var matrix = Matrix(diagonal: rows.map { _ in 0 })
    for i in rows.indices {
      for j in 0...i {
        let sum = zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
        (matrix[i, j], matrix[j, i]) = (sum, sum)
      }
    }
    return matrix
  }

  /// The sum of the information of independent data.
  public static func + (first: FisherMatrix, second: FisherMatrix) -> FisherMatrix {
    precondition(first.names == second.names, "other parameters")
    var matrix = first.matrix
    matrix.add(1, second.matrix)
    return FisherMatrix(first.names, matrix)
  }

  /// F⁻¹; nil if the data do not measure all parameters.
  ///
  /// Scaled to a unit diagonal before it is inverted, so that units do not matter.
  public var covariance: Matrix? { Self.inverse(matrix) }

  static func inverse(_ matrix: Matrix) -> Matrix? {
    let scales = matrix.diagonal.map { 1 / $0.squareRoot() }
    guard scales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    var scaled = matrix
    for i in scales.indices {
      for j in scales.indices { scaled[i, j] *= scales[i] * scales[j] }
    }
    // What rounding leaves of nothing is nothing.
    guard let factor = try? Cholesky(scaled),
      scales.indices.allSatisfy({ factor[$0, $0] > 1e-7 })
    else { return nil }
    var inverse = factor.inverse
    for i in scales.indices {
      for j in scales.indices { inverse[i, j] *= scales[i] * scales[j] }
    }
    return inverse
  }
}

extension ParameterSpace {
  /// The information of the prior on the free parameters: minus the second derivatives of its log density, 0 where it is flat.
  ///
  /// - Parameter values: those of the free parameters, inside of the prior.
  public func priorInformation(at values: [Double]) -> FisherMatrix {
    let steps = free.map { parameter -> Double in
      let prior = parameter.prior
      let (lower, upper) = prior.support
      let width =
        prior.isImproper
        ? 1 : (prior.quantile(0.84) - prior.quantile(0.16)) / 2
      let value = values[free.firstIndex(of: parameter) ?? 0]
      return max(
        1e-9, min(0.02 * width, 0.2 * (value - lower), 0.2 * (upper - value)))
    }
    func value(_ i: Int, _ a: Double, _ j: Int, _ b: Double) -> Double {
      var point = values
      point[i] += a * steps[i]
      point[j] += b * steps[j]
      return logPrior(of: point)
    }
    var matrix = Matrix(diagonal: steps.map { _ in 0 })
    for i in steps.indices {
      for j in 0...i {
        let mixed =
          i == j
          ? (-value(i, 2, i, 0) + 16 * value(i, 1, i, 0) - 30 * value(i, 0, i, 0)
            + 16 * value(i, -1, i, 0) - value(i, -2, i, 0)) / 12
          : (value(i, 1, j, 1) - value(i, 1, j, -1) - value(i, -1, j, 1) + value(i, -1, j, -1)) / 4
        let element = -mixed / (steps[i] * steps[j])
        // Flat is flat, whatever rounding says.
        let noise = 1e-12 * max(1, abs(logPrior(of: values))) / (steps[i] * steps[j])
        (matrix[i, j], matrix[j, i]) = abs(element) > noise ? (element, element) : (0, 0)
      }
    }
    return FisherMatrix(free.map(\.name), matrix)
  }
}
