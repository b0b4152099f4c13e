import Benchmark
import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers

/// A standard normal density in two dimensions: next to no work, so that what is left is the
/// sampler's own.
struct StandardNormal: LogDensity {
  let dimension = 2

  func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
    gradient[0] = -x[0]
    gradient[1] = -x[1]
    return -0.5 * (x[0] * x[0] + x[1] * x[1])
  }
}

/// Makes transitions until a number of leapfrog steps are done.
func sample(_ metric: some AdaptiveMetric, stepSize: Double, steps count: Int) -> Double {
  let density = StandardNormal()
  let kernel = NoUTurnSampler(density, metric: metric, stepSize: stepSize)
  var random = RandomStream(seed: 1, "benchmark")
  var state = PhasePoint(density, at: [0.5, 0.5])
  var steps = 0
  while steps < count { steps += kernel.advance(&state, using: &random).steps }
  return state.position[0]
}

nonisolated(unsafe) let benchmarks = {
  Benchmark.defaultConfiguration.metrics = [.wallClock, .throughput]
  Benchmark.defaultConfiguration.scalingFactor = .kilo

  // With a scaling factor of a thousand, throughput is in thousands of leapfrog steps per second.
  for stepSize in [1.0, 0.3, 0.05] {
    let target = "standard normal in 2 dimensions, step size \(stepSize): leapfrog steps"
    Benchmark("NUTS, unit metric, \(target)") { benchmark in
      let metric = UnitMetric(dimension: 2)
      blackHole(sample(metric, stepSize: stepSize, steps: benchmark.scaledIterations.count))
    }
    Benchmark("NUTS, dense metric, \(target)") { benchmark in
      let metric = DenseMetric(dimension: 2)
      blackHole(sample(metric, stepSize: stepSize, steps: benchmark.scaledIterations.count))
    }
  }

  // Beside the sum that depends on the order.
  for isReproducible in [true, false] {
    Benchmark("sum of normal deviates, \(isReproducible ? "reproducible" : "plain")") { benchmark in
      var random = RandomStream(seed: 1, "benchmark")
      let terms = (0..<1000).map { _ in random.nextStandardNormal() }
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        blackHole(isReproducible ? ReproducibleSum(terms).value : terms.reduce(0, +))
      }
    }
  }

  Benchmark("JLA bins, log posterior with gradient, direct path") { benchmark in
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../data/jla_binned.fits").standardized.path
    guard let sample = try Catalog(reading: path).sample else { fatalError("no moduli") }
    let posterior = try Posterior(
      ParameterSpace([.omegaMatter, .hubble]),
      SupernovaLikelihood(
        sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts)))
    let position = [-0.88, 0.85]
    var gradient = [0.0, 0.0]
    benchmark.startMeasurement()
    var sum = 0.0
    for _ in benchmark.scaledIterations {
      var span = gradient.mutableSpan
      sum += posterior.logDensity(at: position.span, gradient: &span)
    }
    blackHole(sum)
  }
}
