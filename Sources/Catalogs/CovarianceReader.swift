import Cosmology
import FITS
import LinearAlgebra

/// Reads a covariance matrix and makes sure that it is one.
enum CovarianceReader {
  /// Reads a matrix for a number of supernovae from a text file or from the image of a FITS file.
  static func read(_ path: String, supernovae count: Int) throws(CatalogError) -> Matrix {
    switch try InputFile(path).kind {
    case .text(let bytes):
      let lines = try TextLines(bytes, path: path)
      return try checked(try square(lines, path, supernovae: count), path)
    case .fits:
      let units = try readingFITS(path) { file throws(FITSError) in try file.units() }
      guard let matrix = try image(in: units, path, supernovae: count) else {
        throw CatalogError(path, .noImage(width: count))
      }
      return matrix
    }
  }

  /// Reads the matrix from the image extension of a FITS file; nil if it has none that could be it.
  ///
  /// That is an extension whose name begins with COV, else one of the right size; it must be the
  /// only one, and COVTYPE must be TOTAL if it is there.
  static func image(
    in units: [FITSUnit], _ path: String, supernovae count: Int
  ) throws(CatalogError) -> Matrix? {
    let images = units.compactMap { unit -> (unit: FITSUnit, axes: [Int])? in
      guard case .image(let axes) = unit.content, axes.count == 2 else { return nil }
      return (unit, axes)
    }
    let named = images.filter { $0.unit.name.uppercased().hasPrefix("COV") }
    let candidates = named.isEmpty ? images.filter { $0.axes == [count, count] } : named
    guard let (unit, axes) = candidates.first else { return nil }
    guard candidates.count == 1 else {
      throw CatalogError(
        path, .severalImages(names: candidates.map { "\($0.unit.name) (HDU \($0.unit.index))" }))
    }
    guard axes == [count, count] else {
      throw CatalogError(
        path, .wrongSize(rows: axes[1], columns: axes[0], supernovae: count))
    }
    let (type, pixels) = try readingFITS(path) { file throws(FITSError) in
      (try file.text(ofKey: "COVTYPE", in: unit), try file.pixels(of: unit))
    }
    if let type, type.uppercased() != "TOTAL" {
      throw CatalogError(path, .wrongCovarianceType(found: type))
    }
    if let index = pixels.firstIndex(where: { !$0.isFinite }) {
      throw CatalogError(
        path, row: index / count + 1, column: "\(index % count + 1)",
        .notFinite(found: "\(pixels[index])"))
    }
    return try checked(Matrix(rows: count, columns: count, elements: pixels), path)
  }

  /// The matrix in lines of any shape: N² numbers, or a count N, or N and N, before them.
  private static func square(
    _ lines: TextLines, _ path: String, supernovae count: Int
  ) throws(CatalogError) -> Matrix {
    var numbers: [Double] = []
    for line in lines.data {
      for field in line.fields {
        numbers.append(try finiteNumber(field, path, row: line.number))
      }
    }
    let found = numbers.count
    let side = Double(found).squareRoot().rounded(.down)
    let size = Int(side)
    switch found - size * size {
    // A count, and then one number too few: a variance that equals the number of supernovae is no
    // variance.
    case 0 where numbers.first == side && lines.data[0].fields.count == 1 && size > 1:
      throw CatalogError(path, .wrongElementCount(found: found - 1, expected: count))
    case 0: break
    case 1 where numbers[0] == side: numbers.removeFirst(1)
    case 2 where numbers[0] == side && numbers[1] == side: numbers.removeFirst(2)
    default: throw CatalogError(path, .wrongElementCount(found: found, expected: count))
    }
    guard size == count else {
      throw CatalogError(path, .wrongSize(rows: size, columns: size, supernovae: count))
    }
    return Matrix(rows: size, columns: size, elements: numbers)
  }

  /// Makes a matrix exactly symmetric that is so to rounding, and checks that it is positive
  /// definite.
  private static func checked(_ matrix: Matrix, _ path: String) throws(CatalogError) -> Matrix {
    var symmetric = matrix
    for i in 0..<matrix.rows {
      for j in 0..<i {
        let (lower, upper) = (matrix[i, j], matrix[j, i])
        // Six digits are the least that releases print.
        guard abs(lower - upper) <= 1e-6 * max(abs(matrix[i, i]), abs(matrix[j, j])) else {
          throw CatalogError(
            path, .notSymmetric(row: j + 1, column: i + 1, upper: upper, lower: lower))
        }
        symmetric[i, j] = 0.5 * (lower + upper)
        symmetric[j, i] = symmetric[i, j]
      }
    }
    do {
      _ = try Cholesky(symmetric)
    } catch {
      let smallest = symmetric.symmetricEigenvalues()?.first
      throw CatalogError(path, .notPositiveDefinite(smallestEigenvalue: smallest))
    }
    return symmetric
  }
}
