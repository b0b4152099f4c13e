import Cosmology
import FITS
import LinearAlgebra

/// A Hubble diagram in a FITS image of n + 1 by n + 1 pixels: redshifts in the first row, distance
/// moduli in the first column, and the inverse covariance in the rest, as Union3 is published.
struct DiagramImage: CatalogTable {
  let path: String
  let columnNames = ["first row", "first column"]
  private let size: Int
  private let pixels: [Double]

  /// Reads the first image that is not empty.
  init(_ file: FITSFile) throws(CatalogError) {
    path = file.path
    for unit in file.units {
      guard case .image(let axes) = unit.content, !axes.isEmpty, !axes.contains(0) else { continue }
      guard axes.count == 2, axes[0] == axes[1], axes[0] > 1 else {
        throw CatalogError(path, .imageIsNoDiagram(axes: axes))
      }
      size = axes[0] - 1
      pixels = try readingFITS { () throws(FITSError) in try file.pixels(of: unit) }
      return
    }
    throw CatalogError(path, .noTable)
  }

  func read(_ options: Catalog.Options) throws(CatalogError) -> ReadCatalog {
    guard options.covariance == nil else { throw CatalogError(path, .hasCovarianceAlready) }
    guard !options.includesCalibrators else { throw CatalogError(path, .noCalibrators) }
    var options = options
    options.columns = [.redshift: columnNames[0]]
    var redshifts = try SampleRedshifts(self, options)
    try redshifts.select()
    let moduli = try numbersWithGaps(inColumns: [1])[0]
    var selection = redshifts.selection
    let expected = redshifts.moduli()
    let residuals = HubbleResiduals(moduli, expected, rows: selection.kept)
    try selection.requireMagnitudes(moduli, inColumn: 1, expected, redshifts.values, residuals)

    let width = size + 1
    var elements: [Double] = []
    elements.reserveCapacity(size * size)
    for row in 1..<width { elements += pixels[row * width + 1..<(row + 1) * width] }
    let matrix = try SymmetricMatrix.checked(elements, size: size, path)
    var assembly = CovarianceAssembly(
      .init(matrix: matrix, kind: .inverse), path: path, forced: options.covarianceKind,
      format: .fitsImage, residuals)
    let covariance = try assembly.covariance(
      keeping: selection.rows, redshifts: redshifts.values.at(selection.rows), tablePath: path)
    return ReadCatalog(
      content: .magnitudes(
        SupernovaSample(
          redshifts: redshifts.values.at(selection.rows), magnitudes: moduli.at(selection.rows),
          covariance: covariance)),
      columns: [.redshift: columnNames[0], .modulus: columnNames[1]],
      covarianceSource: "the other pixels of \(path)",
      notes: redshifts.notes + selection.notes + assembly.notes)
  }

  // MARK: The diagram as a table

  var rowCount: Int { size }
  func place(ofRow row: Int) -> Int { row + 2 }
  func unit(ofColumn column: Int) -> String { "" }
  func text(row: Int, column: Int) -> String { "\(pixel(row, column))" }

  func words() -> [[String]] { [] }

  func flags(inColumn column: Int) throws(CatalogError) -> [Double] {
    try numbersWithGaps(inColumns: [column])[0]
  }

  func numbersWithGaps(inColumns columns: [Int]) throws(CatalogError) -> [[Double]] {
    columns.map { column in (0..<size).map { pixel($0, column) } }
  }

  private func pixel(_ row: Int, _ column: Int) -> Double {
    column == 0 ? pixels[row + 1] : pixels[(row + 1) * (size + 1)]
  }
}
