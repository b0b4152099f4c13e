import Cosmology
import FITS
import Foundation
import LinearAlgebra

extension Catalog {
  /// Writes the catalog as a FITS file: a binary table, and an image extension COVARIANCE if the
  /// errors are correlated.
  ///
  /// The table has `z`, `zhel` if it differs, `mu` or `mb`, and `mu_err` or `mb_err`, the square
  /// roots of the variances. The file is complete before it gets its name.
  ///
  /// - Throws: `CatalogError` if the file exists and is not to be replaced, or cannot be written.
  public func writeFITS(to path: String, replacing: Bool = false) throws(CatalogError) {
    guard !path.lowercased().hasSuffix(".gz") else {
      throw CatalogError(
        path, .cannotCreate(reason: "compressed files are not written, leave out .gz"))
    }
    // Unlike `fileExists`, this also sees a link that leads nowhere.
    guard replacing || (try? FileManager.default.attributesOfItem(atPath: path)) == nil else {
      throw CatalogError(path, .exists)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      let reason = "\(String(cString: strerror(errno))) (folder \(folder))"
      throw CatalogError(path, .cannotCreate(reason: reason))
    }
    do {
      try writeUnits(to: path)
    } catch {
      throw CatalogError(path, .cannotCreate(reason: error.description))
    }
  }

  private func writeUnits(to path: String) throws(FITSError) {
    let symbol = sample.quantity == .distanceModulus ? "mu" : "mb"
    let errors = sample.covariance.variances.map { $0.squareRoot() }
    var columns = [FITSWriter.Column(name: "z", unit: "", values: sample.redshifts)]
    if sample.heliocentricRedshifts != sample.redshifts {
      columns.append(.init(name: "zhel", unit: "", values: sample.heliocentricRedshifts))
    }
    columns.append(.init(name: symbol, unit: "mag", values: sample.magnitudes))
    columns.append(.init(name: "\(symbol)_err", unit: "mag", values: errors))

    var writer = try FITSWriter(
      creating: path,
      keywords: [.init("CREATOR", "sn-infer", comment: "program that wrote this file")])
    try writer.appendTable(named: "SNIA", columns: columns)
    if case .total(let matrix) = sample.covariance {
      try writer.appendImage(
        named: "COVARIANCE", width: matrix.columns, pixels: matrix.elements,
        keywords: [
          .init("BUNIT", "mag2", comment: "unit of the covariance"),
          .init("COVTYPE", "TOTAL", comment: "statistical and systematic"),
        ])
    }
    try writer.close()
  }
}
