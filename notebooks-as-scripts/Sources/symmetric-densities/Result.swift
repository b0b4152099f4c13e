import Foundation
import GenerativeStudy
import Inference
import Samplers

/// What came of one training: a line of `results.csv`.
struct Result: Sendable {
  static let header =
    "density,flow,points,seed,hidden,hamiltonians,updates,batch,entropy,nll,nll_error,"
    + "negative_elbo,elbo_error,bracket,invariance_error,energy_spread,seconds,date"

  let density, flow: String
  let points, seed: Int
  /// Minus the mean bound of the log density by 64 momenta, and −ELBO.
  let nll, negativeEvidence: Double
  /// The largest normalised bracket, E|log m(R q) − log m(q)|, and the standard deviation of H.
  let bracket, invarianceError, energySpread: Double
  let entropy: Double
  let line: String

  /// Which training it is of.
  var key: String { line.split(separator: ",")[..<8].joined(separator: ",") }

  /// For the screen.
  var text: String {
    density.padded(11) + flow.padded(21) + "\(points)".padded(7) + "\(seed)".padded(3)
      + String(
        format: "%9.4f %9.4f %9.4f %9.1e %9.4f %9.3f", nll, nll - entropy, negativeEvidence,
        bracket, invarianceError, energySpread)
  }

  init?(line: String) {
    let fields = line.split(separator: ",").map(String.init)
    guard fields.count == 18, let points = Int(fields[2]), let seed = Int(fields[3]),
      case let numbers = fields[8..<16].compactMap(Double.init), numbers.count == 8
    else { return nil }
    (density, flow, self.points, self.seed) = (fields[0], fields[1], points, seed)
    (entropy, nll, negativeEvidence) = (numbers[0], numbers[1], numbers[3])
    (bracket, invarianceError, energySpread) = (numbers[5], numbers[6], numbers[7])
    self.line = line
  }
}

/// One training: a density, a flow, how many points there are to learn from, and a seed of all.
struct Cell: Sendable {
  let density: PotentialTarget
  /// What the density has.
  let symmetry: Symmetry
  let rival: Rival
  let points, seed: Int

  /// The beginning of its line.
  var key: String {
    let shape = rival.shape
    let counts = [
      points, seed, shape.hidden, shape.hamiltonians, shape.updates, shape.batchSize,
    ]
    return "\(density.name),\(rival.name)," + counts.map(String.init).joined(separator: ",")
  }
  /// In names of files.
  var name: String { "\(density.name)-\(rival.name)" }

  /// Trains and evaluates; the trainings that figures show leave their data in the folder.
  func run(testCount: Int, in folder: NotebookFolder, isShown: Bool) async throws -> Result {
    let start = ContinuousClock.now
    let seed = Seed(UInt64(seed))
    let context = RunContext(seed: seed, workers: LocalWorkers(threadCount: 1))
    let data = density.draw(points, seed: seed, "training")
    let heldOut = Array(data[..<(2 * (points / 5))])
    let rest = Array(data[heldOut.count...])
    let (flow, state) = try await rival.trainer(on: rest).train(
      rival.flow(seed: self.seed), on: rest, heldOut: heldOut, in: context)
    let test = density.draw(testCount, seed: 1, "test")
    let report = try await DensityReport(
      flow, at: test, logDensities: density.logDensities(test), entropy: density.entropy,
      draws: 64, importanceCount: testCount, in: context)
    let map = HamiltonianMap(flow)
    let invariance = try await map.invariance(
      under: rival.symmetry ?? symmetry, points: 500, in: context)
    let numbers = [
      density.entropy, report.negativeImportance, report.importanceError,
      report.negativeEvidence, report.evidenceError, invariance.hamiltonians.max() ?? 0,
      invariance.logDensityChange, try await energySpread(map, context),
    ]
    if isShown {
      try await writeDensity(of: map, to: folder, context)
      try writeMultipliers(state.records, to: folder)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let date = ISO8601DateFormatter().string(from: Date()).prefix(10)
    let line =
      key + "," + numbers.map { String(format: "%.5g", $0) }.joined(separator: ",")
      + String(format: ",%.1f,", seconds) + date
    guard let result = Result(line: line) else { fatalError("not a line of results: \(line)") }
    return result
  }

  /// The standard deviation of H at draws of the flow, a mean over its Hamiltonians.
  private func energySpread(_ map: HamiltonianMap, _ context: RunContext) async throws -> Double {
    let draws = try await map.sample(2000, "energies", in: context).points
    var sum = 0.0
    for block in map.flow.blocks.indices {
      let energies = try await map.energies(ofBlock: block, at: draws, in: context)
      let values = zip(energies.potential, energies.kinetic).map { $0 + $1 }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      sum += variance.squareRoot()
    }
    return sum / Double(map.flow.blocks.count)
  }

  /// The log density on a grid.
  private func writeDensity(
    of map: HamiltonianMap, to folder: NotebookFolder, _ context: RunContext
  ) async throws {
    let nodes = (0..<81).map { -3.6 + 0.09 * Double($0) }
    let grid = nodes.flatMap { x in nodes.flatMap { [x, $0] } }
    let bounds = try await map.densityBounds(at: grid, draws: 64, in: context)
    try folder.write(
      columns: [
        stride(from: 0, to: grid.count, by: 2).map { grid[$0] },
        stride(from: 1, to: grid.count, by: 2).map { grid[$0] },
        bounds.importance.map { exp($0) }, density.logDensities(grid).map { exp($0) },
      ], to: "\(name).density.txt", block: nodes.count)
  }

  /// The multipliers and the moving averages of brackets at every look, where there are any.
  private func writeMultipliers(_ records: [FlowTrainingRecord], to folder: NotebookFolder) throws {
    let kept = records.filter { !($0.memories.first?.isEmpty ?? true) }
    guard let count = kept.first?.memories[0].count else { return }
    try folder.write(
      columns: [kept.map { Double($0.step) }]
        + (0..<count).map { index in kept.map { $0.memories[0][index] } },
      to: "\(name).multipliers.txt")
  }
}
