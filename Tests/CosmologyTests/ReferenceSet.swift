import Catalogs
import Cosmology
import Foundation
import Inference
import TestSupport
import Testing

/// A release with the posteriors that quadrature on a grid gives for it.
struct ReferenceSet {
  /// `jla` or `pantheon`.
  let name: String
  let sample: SupernovaSample
  /// Moments and evidence by the title of model and priors.
  let settings: [String: [String: Any]]

  /// Where the reference is, next to the checkout.
  static let file = "reference/posteriors.json"

  init(_ name: String) throws {
    self.name = name
    let path = try #require(ProjectFiles.shared(Self.file))
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    let sets = try #require((json as? [String: Any])?["sets"] as? [String: [String: [String: Any]]])
    settings = try #require(sets.first { $0.key.hasPrefix(name) }?.value)
    if name == "jla" {
      sample = try #require(try Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    } else {
      let table = try #require(ProjectFiles.shared("data/pantheon_binned/lcparam_DS17f.txt"))
      let matrix = try #require(ProjectFiles.shared("data/pantheon_binned/sys_DS17f.txt"))
      sample = try #require(
        try Catalog(reading: table, Catalog.Options(covariance: matrix)).sample)
    }
  }

  /// The posterior of a model with the offset marginalised, in coordinates in which its prior is
  /// N(0, I).
  func marginalised(_ model: String) throws -> ReferencePosterior {
    let title = settings.keys.first {
      $0.hasPrefix("\(model);") && $0.contains("offset marginalised")
    }
    return try ReferencePosterior(try #require(title), of: self, coordinates: .standardNormal)
  }
}
