import Cosmology
import LinearAlgebra

/// Decides what a matrix is, cuts it to the rows that are kept, and gives it its type.
struct CovarianceAssembly {
  private let matrix: Matrix
  private let statedKind: CovarianceKind?
  private let path: String
  private let forced: CovarianceKind?
  private let format: CatalogFormat
  /// The standard deviations in the table for the kept rows, and the name of their column.
  var errors: [Double]?
  var errorColumn: String?
  /// What was done, in words.
  private(set) var notes: [String] = []

  init(
    _ file: CovarianceReader.Result, path: String, forced: CovarianceKind?, format: CatalogFormat
  ) {
    matrix = file.matrix
    statedKind = file.kind
    self.path = path
    self.forced = forced
    self.format = format
  }

  /// The typed covariance of the rows that are kept; all if `rows` is nil.
  ///
  /// - Throws: `CatalogError` if the matrix is not positive definite, or nothing tells what it is.
  mutating func covariance(
    keeping rows: [Int]?, tablePath: String
  ) throws(CatalogError) -> SupernovaSample.Covariance {
    let diagonal = rows.map { rows in rows.map { matrix[$0, $0] } } ?? matrix.diagonal
    switch try kind(diagonal) {
    case .total:
      let cut = SymmetricMatrix.cut(matrix, to: rows)
      try SymmetricMatrix.checkDefinite(cut, path)
      return .total(cut)
    case .systematic:
      guard let errors, let errorColumn else { throw CatalogError(tablePath, .nothingToAdd) }
      if let index = errors.firstIndex(where: { !($0 > 0) }) {
        throw CatalogError(tablePath, column: errorColumn, .notPositive(found: errors[index]))
      }
      let cut = SymmetricMatrix.cut(matrix, to: rows)
      var total = cut
      for i in errors.indices { total[i, i] += errors[i] * errors[i] }
      try SymmetricMatrix.checkDefinite(total, path)
      notes.append(
        "the covariance is the systematic part: the squares of '\(errorColumn)' are added to its diagonal"
      )
      return .systematic(cut, errors: errors)
    case .inverse:
      try SymmetricMatrix.checkDefinite(matrix, path)
      guard let rows else { return .inverse(matrix) }
      // What is cut from an inverse would be kept fixed, not left out.
      guard let factor = try? Cholesky(matrix) else {
        throw CatalogError(path, .notPositiveDefinite(smallestEigenvalue: nil))
      }
      notes.append("the inverse covariance was inverted before the cut")
      return .total(SymmetricMatrix.cut(factor.inverse, to: rows))
    }
  }

  /// What the matrix is: what the user says, else the file, else the format, else the diagonal.
  private mutating func kind(_ diagonal: [Double]) throws(CatalogError) -> CovarianceKind {
    if let kind = forced ?? statedKind { return kind }
    guard let errors, errors.contains(where: { $0 != 0 }) else { return .total }
    // CosmoMC adds the squares of dmb to what its tables are accompanied by.
    if format == .cosmomc { return .systematic }
    if let kind = CovarianceKind(diagonal: diagonal, errors: errors) {
      notes.append(
        "the covariance is taken for \(kind.inWords), as its diagonal beside '\(errorColumn ?? "")' suggests;"
          + " --covariance-kind says otherwise")
      return kind
    }
    try SymmetricMatrix.checkDefinite(matrix, path)
    throw CatalogError(path, .ambiguousCovariance(column: errorColumn ?? ""))
  }
}
