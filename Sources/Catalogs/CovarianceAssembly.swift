import Cosmology
import LinearAlgebra

/// Determines the kind of a matrix, cuts it to the rows that are kept, and gives it its type.
struct CovarianceAssembly {
  private let matrix: Matrix
  private let statedKind: CovarianceKind?
  private let path: String
  private let forced: CovarianceKind?
  private let format: CatalogFormat
  private let residuals: HubbleResiduals
  /// Whether errors of contaminants may have any size.
  private let hasOpenErrors: Bool
  /// The rows that are kept; nil if all are.
  private var kept: [Int]?
  /// The standard deviations in the table for the kept rows, and the name of their column.
  var errors: [Double]?
  var errorColumn: String?
  /// Whether the errors of the table went into the covariance.
  private(set) var usesErrors = false
  /// What was done, in words.
  private(set) var notes: [String] = []

  init(
    _ file: CovarianceReader.Result, path: String, forced: CovarianceKind?, format: CatalogFormat,
    _ residuals: HubbleResiduals, hasOpenErrors: Bool = false
  ) {
    matrix = file.matrix
    statedKind = file.kind
    self.path = path
    self.forced = forced
    self.format = format
    self.residuals = residuals
    self.hasOpenErrors = hasOpenErrors
  }

  /// Whether the errors of the table are not needed.
  var ignoresErrors: Bool {
    let kind = forced ?? statedKind
    return kind == .total || kind == .inverse
  }

  /// The typed covariance of the rows that are kept; all if `rows` is nil.
  ///
  /// - Throws: `CatalogError` if the matrix is not positive definite, or of unknown kind.
  mutating func covariance(
    keeping rows: [Int]?, redshifts: [Double], tablePath: String
  ) throws(CatalogError) -> SupernovaSample.Covariance {
    kept = rows
    try SymmetricMatrix.requireRows(matrix, rows, path)
    /// Rejects a matrix that implies impossible errors.
    func check(_ errors: [Double], _ kind: CovarianceKind) throws(CatalogError) {
      // The user's word is a way out.
      guard forced == nil else { return }
      let range = ErrorRange(errors, scatter: residuals.scatter, isOpen: hasOpenErrors)
      if let typical = range.impossible {
        throw CatalogError(
          path,
          .hugeCovariance(kind: kind, typicalError: typical, scatter: residuals.scatter ?? 0))
      }
      if let index = errors.indices.first(where: {
        !range.contains(errors[$0], redshift: redshifts[$0])
      }) {
        let row = (rows?[index] ?? index) + 1
        throw CatalogError(path, row: row, column: "\(row)", range.problem(errors[index]))
      }
    }
    let diagonal = rows.map { rows in rows.map { matrix[$0, $0] } } ?? matrix.diagonal
    let kind = try kind(diagonal)
    switch kind {
    case .total:
      let cut = SymmetricMatrix.cut(matrix, to: rows)
      try SymmetricMatrix.checkDefinite(cut, path)
      try check(diagonal.map { $0.squareRoot() }, kind)
      return .total(cut)
    case .systematic:
      let errors = try neededErrors(kind, tablePath)
      let cut = SymmetricMatrix.cut(matrix, to: rows)
      var total = cut
      for i in errors.indices { total[i, i] += errors[i] * errors[i] }
      try SymmetricMatrix.checkDefinite(total, path)
      try check(total.diagonal.map { $0.squareRoot() }, kind)
      notes.append(
        "the covariance is the systematic part: the squares of '\(errorColumn ?? "")' are added to its diagonal"
      )
      return .systematic(cut, errors: errors)
    case .correlation:
      let errors = try neededErrors(kind, tablePath)
      var scaled = SymmetricMatrix.cut(matrix, to: rows)
      for i in errors.indices {
        for j in errors.indices { scaled[i, j] *= errors[i] * errors[j] }
      }
      try SymmetricMatrix.checkDefinite(scaled, path)
      try check(errors, kind)
      notes.append(
        "the matrix holds correlations: those of errors in column '\(errorColumn ?? "")'")
      return .total(scaled)
    case .inverse:
      try SymmetricMatrix.requireRows(matrix, nil, path)
      try SymmetricMatrix.checkDefinite(matrix, path)
      try check(diagonal.map { 1 / $0.squareRoot() }, kind)
      guard let rows else { return .inverse(matrix) }
      // What is cut from an inverse would be kept fixed, not left out.
      guard let factor = try? Cholesky(matrix) else {
        throw CatalogError(path, .notPositiveDefinite(smallestEigenvalue: nil))
      }
      notes.append("the inverse covariance was inverted before the cut")
      return .total(SymmetricMatrix.cut(factor.inverse, to: rows))
    }
  }

  private mutating func neededErrors(
    _ kind: CovarianceKind, _ tablePath: String
  ) throws(CatalogError) -> [Double] {
    guard let errors, let errorColumn else {
      throw CatalogError(tablePath, kind == .correlation ? .correlationAlone : .nothingToAdd)
    }
    if let index = errors.firstIndex(where: { !($0 > 0) }) {
      throw CatalogError(tablePath, column: errorColumn, .notPositive(found: errors[index]))
    }
    usesErrors = true
    return errors
  }

  /// The kind of matrix: from the user, else from ones on its diagonal, the file, the
  /// format, or the diagonal compared with the errors or the scatter.
  private mutating func kind(_ diagonal: [Double]) throws(CatalogError) -> CovarianceKind {
    if let forced { return forced }
    if isCorrelation(diagonal) { return .correlation }
    if let statedKind { return statedKind }
    guard let errors, errors.contains(where: { $0 != 0 }) else { return kindByScatter(diagonal) }
    // CosmoMC adds the squares of dmb to what its tables are accompanied by.
    if format == .cosmomc { return .systematic }
    if let kind = CovarianceKind(diagonal: diagonal, errors: errors),
      kind != .inverse
        || isLikeInverse({ variances in
          // The whole covariance has the squares of the errors in it, but for rounding.
          let ratios = zip(variances, errors).map { $0 / ($1 * $1) }.sorted()
          return ratios[ratios.count / 4] > 0.8
        })
    {
      note(kind, beside: "'\(errorColumn ?? "")'")
      return kind
    }
    try SymmetricMatrix.checkDefinite(SymmetricMatrix.cut(matrix, to: kept), path)
    throw CatalogError(path, .ambiguousCovariance(column: errorColumn ?? ""))
  }

  private func isCorrelation(_ diagonal: [Double]) -> Bool {
    diagonal.count > 1 && diagonal.allSatisfy { abs($0 - 1) < 1e-6 }
      && matrix.elements.allSatisfy { $0.isNaN || abs($0) < 1 + 1e-6 }
  }

  /// Without a column of errors a matrix is the total covariance, unless only its inverse could have
  /// led to so little scatter.
  private mutating func kindByScatter(_ diagonal: [Double]) -> CovarianceKind {
    guard let scatter = residuals.scatter,
      ErrorRange(diagonal.map { $0.squareRoot() }, scatter: scatter).impossible != nil,
      isLikeInverse({ variances in
        let typical = variances.map { $0.squareRoot() }.sorted()[variances.count / 2]
        return typical > 0.6 * scatter && typical < 5 * scatter
      })
    else { return .total }
    note(.inverse, beside: "the scatter of the magnitudes")
    return .inverse
  }

  /// Whether a matrix whose diagonal may be that of an inverse has the form of one.
  ///
  /// What supernovae have in common makes most elements of a covariance positive, and most of its
  /// inverse negative; a covariance in other units shows itself so.
  ///
  /// - Parameter fits: told the variances of all rows that are kept, if it is an inverse.
  private func isLikeInverse(_ fits: ([Double]) -> Bool) -> Bool {
    var sum = 0.0
    let scales = matrix.diagonal.map { $0.squareRoot() }
    for i in 0..<matrix.rows {
      for j in 0..<i { sum += 2 * matrix[i, j] / (scales[i] * scales[j]) }
    }
    guard sum < 0.1 * Double(matrix.rows) else { return false }
    // Beyond, the inverse takes longer than all that follows.
    guard matrix.rows <= 2000 else { return true }
    guard let factor = try? Cholesky(matrix) else { return false }
    return fits(factor.inverse.diagonal.at(kept))
  }

  private mutating func note(_ kind: CovarianceKind, beside what: String) {
    notes.append(
      "the covariance is taken as \(kind.inWords), judging by its diagonal and \(what);"
        + " --covariance-kind overrides this")
  }
}
