import Catalogs
import Cosmology
import Foundation
import Inference
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
    let reference = try Self.reference()
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

  @Test(
    "log L of twelve supernovae that systematic errors move together is that of a dense covariance",
    .needs("data/jla_full"))
  func dense() throws {
    let whole = try Self.jla().sample
    let sample = LightCurveSample(Array(whole.supernovae.prefix(12)))
    let redshifts = sample.supernovae.map(\.redshift)
    let zero = redshifts.map { _ in 0.0 }
    let shifts = [
      HierarchicalModel.Systematic(
        name: "a", magnitudes: redshifts.map { _ in 0.01 }, shapes: zero,
        colors: redshifts.map { _ in 0.004 }),
      HierarchicalModel.Systematic(
        name: "b", magnitudes: redshifts.map { 0.02 * $0 }, shapes: redshifts.map { _ in 0.05 },
        colors: redshifts.map { -0.006 * $0 }),
      HierarchicalModel.Systematic(
        name: "c", magnitudes: redshifts.map { -0.008 * cos(5 * $0) },
        shapes: redshifts.map { 0.03 * $0 }, colors: redshifts.map { 0.005 * sin(7 * $0) }),
    ]
    let oracles = try Self.reference().oracles
    let oracle = try #require(oracles["oracle_dense_12"])
    let alone = try #require(oracle.withoutSystematics)
    var values = try #require(oracles["oracle_jla_one"]).named(sets: false)
    for shift in shifts { values["sys_\(shift.name)"] = 0 }
    for (systematics, expected) in [([], alone), (shifts, oracle.logLikelihood)] {
      var model = HierarchicalModel()
      model.drifts = false
      model.systematics = systematics
      let likelihood = HierarchicalLikelihood(
        sample, model, distances: ModelDistances(FlatLambdaCDM(), redshifts: redshifts))
      let point = try likelihood.parameterNames.map { try #require(values[$0], "\($0)") }
      let priors = likelihood.normalNames.map { name in
        name.hasPrefix("sys") ? NormalFactor(precision: 1, center: 0) : nil
      }
      let found =
        likelihood.logIntegral(at: point.span, priors: priors)
        - 0.5 * Double(systematics.count) * log(2 * .pi)
      #expect(abs(found - expected) < 1e-8, "\(found), \(expected)")
    }
  }

  private static func reference() throws -> LightCurveReference {
    let file = try #require(ProjectFiles.shared("reference/light_curves.json"))
    return try JSONDecoder().decode(
      LightCurveReference.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
  }
}

/// The oracles of the reference, whose sets count from 0.
private struct LightCurveReference: Decodable {
  struct Oracle: Decodable {
    let parameters: [String]?
    let values: [Double]?
    let logLikelihood: Double
    let withoutSystematics: Double?

    enum CodingKeys: String, CodingKey {
      case parameters, values
      case logLikelihood = "log_likelihood"
      case withoutSystematics = "log_likelihood_without_systematics"
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
