import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// A release with the posteriors that quadrature on a grid gives for it.
struct ReferenceSet {
  let sample: SupernovaSample
  /// Moments and evidence by the title of model and priors.
  let settings: [String: [String: Any]]

  /// Whether the reference is here.
  static var isPresent: Bool { ProjectFiles.shared("reference/posteriors.json") != nil }

  /// - Parameter release: `jla` or `pantheon`.
  init(_ release: String) throws {
    let path = try #require(ProjectFiles.shared("reference/posteriors.json"))
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let sets = try #require((json as? [String: Any])?["sets"] as? [String: [String: [String: Any]]])
    settings = try #require(sets.first { $0.key.hasPrefix(release) }?.value)
    if release == "jla" {
      sample = try #require(try Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    } else {
      let table = try #require(ProjectFiles.shared("data/pantheon_binned/lcparam_DS17f.txt"))
      let matrix = try #require(ProjectFiles.shared("data/pantheon_binned/sys_DS17f.txt"))
      sample = try #require(
        try Catalog(reading: table, Catalog.Options(covariance: matrix)).sample)
    }
  }

  /// The settings with the offset marginalised, by the name of the model.
  var marginalised: [String: [String: Any]] {
    Dictionary(
      settings.filter { $0.key.contains("offset marginalised") }
        .map { (String($0.key.prefix { $0 != ";" }), $0.value) }, uniquingKeysWith: { a, _ in a })
  }
}
