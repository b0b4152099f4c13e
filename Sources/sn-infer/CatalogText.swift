import Catalogs
import Cosmology
import Foundation

/// What was understood of a catalog, for people and for `summary.json`.
struct CatalogText: CustomStringConvertible {
  let data: RunSummary.Data

  init(_ catalog: Catalog) {
    let redshifts = catalog.redshifts
    data = RunSummary.Data(
      catalog: catalog.path, format: catalog.format.rawValue, notes: catalog.notes,
      fingerprint: catalog.fingerprint, files: catalog.files,
      supernovae: catalog.count,
      redshiftMinimum: redshifts.min() ?? .nan, redshiftMaximum: redshifts.max() ?? .nan,
      columns: Dictionary(
        uniqueKeysWithValues: catalog.columns.map { ($0.key.rawValue, $0.value) }),
      quantity: catalog.sample?.quantity.rawValue ?? "light curves",
      covariance: Self.covariance(of: catalog), covarianceSource: catalog.covarianceSource)
  }

  private static func covariance(of catalog: Catalog) -> String {
    switch catalog.content {
    case .magnitudes(let sample):
      switch sample.covariance {
      case .total: "total"
      case .systematic: "systematic + errors²"
      case .inverse: "inverse"
      case .independent: "independent"
      case .factored: "factored"
      }
    case .lightCurves(let sample):
      "light curves with \(sample.blocks.count) of 6 blocks"
    }
  }

  var description: String {
    let range = String(format: "%.4g to %.4g", data.redshiftMinimum, data.redshiftMaximum)
    let columns = data.columns.sorted { $0.key < $1.key }
      .map { $0.key == $0.value ? $0.key : "\($0.key) = \($0.value)" }
    let isMatrix = ["total", "inverse", "systematic + errors²"].contains(data.covariance)
    let size = isMatrix ? " \(data.supernovae) × \(data.supernovae)" : ""
    return """
      catalog     \(data.catalog): \(data.supernovae) \(data.supernovae == 1 ? "supernova" : "supernovae"), z from \(range)
      format      \(data.format), \(data.quantity)
      columns     \(columns.joined(separator: ", "))
      covariance  \(data.covariance)\(size), from \(data.covarianceSource)
      """ + data.notes.map { "\nnote        \($0)" }.joined()
  }
}
