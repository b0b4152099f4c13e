import Cosmology
import Foundation
import Inference
import TestSupport
import Testing

/// The default model measures what catalogs were drawn with where populations differ between surveys and drift within them.
@Suite struct SimulatedPopulationsTests {
  /// Catalogs with JLA's redshifts, errors, sets and hosts, and populations like JLA's.
  static func simulation() throws -> SimulatedLightCurves {
    let (sample, sets) = try HierarchicalOracleTests.jla()
    let redshifts = sample.supernovae.map(\.redshift)
    var model = HierarchicalModel()
    model.populations = sets
    let likelihood = HierarchicalLikelihood(
      sample, model, distances: ModelDistances(FlatLambdaCDM(), redshifts: redshifts))
    var truth = [
      "omega_m": 0.3, "alpha": 0.14, "beta": 3.1, "M": -19.05, "delta_M": -0.06, "sigma_int": 0.1,
    ]
    // Means, deviations, and slopes per unit of redshift.
    let populations: [(x: (Double, Double, Double), c: (Double, Double, Double))] = [
      ((0.2138, 0.80377, 0.62651), (-0.03149, 0.06474, -0.1258)),
      ((0.0383, 0.92146, 0.83028), (-0.02648, 0.06659, -0.38547)),
      ((-0.33882, 1.0705, 6.79051), (-0.00394, 0.07365, -0.96854)),
      ((0.2, 0.9, 0), (-0.03, 0.07, 0)),
    ]
    for (set, own) in populations.enumerated() {
      let members = zip(redshifts, sets).filter { $0.1 == "\(set + 1)" }.map(\.0)
      let width = (members.max() ?? 0) - (members.min() ?? 0)
      (truth["x1_mean_\(set + 1)"], truth["x1_sd_\(set + 1)"]) = (own.x.0, own.x.1)
      (truth["c_mean_\(set + 1)"], truth["c_sd_\(set + 1)"]) = (own.c.0, own.c.1)
      truth["x1_drift_\(set + 1)"] = own.x.2 * width
      truth["c_drift_\(set + 1)"] = own.c.2 * width
    }
    return try SimulatedLightCurves(
      likelihood, at: likelihood.parameterNames.map { try #require(truth[$0], "\($0)") })
  }

  static let names = ["omega_m", "alpha", "beta"]

  /// Pulls in the model that catalogs were drawn from, and in that of one population of constant means.
  static func pulls(_ count: Int) throws -> (own: SimulatedPulls, one: SimulatedPulls) {
    let simulation = try simulation()
    let truth = Dictionary(
      uniqueKeysWithValues: zip(
        simulation.likelihood.parameterNames, try simulation.catalog(0, seed: 1).parameters))
    var broken = HierarchicalModel()
    broken.drifts = false
    return (
      try SimulatedPulls(simulation, count, seed: 1, of: names) {
        try ModeFit($0, simulation.likelihood.model, from: truth)
      },
      try SimulatedPulls(simulation, count, seed: 1, of: names) {
        try ModeFit($0, broken, from: truth)
      }
    )
  }

  @Test(
    "a hundred catalogs: the default model is unbiased with honest errors, and one population is not",
    .needs("data/jla_full"))
  func hundred() throws {
    let begin = ContinuousClock.now
    let (own, one) = try Self.pulls(100)
    print("S3", own.words, "|", one.words, (.now - begin) / .seconds(1))
    for name in Self.names {
      #expect(abs(own.mean(name)) < 0.3, "\(own.words)")
      #expect((0.85...1.15).contains(own.deviation(name)), "\(own.words)")
    }
    #expect(one.mean("omega_m") > 1.5, "\(one.words)")
  }
}
