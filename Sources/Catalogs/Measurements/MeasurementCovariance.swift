import Cosmology
import LinearAlgebra

/// The covariance of measured values, from a file or from a column of errors.
struct MeasurementCovariance {
  /// The values to which it belongs.
  let values: [Double]
  /// Their names, by which labelled rows are brought into order.
  let names: [String]
  /// Their errors, if there is a column of them.
  let errors: [Double]?

  /// Reads the file of a covariance, of its inverse, or of correlations.
  ///
  /// - Throws: `CatalogError` for a matrix of another size, one that is not symmetric and positive definite,
  ///   and one that is something else.
  func read(_ path: String) throws(CatalogError) -> Matrix {
    var result: CovarianceReader.Result
    do throws(CatalogError) {
      result = try CovarianceReader.read(path, counts: [values.count])
    } catch {
      switch error.problem {
      case .wrongSize(let rows, let columns, _) where rows == columns:
        throw CatalogError(path, .measurement(.wrongSize(rows: rows, values: values.count)))
      case .wrongElementCount(let found, _):
        throw CatalogError(path, .measurement(.wrongCount(numbers: found, values: values.count)))
      default: throw error
      }
    }
    // One with labels may be smaller than a table.
    guard result.matrix.rows == values.count else {
      throw CatalogError(
        path, .measurement(.wrongSize(rows: result.matrix.rows, values: values.count)))
    }
    try SymmetricMatrix.requireRows(result.matrix, nil, path)
    if let labels = result.labels?.labels {
      result.matrix = SymmetricMatrix.cut(result.matrix, to: try places(of: labels, path))
    }
    return try covariance(result.matrix, result.kind, path)
  }

  /// The covariance that a matrix of some kind stands for.
  func covariance(
    _ matrix: Matrix, _ kind: CovarianceKind?, _ path: String
  ) throws(CatalogError) -> Matrix {
    try SymmetricMatrix.checkDefinite(matrix, path)
    let hasOnes = matrix.rows > 1 && matrix.diagonal.allSatisfy { $0 == 1 }
    switch kind ?? (hasOnes ? .correlation : .total) {
    case .systematic: throw CatalogError(path, .measurement(.systematicPart))
    case .correlation:
      guard let errors else { throw CatalogError(path, .measurement(.correlationAlone)) }
      return Self.covariance(errors: errors, correlation: matrix)
    case .inverse: return try Self.inverse(matrix, path)
    case .total:
      try checkErrors(matrix.diagonal.map { $0.squareRoot() }, path)
      return matrix
    }
  }

  /// Where the rows of the values stand in a labelled matrix; nil where the labels are other names.
  private func places(of labels: [String], _ path: String) throws(CatalogError) -> [Int]? {
    guard labels.contains(where: names.contains) else { return nil }
    if let label = labels.first(where: { !names.contains($0) }) {
      throw CatalogError(path, .measurement(.otherLabels(label: label)))
    }
    guard Set(labels).count == labels.count else { return nil }
    return names.compactMap(labels.firstIndex)
  }

  /// No distance or rate is published with an error above itself.
  private func checkErrors(_ found: [Double], _ path: String) throws(CatalogError) {
    guard let row = values.indices.first(where: { found[$0] > abs(values[$0]) }) else { return }
    throw CatalogError(
      path, row: row + 1, .measurement(.hugeErrors(found: found[row], value: values[row])))
  }

  /// S R S with the errors on the diagonal of S.
  static func covariance(errors: [Double], correlation: Matrix) -> Matrix {
    let size = errors.count
    return Matrix(
      rows: size, columns: size,
      elements: (0..<size * size).map {
        errors[$0 / size] * errors[$0 % size] * correlation.elements[$0]
      })
  }

  /// The covariance with an inverse, which has to be positive definite.
  static func inverse(_ matrix: Matrix, _ path: String) throws(CatalogError) -> Matrix {
    do {
      return try Cholesky(matrix).inverse
    } catch {
      throw CatalogError.covarianceNotPositiveDefinite(in: path, order: error.order)
    }
  }
}
