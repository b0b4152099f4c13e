import Cosmology
import FITS
import LinearAlgebra

/// A Hubble diagram in a FITS image of n + 1 by n + 1 pixels: redshifts in the first row, distance
/// moduli in the first column, and the inverse covariance in the rest, as Union3 is published.
struct DiagramImage {
  private let path: String
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
    let width = size + 1
    let redshifts = Array(pixels[1..<width])
    let moduli = (1..<width).map { pixels[$0 * width] }
    for (index, (redshift, modulus)) in zip(redshifts, moduli).enumerated() {
      guard redshift > 0, redshift.isFinite else {
        throw CatalogError(
          path, row: 1, column: "\(index + 2)", .notPositive(found: redshift))
      }
      guard modulus.isFinite else {
        throw CatalogError(path, row: index + 2, column: "1", .notFinite(found: "\(modulus)"))
      }
      guard plausibleMagnitudes.contains(modulus) else {
        throw CatalogError(path, row: index + 2, column: "1", .implausibleMagnitude(modulus))
      }
    }
    var elements: [Double] = []
    elements.reserveCapacity(size * size)
    for row in 1..<width { elements += pixels[row * width + 1..<(row + 1) * width] }
    let matrix = try SymmetricMatrix.checked(elements, size: size, path)
    let cut = try RedshiftCut(redshifts, options, column: "z", path: path)
    var assembly = CovarianceAssembly(
      .init(matrix: matrix, kind: .inverse), path: path, forced: options.covarianceKind,
      format: .fitsImage)
    let covariance = try assembly.covariance(keeping: cut.rows, tablePath: path)
    let rows = cut.rows ?? Array(redshifts.indices)
    return ReadCatalog(
      content: .magnitudes(
        SupernovaSample(
          redshifts: rows.map { redshifts[$0] }, magnitudes: rows.map { moduli[$0] },
          covariance: covariance)),
      columns: [.redshift: "first row", .modulus: "first column"],
      covarianceSource: "the other pixels of \(path)",
      notes: cut.notes + ["no heliocentric redshifts: 'first row' stands in for them"]
        + assembly.notes)
  }
}
