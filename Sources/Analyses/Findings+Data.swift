public import Catalogs
import Cosmology
import Foundation

extension Findings.Data: CustomStringConvertible {
  /// How a catalog was understood.
  public init(_ catalog: Catalog) {
    let redshifts = catalog.redshifts
    self.catalog = catalog.path
    format = catalog.format.rawValue
    notes = catalog.notes
    fingerprint = catalog.fingerprint
    files = catalog.files
    supernovae = catalog.count
    redshiftMinimum = redshifts.min() ?? .nan
    redshiftMaximum = redshifts.max() ?? .nan
    columns = Dictionary(uniqueKeysWithValues: catalog.columns.map { ($0.key.rawValue, $0.value) })
    quantity = catalog.sample?.quantity.rawValue ?? "light curves"
    switch catalog.content {
    case .magnitudes(let sample):
      covariance =
        switch sample.covariance {
        case .total: "total"
        case .systematic: "systematic + errors²"
        case .inverse: "inverse"
        case .independent: "independent"
        case .factored: "factored"
        }
    case .lightCurves(let sample):
      covariance = "light curves with \(sample.blocks.count) of 6 blocks"
    }
    covarianceSource = catalog.covarianceSource
  }

  /// The columns, with their roles where the names differ.
  public var columnList: String {
    columns.sorted { $0.key < $1.key }
      .map { $0.key == $0.value ? $0.key : "\($0.key) = \($0.value)" }.joined(separator: ", ")
  }

  /// The description in several lines.
  public var description: String {
    let range = String(format: "%.4g to %.4g", redshiftMinimum, redshiftMaximum)
    let isMatrix = ["total", "inverse", "systematic + errors²"].contains(covariance)
    let size = isMatrix ? " \(supernovae) × \(supernovae)" : ""
    // What was made has no file with columns.
    let source = columns.isEmpty ? "" : "\ncolumns     \(columnList)"
    return """
      catalog     \(catalog): \(supernovae) \(supernovae == 1 ? "supernova" : "supernovae"), z from \(range)
      format      \(columns.isEmpty ? "" : "\(format), ")\(quantity)\(source)
      covariance  \(covariance)\(size), from \(covarianceSource)
      """ + notes.map { "\nnote        \($0)" }.joined()
  }
}
