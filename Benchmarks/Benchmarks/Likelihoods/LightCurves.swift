import Benchmark
import Cosmology
import Inference
import LinearAlgebra

/// Light curves at random redshifts up to 1, with all six blocks of a dense covariance.
private func lightCurves(_ count: Int) -> LightCurveSample {
  var random = RandomStream(seed: 6, "light curves")
  let universe = Universe(FlatLambdaCDM(), [0.3], h: 0.7)
  let supernovae = (0..<count).map { index in
    let z = 0.01 + 0.99 * random.nextUniform()
    let (shape, color) = (random.nextStandardNormal(), 0.08 * random.nextStandardNormal())
    return LightCurveSample.Supernova(
      redshift: z, heliocentricRedshift: z,
      magnitude: universe.distanceModulus(redshift: z, heliocentric: z) - 19.1 - 0.14 * shape
        + 3.1 * color + 0.12 * random.nextStandardNormal(),
      shape: shape, color: color, magnitudeVariance: 0.0144, shapeVariance: 0.09,
      colorVariance: 0.0009, hasMassiveHost: index % 3 == 0)
  }
  let sizes: [LightCurveSample.Block: Double] = [
    .magnitude: 0.002, .shape: 0.003, .color: 2e-5, .magnitudeShape: 1e-4,
    .magnitudeColor: 2e-5, .shapeColor: 1e-5,
  ]
  return LightCurveSample(
    supernovae,
    blocks: sizes.mapValues { size in
      var matrix = Matrix(diagonal: [Double](repeating: 0, count: count))
      for i in 0..<count {
        for j in 0..<count {
          let distance = 5 * (supernovae[i].redshift - supernovae[j].redshift)
          matrix[i, j] = size / (1 + distance * distance)
        }
      }
      return matrix
    })
}

private func likelihood<Model: ExpansionModel>(
  _ model: Model, _ count: Int, _ offset: OffsetTreatment
) -> LightCurveLikelihood<ModelDistances<Model>> {
  let sample = lightCurves(count)
  return LightCurveLikelihood(
    sample, distances: ModelDistances(model, redshifts: sample.supernovae.map(\.redshift)),
    offset: offset)
}

private func project<Model: ExpansionModel>(
  _ direct: LightCurveLikelihood<ModelDistances<Model>>
) throws -> ProjectedLightCurveLikelihood<ModelDistances<Model>> {
  ProjectedLightCurveLikelihood(
    direct, over: try ParameterSpace(direct.parameterNames.map { Parameter.usual($0) }))
}

func lightCurveBenchmarks() {
  // The projection and the direct path on the same sample.
  let (count, center) = (472, [0.3, 0.14, 3.1])
  Benchmark("flat ΛCDM, \(count) light curves with blocks, projected: log L with gradient") {
    evaluate(
      $0, try project(likelihood(FlatLambdaCDM(), count, .marginalised)), around: center,
      relativeSpread: 0.02)
  }
  Benchmark("the same with sampled offsets, projected: log L with gradient") {
    evaluate(
      $0, try project(likelihood(FlatLambdaCDM(), count, .sampled)),
      around: center + [-19.1, -0.01], relativeSpread: 0.002)
  }
  Benchmark("flat wCDM, \(count) light curves with blocks, projected: log L with gradient") {
    evaluate(
      $0, try project(likelihood(FlatWCDM(), count, .marginalised)), around: [0.3, -1, 0.14, 3.1],
      relativeSpread: 0.02)
  }
  let slow = Benchmark.Configuration(scalingFactor: .one, maxDuration: .seconds(5))
  Benchmark(
    "flat ΛCDM, \(count) light curves with blocks, direct: log L with gradient",
    configuration: slow
  ) {
    evaluate(
      $0, likelihood(FlatLambdaCDM(), count, .marginalised), around: center, relativeSpread: 0.02)
  }
  Benchmark("\(count) light curves with blocks: making the projection", configuration: slow) {
    benchmark in
    let direct = likelihood(FlatLambdaCDM(), count, .marginalised)
    benchmark.startMeasurement()
    blackHole(try project(direct))
    benchmark.stopMeasurement()
  }
}
