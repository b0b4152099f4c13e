import Benchmark
import Foundation
import Inference
import LinearAlgebra
import Samplers

/// The networks of Souveton et al. 2023 in two dimensions: potential and momentum density with two
/// hidden layers, a quadratic kinetic energy, a soft-uniform base.
func flow(hidden: Int, steps: Int) -> NeuralHamiltonianFlow {
  var generator = RandomStream(seed: 1, "flow")
  return NeuralHamiltonianFlow(
    base: .softUniform(halfWidth: 3), encoder: .standardNormal(dimension: 2),
    blocks: [
      HamiltonianBlock(
        potential: .network(MultilayerPerceptron(widths: [2, hidden, hidden, 1])),
        kinetic: .quadratic(QuadraticEnergy(dimension: 2)), stepCount: steps)
    ],
    finalMomentum: ConditionalGaussian(
      dimension: 2, scale: .diagonal, isLinear: false, hidden: [hidden, hidden]),
    time: 1, outputScale: 1, using: &generator)
}

func normalPoints(_ count: Int) -> [Float] {
  var generator = RandomStream(seed: 1, "points")
  return (0..<2 * count).map { _ in Float(2 * generator.nextStandardNormal()) }
}

/// Products of size × size by size × 512, the largest batch there is.
func multiply(_ benchmark: Benchmark, size: Int) {
  let left = [Float](repeating: 0.5, count: size * size)
  let right = [Float](repeating: 0.5, count: size * 512)
  var product = right
  benchmark.startMeasurement()
  for _ in benchmark.scaledIterations {
    Float.multiply(
      MatrixOperand(left, stride: size), MatrixOperand(right, stride: 512), rows: size,
      columns: 512, inner: size, adding: 0, to: &product, resultStride: 512)
  }
  benchmark.stopMeasurement()
  blackHole(product)
}

/// Whether derivatives are those of the loss, along themselves.
func check(_ twin: NaiveTraining, _ points: [Float]) {
  let generator = RandomStream(seed: 1, "momenta")
  var used = generator
  let gradient = twin.step(points, using: &used).derivatives
  let size = gradient.squareSum.squareRoot()
  func loss(_ step: Float) -> Float {
    var (moved, used) = (twin, generator)
    moved.move(along: gradient, by: step / size)
    return moved.step(points, using: &used).loss
  }
  let slope = (loss(0.01) - loss(-0.01)) / 0.02
  precondition(abs(slope / size - 1) < 0.02, "the twin's derivatives are off: \(slope), \(size)")
}

nonisolated(unsafe) let benchmarks = {
  Benchmark.defaultConfiguration.metrics = [.wallClock, .cpuTotal, .throughput]
  Benchmark.defaultConfiguration.maxDuration = .seconds(3)

  for size in [8, 32, 128] {
    Benchmark(
      "sgemm, \(size) × \(size) by \(size) × 512",
      configuration: .init(scalingFactor: .kilo)
    ) { multiply($0, size: size) }
  }

  for (hidden, steps) in [(8, 10), (32, 2), (32, 10), (128, 10)] {
    let shape = "H = \(hidden), L = \(steps)"
    // The package that measures holds a thread of Swift's pool, so more than one tell nothing.
    for momenta in [1, 8] {
      Benchmark("training step, batch 512, \(shape), momenta: \(momenta)") { benchmark in
        let objective = FlowObjective(
          flow(hidden: hidden, steps: steps), batchSize: 512,
          workers: LocalWorkers(threadCount: 1))
        let parameters = objective.flow.parameters
        let points = normalPoints(512).map { Double($0) }
        func step(_ batch: Int) async {
          blackHole(
            await objective.data(points, momenta: momenta, at: parameters, seed: 1, batch: batch))
        }
        // Pages are touched, and threads started, before it counts.
        await step(0)
        benchmark.startMeasurement()
        for batch in 0..<10 { await step(batch) }
        benchmark.stopMeasurement()
      }
    }
    Benchmark("training step, batch 512, \(shape), naive twin") { benchmark in
      var generator = RandomStream(seed: 1, "twin")
      let twin = NaiveTraining(
        dimension: 2, hidden: hidden, stepCount: steps, using: &generator)
      let points = normalPoints(512)
      check(twin, Array(points[..<64]))
      benchmark.startMeasurement()
      blackHole(twin.step(points, using: &generator))
      benchmark.stopMeasurement()
    }
    Benchmark("sampling of 100,000 draws, \(shape)") { benchmark in
      let map = HamiltonianMap(flow(hidden: hidden, steps: steps), precision: .single)
      benchmark.startMeasurement()
      blackHole(try await map.sample(100_000))
      benchmark.stopMeasurement()
    }
  }
}
