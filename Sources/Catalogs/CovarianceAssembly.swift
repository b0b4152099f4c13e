import Cosmology
import LinearAlgebra

/// Decides what a matrix is, cuts it to the rows that are kept, and gives it its type.
struct CovarianceAssembly {
  private let matrix: Matrix
  private let statedKind: CovarianceKind?
  private let path: String
  private let forced: CovarianceKind?
  private let format: CatalogFormat
  private let residuals: HubbleResiduals
  /// The standard deviations in the table for the kept rows, and the name of their column.
  var errors: [Double]?
  var errorColumn: String?
  /// Whether the errors of the table went into the covariance.
  private(set) var usesErrors = false
  /// What was done, in words.
  private(set) var notes: [String] = []

  init(
    _ file: CovarianceReader.Result, path: String, forced: CovarianceKind?, format: CatalogFormat,
    _ residuals: HubbleResiduals
  ) {
    matrix = file.matrix
    statedKind = file.kind
    self.path = path
    self.forced = forced
    self.format = format
    self.residuals = residuals
  }

  /// Whether something says that the errors of the table are not needed.
  var ignoresErrors: Bool {
    let kind = forced ?? statedKind
    return kind == .total || kind == .inverse
  }

  /// The typed covariance of the rows that are kept; all if `rows` is nil.
  ///
  /// - Throws: `CatalogError` if the matrix is not positive definite, or nothing tells what it is.
  mutating func covariance(
    keeping rows: [Int]?, tablePath: String
  ) throws(CatalogError) -> SupernovaSample.Covariance {
    let diagonal = rows.map { rows in rows.map { matrix[$0, $0] } } ?? matrix.diagonal
    let kind = try kind(diagonal)
    switch kind {
    case .total:
      let cut = SymmetricMatrix.cut(matrix, to: rows)
      try SymmetricMatrix.checkDefinite(cut, path)
      try check(typicalErrors: diagonal.map { $0.squareRoot() }, kind)
      return .total(cut)
    case .systematic:
      let errors = try neededErrors(kind, tablePath)
      let cut = SymmetricMatrix.cut(matrix, to: rows)
      var total = cut
      for i in errors.indices { total[i, i] += errors[i] * errors[i] }
      try SymmetricMatrix.checkDefinite(total, path)
      try check(typicalErrors: total.diagonal.map { $0.squareRoot() }, kind)
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
      try check(typicalErrors: errors, kind)
      notes.append(
        "the matrix holds correlations: those of errors in column '\(errorColumn ?? "")'")
      return .total(scaled)
    case .inverse:
      try SymmetricMatrix.checkDefinite(matrix, path)
      try check(typicalErrors: diagonal.map { 1 / $0.squareRoot() }, kind)
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

  private func check(
    typicalErrors errors: [Double], _ kind: CovarianceKind
  ) throws(CatalogError) {
    // The user's word is a way out.
    guard forced == nil, let typical = residuals.impossibleError(errors) else { return }
    throw CatalogError(
      path,
      .hugeCovariance(kind: kind, typicalError: typical, scatter: residuals.scatter ?? 0))
  }

  /// What the matrix is: what the user says, else ones on its diagonal, else the file, else the
  /// format, else the diagonal beside the errors or the scatter.
  private mutating func kind(_ diagonal: [Double]) throws(CatalogError) -> CovarianceKind {
    if let forced { return forced }
    if isCorrelation(diagonal) { return .correlation }
    if let statedKind { return statedKind }
    guard let errors, errors.contains(where: { $0 != 0 }) else { return kindByScatter(diagonal) }
    // CosmoMC adds the squares of dmb to what its tables are accompanied by.
    if format == .cosmomc { return .systematic }
    if let kind = CovarianceKind(diagonal: diagonal, errors: errors) {
      note(kind, beside: "'\(errorColumn ?? "")'")
      return kind
    }
    try SymmetricMatrix.checkDefinite(matrix, path)
    throw CatalogError(path, .ambiguousCovariance(column: errorColumn ?? ""))
  }

  private func isCorrelation(_ diagonal: [Double]) -> Bool {
    diagonal.count > 1 && diagonal.allSatisfy { abs($0 - 1) < 1e-6 }
      && matrix.elements.allSatisfy { abs($0) < 1 + 1e-6 }
  }

  /// Without errors beside it a matrix is the whole covariance, unless only its inverse could have
  /// led to so little scatter.
  private mutating func kindByScatter(_ diagonal: [Double]) -> CovarianceKind {
    guard let scatter = residuals.scatter,
      residuals.impossibleError(diagonal.map { $0.squareRoot() }) != nil
    else { return .total }
    let inverse = diagonal.map { 1 / $0.squareRoot() }.sorted()[diagonal.count / 2]
    guard inverse > 0.2 * scatter, inverse < 5 * scatter else { return .total }
    note(.inverse, beside: "the scatter of the magnitudes")
    return .inverse
  }

  private mutating func note(_ kind: CovarianceKind, beside what: String) {
    notes.append(
      "the covariance is taken for \(kind.inWords), as its diagonal beside \(what) suggests;"
        + " --covariance-kind says otherwise")
  }
}

extension HubbleResiduals {
  /// An error that is far above the scatter: larger than this many times, and than a magnitude.
  private static let mostScatters = 10.0

  /// The typical one of some errors, if magnitudes with such errors would scatter far more; nil for
  /// fewer than five.
  func impossibleError(_ errors: [Double]) -> Double? {
    guard let scatter, !errors.isEmpty else { return nil }
    let some = stride(from: 0, to: errors.count, by: max(1, errors.count / 4001)).map { errors[$0] }
    let typical = some.sorted()[some.count / 2]
    return typical > max(1, Self.mostScatters * scatter) ? typical : nil
  }
}
