import Foundation
import GenerativeStudy
import Inference
import Samplers

/// One cell of the grid: a kinetic energy, H, L and T.
struct Cell: Sendable {
  let kinetic: FlowPreset.Kinetic
  let hidden, leapfrogSteps: Int
  let time: Double

  /// In file names and tables.
  var name: String { "\(kinetic.rawValue)-H\(hidden)-L\(leapfrogSteps)-T\(text(time))" }

  /// The paper's architecture with N(0, 2.5² I) as the prior of positions.
  var flow: NeuralHamiltonianFlow {
    var architecture = FlowArchitecture()
    architecture.kinetic = kinetic
    architecture.hidden = hidden
    architecture.leapfrogSteps = leapfrogSteps
    architecture.time = time
    architecture.base = .normal(standardDeviation: 2.5)
    return architecture.makeFlow(dimension: 2, seed: 1)
  }

  /// Seconds that an update takes here and now.
  func secondsPerUpdate(_ points: [Double], batchSize: Int) async -> Double {
    let flow = flow
    let objective = FlowObjective(
      flow, batchSize: batchSize, workers: LocalWorkers(threadCount: 1))
    let batch = (0..<2 * batchSize).map { points[$0 % points.count] }
    _ = await objective.data(batch, at: flow.parameters, seed: 1, batch: 0)
    let start = ContinuousClock.now
    for number in 1...3 {
      _ = await objective.data(batch, at: flow.parameters, seed: 1, batch: number)
    }
    return (ContinuousClock.now - start) / .seconds(3)
  }
}

/// A number without a needless point.
func text(_ number: Double) -> String { String(format: "%g", number) }

/// What came of a cell: a line of `results.csv`.
struct CellResult: Sendable {
  static let header =
    "kinetic,hidden,leapfrog_steps,time,updates,rate,negative_elbo,elbo_error,"
    + "negative_importance,importance_error,training_loss,seconds,date"

  let cell: Cell
  let negativeEvidence: Double
  let line: String

  init?(line: String) {
    let fields = line.split(separator: ",").map(String.init)
    guard fields.count == 13, let kinetic = FlowPreset.Kinetic(rawValue: fields[0]),
      let hidden = Int(fields[1]), let steps = Int(fields[2]), let time = Double(fields[3]),
      let value = Double(fields[6])
    else { return nil }
    cell = Cell(kinetic: kinetic, hidden: hidden, leapfrogSteps: steps, time: time)
    negativeEvidence = value
    self.line = line
  }

  /// Whether the cell was trained as the study trains.
  func isOf(_ study: Study) -> Bool {
    line.split(separator: ",")[4...5] == ["\(study.updates)", study.rateText[...]]
  }
}

/// What all cells share.
struct Study: Sendable {
  let grid: GaussianGrid
  let folder: NotebookFolder
  let updates: Int
  let rate: LearningRate
  let rateText: String

  /// Trains and evaluates a cell, and leaves its loss curve, its draws and its flow in the folder.
  func run(_ cell: Cell) async throws -> CellResult {
    let start = ContinuousClock.now
    var training = FlowTraining()
    training.batchSize = 512
    training.stepCount = updates
    training.learningRate = rate
    training.checkInterval = max(1, updates / 40)
    training.patience = .max
    // Cells share the cores already.
    let context = RunContext(seed: 1, workers: LocalWorkers(threadCount: 1))
    let (flow, state) = try await FlowTrainer(training).train(
      cell.flow, on: grid.draw(5000, seed: 1, "training"),
      heldOut: grid.draw(5000, seed: 1, "held-out"), in: context)

    let records = state.records
    try folder.write(
      columns: [records.map { Double($0.step) }, records.map(\.loss), records.map { -$0.score }],
      to: "cells/\(cell.name).loss.txt")
    let draws = try await HamiltonianMap(flow, precision: .single)
      .sample(2000, in: context).points.positions
    try folder.write(
      columns: [0, 1].map { i in stride(from: i, to: draws.count, by: 2).map { draws[$0] } },
      to: "cells/\(cell.name).draws.txt")
    let saved = try SavedFlow(flow, columns: ["x", "y"], notes: ["updates": "\(updates)"])
    try folder.write(
      String(decoding: try saved.json(), as: UTF8.self), to: "cells/\(cell.name).json")

    let test = grid.draw(10_000, seed: 1, "test")
    let report = try await DensityReport(
      flow, at: test, logDensities: grid.logDensities(test), entropy: grid.entropy,
      importanceCount: 300, in: context)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let numbers = [
      report.negativeEvidence, report.evidenceError, report.negativeImportance,
      report.importanceError, records.last?.loss ?? .nan,
    ]
    let date = ISO8601DateFormatter().string(from: Date()).prefix(10)
    let line =
      [
        cell.kinetic.rawValue, "\(cell.hidden)", "\(cell.leapfrogSteps)", text(cell.time),
        "\(updates)", rateText,
      ].joined(separator: ",") + ","
      + numbers.map { String(format: "%.4f", $0) }.joined(separator: ",")
      + String(format: ",%.0f,", seconds) + date
    guard let result = CellResult(line: line) else { fatalError("not a line of results: \(line)") }
    return result
  }
}
