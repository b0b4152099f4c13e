import Analyses
import Benchmark
import Foundation
import Inference
import Samplers

/// The mocks of the bundled JLA bins in a model.
func survey(_ model: String, with probes: [String] = []) throws -> MockSurvey {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../data/jla_binned.fits").standardized.path
  var analysis = Analysis(data: path)
  analysis.theory.model = model
  analysis.samplers = [TransportSampler()]
  if !probes.isEmpty { analysis.probes = try .init(options: probes) }
  if probes.contains(where: { $0.contains("cmb") }) {
    // Three times the widths of the posterior of such data, around its means.
    try analysis.assign(
      priors: [
        "omega_m=normal(0.30323,0.02043)", "h=normal(0.68355,0.0221)",
        "omega_b=normal(0.022312,0.000403)", "w0=normal(-0.9226,0.2055)",
        "wa=normal(-0.3726,0.7296)",
      ], fixed: [])
  }
  return try analysis.problem().survey()
}

/// The posteriors of as many mocks as there are iterations, on one thread.
func judge(
  _ benchmark: Benchmark, _ survey: MockSurvey, by sampler: any ReplicateSampler
) async throws {
  let count = benchmark.scaledIterations.count
  let study = CalibrationStudy(survey, by: sampler, count: count)
  let context = RunContext(seed: 1, workers: LocalWorkers(threadCount: 1))
  benchmark.startMeasurement()
  var sum = 0.0
  for unit in 0..<count { sum += try await study.values(of: unit, in: context)[0] }
  blackHole(sum)
  benchmark.stopMeasurement()
}

nonisolated(unsafe) let benchmarks = {
  Benchmark.defaultConfiguration.metrics = [.wallClock, .throughput]

  // Throughput is in thousands of mocks per second.
  let exact = Benchmark.Configuration(scalingFactor: .kilo)
  Benchmark("JLA bins, flat ΛCDM: mocks, exact", configuration: exact) { benchmark in
    let survey = try survey("flat_lcdm")
    try await judge(benchmark, survey, by: GridReplicates(for: survey, in: RunContext()))
  }

  // Of these in mocks per second.
  let chains = Benchmark.Configuration(scalingFactor: .one)
  for model in ["flat_lcdm", "flat_wcdm"] {
    Benchmark("JLA bins, \(model): a mock, NUTS", configuration: chains) { benchmark in
      try await judge(benchmark, try survey(model), by: ChainReplicates())
    }
  }
  Benchmark("JLA bins, flat_wcdm: a mock, weighted draws", configuration: chains) { benchmark in
    try await judge(benchmark, try survey("flat_wcdm"), by: WeightedReplicates())
  }
  Benchmark(
    "JLA bins with DESI DR2 and CMB, flat w0waCDM: a mock, weighted draws", configuration: chains
  ) { benchmark in
    try await judge(
      benchmark, try survey("flat_w0wacdm", with: ["desi_dr2,cmb"]), by: WeightedReplicates())
  }
}
