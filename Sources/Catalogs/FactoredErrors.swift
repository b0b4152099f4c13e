import Cosmology
import FITS
import LinearAlgebra

/// Errors D + U Uᵀ in a FITS file: the column `variance` holds D in mag², and the image MODES, one
/// row of pixels a supernova, holds U in mag. Nothing of the size of the matrix is ever made.
enum FactoredErrors {
  static let variances = "variance"
  static let modes = "MODES"

  /// Reads the errors of the rows that are kept; nil if the file has none of this kind.
  ///
  /// - Parameters:
  ///   - table: the kept rows.
  ///   - rows: their indices, nil if all are kept.
  ///   - count: the number of all rows.
  static func read(
    _ file: FITSFile, _ table: some CatalogTable, _ rows: [Int]?, whole count: Int
  ) throws(CatalogError) -> SupernovaSample.Covariance? {
    guard let unit = file.units.first(where: { $0.name.uppercased() == modes }),
      case .image(let axes) = unit.content, let column = table.column(named: variances)
    else { return nil }
    guard axes.count == 2, axes[1] == count, axes[0] > 0 else {
      throw CatalogError(table.path, .wrongModes(axes: axes, supernovae: count))
    }
    let variances = try table.numbers(inColumn: column, above: 0) { .notPositive(found: $0) }
    let pixels = try readingFITS { () throws(FITSError) in try file.pixels(of: unit) }
    let rank = axes[0]
    if let index = pixels.firstIndex(where: { !$0.isFinite }) {
      throw CatalogError(
        table.path, row: index / rank + 1, column: "\(index % rank + 1)",
        .notFinite(found: "\(pixels[index])"))
    }
    let kept = rows.map { rows in rows.flatMap { pixels[$0 * rank..<($0 + 1) * rank] } } ?? pixels
    return .factored(
      variances: variances,
      modes: Matrix(rows: variances.count, columns: rank, elements: kept))
  }
}
