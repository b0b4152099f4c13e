import Cosmology
import FITS
import LinearAlgebra

/// Errors D + U Uᵀ in a FITS file: the column `variance` holds D in mag², and the image MODES, one
/// row of pixels per supernova, holds U in mag. The full matrix is never formed.
enum FactoredErrors {
  static let variances = "variance"
  static let modes = "MODES"

  /// The image of modes, if the file has one.
  static func image(in file: FITSFile) -> (unit: FITSUnit, axes: [Int])? {
    for unit in file.units where unit.name.uppercased() == modes {
      if case .image(let axes) = unit.content { return (unit, axes) }
    }
    return nil
  }

  /// Reads the errors of the rows that are kept; nil if the file has none of this kind.
  static func read<Table: CatalogTable>(
    _ file: FITSFile, _ table: Table, _ selection: inout RowSelection<Table>
  ) throws(CatalogError) -> SupernovaSample.Covariance? {
    guard let (unit, axes) = image(in: file), let column = try table.column(named: variances) else {
      return nil
    }
    guard axes.count == 2, axes[1] == table.rowCount, axes[0] > 0 else {
      throw CatalogError(table.path, .wrongModes(axes: axes, supernovae: table.rowCount))
    }
    let variances = try table.values(inColumn: column, .magnitudeSquared)
    try selection.require(variances, inColumn: column, otherwise: { .notPositive(found: $1) }) {
      $1 > 0 && $1.isFinite
    }
    let (bunit, pixels) = try readingFITS { () throws(FITSError) in
      (try file.text(ofKey: "BUNIT", in: unit) ?? "", try file.pixels(of: unit))
    }
    guard let factor = Measure.magnitude.factor(from: bunit) else {
      throw CatalogError(table.path, column: modes, .wrongUnit(found: bunit, expected: "mag"))
    }
    let rank = axes[0]
    if let index = pixels.firstIndex(where: { !$0.isFinite }) {
      throw CatalogError(
        table.path, row: index / rank + 1, column: "\(index % rank + 1)",
        .notFinite(found: "\(pixels[index])"))
    }
    let kept =
      selection.rows.map { rows in rows.flatMap { pixels[$0 * rank..<($0 + 1) * rank] } } ?? pixels
    return .factored(
      variances: variances.at(selection.rows),
      modes: Matrix(
        rows: selection.kept.count, columns: rank,
        elements: factor == 1 ? kept : kept.map { $0 * factor }))
  }
}
