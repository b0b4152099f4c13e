import Benchmark
import Cosmology
import Inference

/// The hierarchical likelihood of light curves of four surveys at random redshifts up to 1, with a drifting population each: 30
/// parameters.
private func hierarchical(_ count: Int) throws -> (HierarchicalLikelihood, [Double]) {
  var random = RandomStream(seed: 7, "light curves of four surveys")
  let empty = LightCurveSample(
    (0..<count).map { index in
      let z = 0.01 + 0.99 * random.nextUniform()
      return LightCurveSample.Supernova(
        redshift: z, heliocentricRedshift: z, magnitude: 0, shape: 0, color: 0,
        magnitudeVariance: 0.0144, shapeVariance: 0.09, colorVariance: 0.0009,
        magnitudeShapeCovariance: 0.001, magnitudeColorCovariance: 0.0008,
        shapeColorCovariance: -0.0005, hasMassiveHost: index % 3 == 0)
    })
  var model = HierarchicalModel()
  model.populations = (0..<count).map { "\($0 % 4)" }
  let redshifts = empty.supernovae.map(\.redshift)
  let distances = ModelDistances(FlatLambdaCDM(), redshifts: redshifts)
  let truths = [
    "omega_m": 0.3, "alpha": 0.14, "beta": 3.1, "M": -19.05, "delta_M": -0.06, "sigma_int": 0.1,
    "x1_mean": 0.1, "x1_drift": 0.4, "x1_sd": 0.9, "c_mean": -0.02, "c_drift": -0.1,
    "c_sd": 0.07,
  ]
  let mock = HierarchicalLikelihood(empty, model, distances: distances)
  let truth = mock.parameterNames.map { name in
    truths[name] ?? truths[String(name.dropLast(2))] ?? .nan
  }
  let catalog = try SimulatedLightCurves(mock, at: truth).catalog(0, seed: 7)
  let likelihood = HierarchicalLikelihood(
    catalog.sample, model, distances: distances, over: try space(distances.parameterNames))
  return (likelihood, truth)
}

func hierarchicalBenchmarks() {
  for count in [740, 10_000, 100_000, 1_000_000] {
    Benchmark(
      "flat ΛCDM, \(count) light curves, hierarchical: log L with gradient",
      configuration: Benchmark.Configuration(
        scalingFactor: count < 10_000 ? .kilo : .one, maxDuration: .seconds(5))
    ) { benchmark in
      let (likelihood, truth) = try hierarchical(count)
      evaluate(benchmark, likelihood, around: truth, relativeSpread: 0.002)
    }
  }
}
