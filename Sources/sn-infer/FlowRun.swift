import Foundation
import Inference
import Logging
import Reports
import Samplers

/// The part of `fit` that is the flow's: trains, draws, judges, and writes what came out.
struct FlowRun {
  let sampler: FlowSampler
  /// The posterior in coordinates in which its prior is N(0, I).
  let posterior: Posterior
  let space: ParameterSpace
  let folder: OutputFolder
  let isQuiet: Bool

  /// Runs the flow.
  ///
  /// - Parameter chains: those of Hamiltonian Monte Carlo, if they ran, for the forward verdict.
  /// - Returns: what to tell of it, and its weighted draws; nil if it was stopped before it was done.
  func run(
    _ chains: [Chain], stop: StopRequest
  ) async throws -> (record: FlowRecord, draws: Chain)? {
    let clock = ContinuousClock()
    let begin = clock.now
    let progress = FlowProgress(folder: folder, isQuiet: isQuiet)
    defer { progress.finish() }
    let result = try await sampler.run(
      posterior, space: space, comparingWith: points(chains), from: progress.saved(),
      unless: { stop.isRequested }, progress: { progress.update($0) })
    progress.finish()
    progress.keep(result.training)
    if stop.isRequested {
      try await folder.flush()
      return nil
    }
    // A finished flow does without its state.
    try? await folder.flush()
    let record = FlowRecord(
      result, preset: sampler.preset, training: progress.training,
      seconds: (clock.now - begin) / .seconds(1))
    try write(result)
    return (record, result.weighted)
  }

  /// Draws of the chains as points, at most some ten thousand.
  private func points(_ chains: [Chain]) -> [[Double]] {
    let space = space.standardised
    let count = chains.reduce(0) { $0 + $1.count }
    let stride = max(1, count / 10_000)
    var points: [[Double]] = []
    for chain in chains {
      for index in Swift.stride(from: 0, to: chain.count, by: stride) {
        let point = zip(space.free, chain.draw(index)).map {
          space.transform(of: $0).coordinate(of: $1)
        }
        if point.allSatisfy(\.isFinite) { points.append(point) }
      }
    }
    return points
  }

  private func write(_ result: FlowPosterior) throws {
    try folder.write(
      [result.weighted], root: "nhf", label: "NHF", isIndependent: true)
    try folder.write(
      [result.raw], root: "nhf-raw", label: "NHF, raw", isIndependent: true)
    if !result.exact.isEmpty {
      try folder.write(result.exact, root: "nhf-exact", label: "NHF, exact")
    }
    // Before the first step there is no loss yet.
    let lines = result.training.records.map {
      "\($0.step),\($0.step == 0 ? .nan : $0.loss),\($0.score),\($0.beta),\($0.rate)\n"
    }
    try folder.write("step,loss,ess,beta,rate\n" + lines.joined(), to: FlowFiles.training)
    for file in FlowPicture(result, seed: sampler.seed).learned?.files ?? [] {
      try folder.write(file.content, to: file.name)
    }
    let model = try SavedFlow(
      result.proposal.flow, columns: space.free.map(\.name),
      coordinates: try result.fit.coordinates.description(result.coordinates),
      notes: ["preset": sampler.preset.rawValue, "seed": "\(sampler.seed)"])
    try folder.write(String(decoding: try model.json(), as: UTF8.self), to: FlowFiles.model)
  }
}

extension FittedCoordinates {
  /// The coordinates' name, and as JSON the numbers that make them.
  fileprivate func description(_ choice: CoordinateChoice) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let numbers: Data? =
      switch self {
      case .probit, .natural: nil
      case .whitened(let map): try encoder.encode(map)
      case .map(let map): try encoder.encode(map)
      }
    return choice.rawValue + (numbers.map { " " + String(decoding: $0, as: UTF8.self) } ?? "")
  }
}
