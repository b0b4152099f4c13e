public import Cosmology
import LinearAlgebra

extension DataVector {
  /// Reads a mean with a covariance and the names of the quantities, in YAML or as text.
  ///
  /// ```yaml
  /// names: [theta_star, omega_b, omega_bc]
  /// mean: [0.01041027, 0.02223208, 0.14207901]
  /// covariance:
  ///   - [6.6209942e-12, 1.24442058e-10, -1.19287532e-09]
  ///   - [1.24442058e-10, 2.13441666e-08, -9.40008323e-08]
  ///   - [-1.19287532e-09, -9.40008323e-08, 1.48841714e-06]
  /// ```
  ///
  /// In place of `covariance` there may be `inverse_covariance`, or `sd` with or without `correlation`. As text, a
  /// comment names the quantities, and the mean and the rows of the covariance follow; where a comment has the words
  /// *inverse covariance*, they are those of its inverse.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - parameters: names of parameters beside those that cosmologies have.
  /// - Throws: `CatalogError` with the row of what is wrong: also for names that are not known, and values that the
  ///   universe near ours cannot have.
  public init(gaussian path: String, parameters: [String] = []) throws(CatalogError) {
    guard case .text(let bytes) = try InputFile(path) else {
      throw CatalogError(path, .measurement(.notText))
    }
    let isYAML = GaussianYAML.isYAML(bytes)
    let numbers =
      isYAML ? try GaussianYAML(bytes, path).numbers : try GaussianText(bytes, path).numbers
    try self.init(numbers, parameters: parameters, path)
  }

  private init(
    _ numbers: GaussianNumbers, parameters: [String], _ path: String
  ) throws(CatalogError) {
    var observables: [Observable] = []
    for (index, name) in numbers.names.enumerated() {
      let observable = try ObservableName(
        name, parameters: parameters, in: path, line: numbers.namesLine
      ).observable
      let value = numbers.mean[index]
      if let expected = PlausibleValue.unlike(value, observable) {
        throw CatalogError(
          path, row: numbers.meanLine, column: name,
          .measurement(.implausible(found: value, name: name, expected: expected, .unit)))
      }
      if observables.contains(where: { $0.name == observable.name }) {
        throw CatalogError(path, row: numbers.namesLine, column: name, .measurement(.namedTwice))
      }
      observables.append(observable)
    }
    self.init(
      observables, values: numbers.mean, covariance: try numbers.covariance(path))
  }
}

/// What a file of a mean and a covariance holds.
struct GaussianNumbers {
  /// What gives the covariance.
  enum Spread {
    case covariance([Double])
    case inverse([Double])
    /// With correlations, or independent.
    case errors([Double], correlation: [Double]?)
  }

  let names: [String]
  let namesLine: Int?
  let mean: [Double]
  let meanLine: Int?
  let spread: Spread

  /// The covariance, which has to be symmetric and positive definite.
  func covariance(_ path: String) throws(CatalogError) -> Matrix {
    func checked(_ elements: [Double]) throws(CatalogError) -> Matrix {
      let matrix = try SymmetricMatrix.checked(elements, size: names.count, path)
      try SymmetricMatrix.requireRows(matrix, nil, path)
      try SymmetricMatrix.checkDefinite(matrix, path)
      return matrix
    }
    switch spread {
    case .covariance(let elements): return try checked(elements)
    case .inverse(let elements):
      return try MeasurementCovariance.inverse(try checked(elements), path)
    case .errors(let errors, let correlation):
      guard let correlation else { return Matrix(diagonal: errors.map { $0 * $0 }) }
      return MeasurementCovariance.covariance(errors: errors, correlation: try checked(correlation))
    }
  }
}

/// The text form: a comment with names, the mean, the rows of the covariance.
private struct GaussianText {
  let numbers: GaussianNumbers

  init(_ bytes: [UInt8], _ path: String) throws(CatalogError) {
    let lines = try WordLines(bytes, path: path, upTo: WordLines.mostValues)
    let mean = try Self.numbers(lines.rows[0], lines)
    let size = mean.count
    guard let names = lines.comments.lazy.reversed().compactMap({ Self.names(in: $0, size) }).first
    else { throw CatalogError(path, .measurement(.noNames(numbers: size))) }
    guard lines.rows.count == size + 1 else {
      throw CatalogError(
        path, .measurement(.rowCount(found: lines.rows.count, expected: size + 1)))
    }
    var matrix: [Double] = []
    for row in lines.rows.dropFirst() {
      guard row.words.count == size else {
        throw lines.error(
          row, .listLength(key: "the covariance", found: row.words.count, expected: size))
      }
      matrix += try Self.numbers(row, lines)
    }
    // The word alone may be that of an inverse distance ladder.
    let isInverse = lines.comments.contains { $0.lowercased().contains("inverse covariance") }
    numbers = GaussianNumbers(
      names: names, namesLine: nil, mean: mean, meanLine: lines.rows[0].line,
      spread: isInverse ? .inverse(matrix) : .covariance(matrix))
  }

  private static func numbers(
    _ row: WordLines.Row, _ lines: WordLines
  ) throws(CatalogError) -> [Double] {
    var numbers: [Double] = []
    for place in row.words.indices {
      numbers.append(try lines.number(place, of: row, "\(place + 1)"))
    }
    return numbers
  }

  /// The names in a comment: all its words, or those in brackets, as in `mean of (a, b), then covariance`.
  private static func names(in comment: String, _ count: Int) -> [String]? {
    let words = Self.words(comment[...])
    if words.count == count { return words }
    guard let open = comment.firstIndex(of: "(") else { return nil }
    var depth = 0
    for index in comment[open...].indices {
      if comment[index] == "(" { depth += 1 }
      if comment[index] == ")" { depth -= 1 }
      if depth == 0 {
        let inside = Self.words(comment[comment.index(after: open)..<index])
        return inside.count == count ? inside : nil
      }
    }
    return nil
  }

  /// Words between blanks and commas.
  private static func words(_ text: Substring) -> [String] {
    text.split { $0.isWhitespace || $0 == "," }.map(String.init)
  }
}
