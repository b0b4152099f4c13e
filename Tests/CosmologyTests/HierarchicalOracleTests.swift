import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// log L of JLA's light curves against an independent program.
@Suite struct HierarchicalOracleTests {
  /// The table of JLA without the scatter of its sets.
  static func jla() throws -> (sample: LightCurveSample, sets: [String]) {
    let path = try #require(ProjectFiles.shared("data/jla_full/jla_lcparams.txt"))
    let catalog = try Catalog(reading: path)
    let curves = try #require(catalog.lightCurves)
    let scatters = try #require(catalog.labels.includedScatter)
    let supernovae = zip(curves.supernovae, scatters).map { supernova, scatter in
      var other = supernova
      other.magnitudeVariance -= scatter * scatter
      return other
    }
    return (LightCurveSample(supernovae), try #require(catalog.labels.surveys))
  }

  @Test("log L of JLA is that of an independent program", .needs("data/jla_full"))
  func oracles() throws {
    let (sample, sets) = try Self.jla()
    let file = try #require(ProjectFiles.shared("reference/light_curves.json"))
    let reference = try JSONDecoder().decode(
      LightCurveReference.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
    for (key, populations) in [("oracle_jla_one", nil), ("oracle_jla_survey_drift", sets)] {
      let oracle = try #require(reference.oracles[key])
      var model = HierarchicalModel()
      model.populations = populations
      model.drifts = populations != nil
      let likelihood = HierarchicalLikelihood(
        sample, model,
        distances: ModelDistances(
          FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)))
      let values = oracle.named(sets: populations != nil)
      let point = try likelihood.parameterNames.map { try #require(values[$0], "\($0)") }
      let found = HierarchicalLikelihoodTests.evaluate(likelihood, point).value
      #expect(abs(found - oracle.logLikelihood) < 1e-8, "\(key): \(found)")
    }
  }
}

/// The oracles of the reference, whose sets count from 0.
private struct LightCurveReference: Decodable {
  struct Oracle: Decodable {
    let parameters: [String]?
    let values: [Double]?
    let logLikelihood: Double

    enum CodingKeys: String, CodingKey {
      case parameters, values
      case logLikelihood = "log_likelihood"
    }

    func named(sets: Bool) -> [String: Double] {
      let names = (parameters ?? []).map { name -> String in
        switch name {
        case "M0": return "M"
        case "Delta_M": return "delta_M"
        default:
          guard sets, let last = name.last, let set = Int(String(last)), name.contains("_\(set)"),
            name.hasSuffix("_\(set)")
          else { return name }
          return name.dropLast() + "\(set + 1)"
        }
      }
      return Dictionary(zip(names, values ?? []), uniquingKeysWith: { first, _ in first })
    }
  }

  let oracles: [String: Oracle]
}
