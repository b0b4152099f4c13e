import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Systematic errors as parameters of their own give the posterior that they give integrated out.
@Suite struct ExplicitSystematicsTests {
  /// Light curves with shift vectors, drawn at a truth.
  static func likelihood(_ count: Int, shifts: Int) throws -> HierarchicalLikelihood {
    var random = RandomStream(seed: 4, "light curves with systematic errors")
    let empty = LightCurveSample(
      (0..<count).map { index in
        let z = 0.01 + 0.99 * Double(index) / Double(count)
        return LightCurveSample.Supernova(
          redshift: z, heliocentricRedshift: z, magnitude: 0, shape: 0, color: 0,
          magnitudeVariance: 0.008, shapeVariance: 0.09, colorVariance: 0.0009,
          magnitudeShapeCovariance: 0.001, magnitudeColorCovariance: 0.0008)
      })
    var model = HierarchicalModel()
    // Smooth in redshift, each with a frequency and phases of its own.
    model.systematics = (0..<shifts).map { n in
      func wave(_ size: Double) -> [Double] {
        let phase = 2 * Double.pi * random.nextUniform()
        return empty.supernovae.map { size * cos(Double(n) * $0.redshift + phase) }
      }
      return HierarchicalModel.Systematic(
        name: "\(n + 1)", magnitudes: wave(0.015), shapes: wave(0.05), colors: wave(0.004))
    }
    let distances = ModelDistances(
      FlatLambdaCDM(), redshifts: empty.supernovae.map(\.redshift))
    let likelihood = HierarchicalLikelihood(empty, model, distances: distances)
    let truth = [
      "omega_m": 0.3, "alpha": 0.14, "beta": 3.1, "M": -19.05, "sigma_int": 0.1, "x1_mean": 0.1,
      "x1_drift": 0.3, "x1_sd": 0.9, "c_mean": -0.02,
      "c_drift": -0.05, "c_sd": 0.07,
    ]
    let simulation = try SimulatedLightCurves(
      likelihood, at: likelihood.parameterNames.map { truth[$0] ?? 0 })
    return HierarchicalLikelihood(
      try simulation.catalog(0, seed: 1).sample, model, distances: distances,
      over: try ParameterSpace([matter]))
  }

  static let matter = Parameter("omega_m", prior: .uniform(lower: 0.01, upper: 0.99))

  /// Means and sds of both within bars or 4 joint errors.
  static func compare(_ likelihood: HierarchicalLikelihood, draws: Int, warmUp: Int) async throws {
    let posterior = try Posterior(
      try ParameterSpace([matter] + likelihood.defaultParameters), likelihood)
    #expect(IntegratedPosterior(posterior) != nil)
    var sampler = HamiltonianSampler()
    (sampler.draws, sampler.warmUp, sampler.weightedDraws) = (draws, warmUp, 100)
    func summary(_ coordinates: CoordinateChoice, seed: Seed) async throws -> PosteriorSummary {
      sampler.coordinates = coordinates
      let sets = try await sampler.run(posterior, in: RunContext(seed: seed))
      let chains = try #require(sets.first { $0.kind != .weighted && $0.kind != .raw })
      return PosteriorSummary(chains.chains)
    }
    // Fitted coordinates are those of the integral; whitened ones are of all parameters.
    let integrated = try await summary(.fitted, seed: 1)
    let explicit = try await summary(.whitened, seed: 2)
    for own in explicit.parameters {
      let other = try #require(integrated.parameters.first { $0.name == own.name })
      let error =
        (1 / own.bulkEffectiveSampleSize + 1 / other.bulkEffectiveSampleSize).squareRoot()
      let shift = abs(own.mean - other.mean) / other.standardDeviation
      let ratio = abs(own.standardDeviation / other.standardDeviation - 1)
      #expect(shift < max(0.05, 4 * error), "\(own.name): \(shift) sd")
      #expect(ratio < max(0.03, 4 * error), "\(own.name): sd off by \(ratio)")
    }
  }

  @Test("a few shifts, explicit and integrated out")
  func few() async throws {
    try await Self.compare(Self.likelihood(60, shifts: 3), draws: 500, warmUp: 300)
  }

  @Test("24 shifts, explicit and integrated out", .enabled(if: fullTestsAreAskedFor))
  func many() async throws {
    try await Self.compare(Self.likelihood(300, shifts: 24), draws: 8000, warmUp: 1000)
  }
}
