import Cosmology
import Foundation
import Inference
import TestSupport
import Testing

/// The default model measures what catalogs were drawn with where populations differ between surveys and drift within them.
@Suite struct SimulatedPopulationsTests {
  /// Catalogs with JLA's redshifts, errors, sets and hosts.
  static func simulation(
    _ values: [String: Double], _ change: (inout HierarchicalModel, [String]) -> Void
  ) throws -> SimulatedLightCurves {
    let (sample, sets) = try HierarchicalOracleTests.jla()
    var model = HierarchicalModel()
    change(&model, sets)
    let likelihood = HierarchicalLikelihood(
      sample, model,
      distances: ModelDistances(
        FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)))
    let all = universe.merging(values) { first, _ in first }
    return try SimulatedLightCurves(
      likelihood, at: likelihood.parameterNames.map { try #require(all[$0], "\($0)") })
  }

  static let universe = [
    "omega_m": 0.3, "alpha": 0.14, "beta": 3.1, "M": -19.05, "delta_M": -0.06, "sigma_int": 0.1,
  ]

  /// Populations of sets like those that were fitted to JLA, which drift.
  static func drifting() throws -> SimulatedLightCurves {
    let (sample, sets) = try HierarchicalOracleTests.jla()
    var truth: [String: Double] = [:]
    // Means, deviations, and slopes per unit of redshift.
    let populations: [(x: (Double, Double, Double), c: (Double, Double, Double))] = [
      ((0.2138, 0.80377, 0.62651), (-0.03149, 0.06474, -0.1258)),
      ((0.0383, 0.92146, 0.83028), (-0.02648, 0.06659, -0.38547)),
      ((-0.33882, 1.0705, 6.79051), (-0.00394, 0.07365, -0.96854)),
      ((0.2, 0.9, 0), (-0.03, 0.07, 0)),
    ]
    for (set, own) in populations.enumerated() {
      let members = zip(sample.supernovae, sets).filter { $0.1 == "\(set + 1)" }
        .map(\.0.redshift)
      let width = (members.max() ?? 0) - (members.min() ?? 0)
      (truth["x1_mean_\(set + 1)"], truth["x1_sd_\(set + 1)"]) = (own.x.0, own.x.1)
      (truth["c_mean_\(set + 1)"], truth["c_sd_\(set + 1)"]) = (own.c.0, own.c.1)
      truth["x1_drift_\(set + 1)"] = own.x.2 * width
      truth["c_drift_\(set + 1)"] = own.c.2 * width
    }
    return try simulation(truth) { $0.populations = $1 }
  }

  /// One population, of which sets have what is brighter than their limits.
  static func limited() throws -> SimulatedLightCurves {
    try simulation([
      "x1_mean": 0.05, "x1_sd": 0.95, "c_mean": -0.02, "c_sd": 0.075, "m_limit_width": 0.25,
      "m_limit_1": 24.28043, "m_limit_2": 21.452155, "m_limit_3": 18.096025,
      "m_limit_4": 25.755072,
    ]) { model, sets in
      (model.drifts, model.limits) = (false, sets)
    }
  }

  /// Pulls in a model.
  ///
  /// - Parameter fixed: what is known beforehand.
  static func pulls(
    _ simulation: SimulatedLightCurves, _ count: Int, in model: HierarchicalModel,
    fixing fixed: (String) -> Bool = { _ in false }
  ) throws -> SimulatedPulls {
    let likelihood = simulation.likelihood
    let truth = Dictionary(
      uniqueKeysWithValues: zip(
        likelihood.parameterNames, try simulation.catalog(0, seed: 1).parameters))
    let known = truth.filter { fixed($0.key) }.map { Parameter($0.key, prior: .fixed($0.value)) }
    return try SimulatedPulls(simulation, count, seed: 1, of: names) {
      try ModeFit($0, model, changes: known, from: truth)
    }
  }

  static let names = ["omega_m", "alpha", "beta"]

  @Test(
    "a hundred catalogs: the default model is unbiased with honest errors, and one population is not",
    .needs("data/jla_full"))
  func hundred() throws {
    let count = fullTestsAreAskedFor ? 400 : 100
    let simulation = try Self.drifting()
    let own = try Self.pulls(simulation, count, in: simulation.likelihood.model)
    for name in Self.names {
      #expect(abs(own.mean(name)) < 0.3, "\(own.words)")
      #expect((0.85...1.15).contains(own.deviation(name)), "\(own.words)")
    }
    var broken = HierarchicalModel()
    broken.drifts = false
    let one = try Self.pulls(simulation, count, in: broken)
    #expect(one.mean("omega_m") > 1.5, "\(one.words)")
  }

  @Test(
    "four hundred magnitude-limited catalogs: unbiased with limits, known or not, and not without",
    .needs("data/jla_full"), .enabled(if: fullTestsAreAskedFor))
  func limits() throws {
    let simulation = try Self.limited()
    let model = simulation.likelihood.model
    let known = try Self.pulls(simulation, 400, in: model) { $0.hasPrefix("m_limit") }
    let free = try Self.pulls(simulation, 400, in: model) { $0 == "m_limit_width" }
    for name in Self.names {
      #expect(abs(known.mean(name)) < 0.3, "\(known.words)")
      #expect(abs(free.mean(name)) < 0.3, "\(free.words)")
    }
    var broken = model
    broken.limits = nil
    let ignoring = try Self.pulls(simulation, 400, in: broken)
    #expect(ignoring.mean("omega_m") > 2, "\(ignoring.words)")
  }
}
