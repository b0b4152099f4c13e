import Benchmark
import Cosmology
import Foundation
import Inference
import LinearAlgebra

/// Supernovae at random redshifts from 0.01 to 2.26, with a dense covariance.
func synthetic(_ count: Int) -> SupernovaSample {
  var random = RandomStream(seed: 5, "synthetic")
  let redshifts = (0..<count).map { _ in 0.01 * pow(226, random.nextUniform()) }
  let universe = Universe(FlatLambdaCDM(), [0.33], h: 0.7)
  let moduli = redshifts.map {
    universe.distanceModulus(redshift: $0) + 0.15 * random.nextStandardNormal()
  }
  var elements = [Double](repeating: 0, count: count * count)
  for i in 0..<count {
    for j in 0..<count {
      let distance = log(redshifts[i] / redshifts[j])
      elements[i * count + j] = 0.002 * exp(-distance * distance) + (i == j ? 0.0225 : 0)
    }
  }
  return SupernovaSample(
    redshifts: redshifts, magnitudes: moduli,
    covariance: .total(Matrix(rows: count, columns: count, elements: elements)))
}

func space(_ names: [String]) throws -> ParameterSpace {
  let ranges: [String: (Double, Double)] = [
    "omega_m": (0, 1), "w0": (-3, 1), "wa": (-3, 2), "h": (0.4, 1),
  ]
  return try ParameterSpace(
    names.map { name in
      let (lower, upper) = ranges[name] ?? (0, 1)
      return Parameter(name, prior: .uniform(lower: lower, upper: upper))
    })
}

/// Evaluates at points like those of a posterior.
func evaluate(
  _ benchmark: Benchmark, _ likelihood: some GradientLikelihood, around center: [Double],
  relativeSpread: Double? = nil
) {
  var random = RandomStream(seed: 1, "points")
  let points = (0..<64).map { _ in
    center.map { coordinate in
      let spread = relativeSpread.map { $0 * coordinate } ?? 0.02
      return coordinate + spread * random.nextStandardNormal()
    }
  }
  var gradient = center
  benchmark.startMeasurement()
  var sum = 0.0
  for index in benchmark.scaledIterations {
    let point = points[index & 63]
    var span = gradient.mutableSpan
    sum += likelihood.logLikelihood(at: point.span, gradient: &span)
  }
  blackHole(sum)
  // Freeing matrices is not part of it.
  benchmark.stopMeasurement()
}

nonisolated(unsafe) let benchmarks = {
  Benchmark.defaultConfiguration.metrics = [.wallClock, .throughput]
  Benchmark.defaultConfiguration.scalingFactor = .kilo
  jointBenchmarks()
  lightCurveBenchmarks()

  for count in [31, 1590] {
    Benchmark("flat ΛCDM, \(count) supernovae, projected: log L with gradient") { benchmark in
      let sample = synthetic(count)
      let direct = try SupernovaLikelihood(
        sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.hubbleFlowRedshifts))
      let projected = ProjectedSupernovaLikelihood(direct, over: try space(direct.parameterNames))
      evaluate(benchmark, projected, around: [0.33, 0.7])
    }
    Benchmark("flat w0waCDM with h, \(count) supernovae, projected: log L with gradient") {
      benchmark in
      let sample = synthetic(count)
      let direct = try SupernovaLikelihood(
        sample, distances: ModelDistances(FlatW0WaCDM(), redshifts: sample.hubbleFlowRedshifts))
      let projected = ProjectedSupernovaLikelihood(direct, over: try space(direct.parameterNames))
      evaluate(benchmark, projected, around: [0.33, -1, 0, 0.7])
    }
    Benchmark("flat ΛCDM, \(count) supernovae, direct: log L with gradient") { benchmark in
      let sample = synthetic(count)
      let direct = try SupernovaLikelihood(
        sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.hubbleFlowRedshifts))
      evaluate(benchmark, direct, around: [0.33, 0.7])
    }
  }
}
