import Catalogs
import Cosmology
import Foundation

/// What was understood of a catalog, for people and for `summary.json`.
struct CatalogText: CustomStringConvertible {
  let data: RunSummary.Data

  init(_ catalog: Catalog) {
    let sample = catalog.sample
    let covariance =
      switch sample.covariance {
      case .total: "total"
      case .systematic: "systematic + errors²"
      case .inverse: "inverse"
      case .independent: "independent"
      case .factored: "factored"
      }
    data = RunSummary.Data(
      catalog: catalog.path, supernovae: sample.count,
      redshiftMinimum: sample.redshifts.min() ?? .nan,
      redshiftMaximum: sample.redshifts.max() ?? .nan,
      columns: Dictionary(
        uniqueKeysWithValues: catalog.columns.map { ($0.key.rawValue, $0.value) }),
      quantity: sample.quantity.rawValue, covariance: covariance,
      covarianceSource: catalog.covarianceSource)
  }

  var description: String {
    let range = String(format: "%.4g to %.4g", data.redshiftMinimum, data.redshiftMaximum)
    let columns = data.columns.sorted { $0.key < $1.key }
      .map { $0.key == $0.value ? $0.key : "\($0.key) = \($0.value)" }
    let size = data.covariance == "total" ? " \(data.supernovae) × \(data.supernovae)" : ""
    return """
      catalog     \(data.catalog): \(data.supernovae) \(data.supernovae == 1 ? "supernova" : "supernovae"), z from \(range)
      columns     \(columns.joined(separator: ", "))
      covariance  \(data.covariance)\(size), from \(data.covarianceSource)
      """
  }
}
