import GenerativeStudy
import Inference
import Samplers

/// How long a training step of each flow takes, relative to that of the first: medians over rounds
/// in which all take turns, as other work on the machine slows all of them.
func relativeCosts(_ rivals: [Rival], on data: [Double], rounds: Int) async throws -> [Double] {
  var ratios = [[Double]](repeating: [], count: rivals.count)
  let context = RunContext(seed: 1, workers: LocalWorkers(threadCount: 1))
  for round in 0...rounds {
    var seconds: [Double] = []
    for rival in rivals {
      let trainer = rival.trainer(on: data)
      let flow = rival.flow(seed: 1)
      let start = ContinuousClock.now
      _ = try await trainer.train(flow, on: data, heldOut: Array(data[..<2]), in: context)
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    }
    // The first round warms up.
    for (index, time) in seconds.enumerated() where round > 0 {
      ratios[index].append(time / seconds[0])
    }
  }
  return ratios.map { $0.sorted()[$0.count / 2] }
}
