import Foundation
public import Samplers

/// A flow of a study: a name, its shape, and how long it is trained.
public struct GenerativeModel: Sendable {
  /// The name in tables and files.
  public let name: String
  /// The shape.
  public let architecture: FlowArchitecture
  /// The number of updates.
  public let updates: Int
  /// The learning rate.
  public let rate: LearningRate

  /// A model.
  public init(
    _ name: String, updates: Int, rate: LearningRate, _ change: (inout FlowArchitecture) -> Void
  ) {
    self.name = name
    self.updates = updates
    self.rate = rate
    var architecture = FlowArchitecture()
    architecture.base = .normal(standardDeviation: 2.5)
    change(&architecture)
    self.architecture = architecture
  }

  /// What came of training: the flow, the looks at held-out points, and the seconds it took.
  public struct Trained: Sendable {
    /// The flow with the best parameters seen.
    public let flow: NeuralHamiltonianFlow
    /// The looks.
    public let records: [FlowTrainingRecord]
    /// Seconds.
    public let seconds: Double
  }

  /// Trains the model in batches of 512; a flow of the same name and length that is in the folder
  /// is taken from there.
  public func train(
    on data: [Double], heldOut: [Double], threadCount: Int? = nil, in folder: NotebookFolder
  ) throws -> Trained {
    let file = "\(name).json"
    if let data = FileManager.default.contents(atPath: folder.path(file)),
      let saved = try? SavedFlow(json: data), saved.notes["updates"] == "\(updates)",
      saved.notes["model"] == "\(architecture) \(rate)"
    {
      return Trained(
        flow: saved.flow, records: [], seconds: Double(saved.notes["seconds"] ?? "") ?? .nan)
    }
    var training = FlowTraining()
    training.batchSize = 512
    training.stepCount = updates
    training.learningRate = rate
    training.checkInterval = max(1, updates / 40)
    training.patience = .max
    var trainer = FlowTrainer(training, seed: 1)
    trainer.threadCount = threadCount
    let start = ContinuousClock.now
    let (flow, state) = trainer.train(
      architecture.makeFlow(dimension: 2, seed: 1), on: data, heldOut: heldOut)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let saved = try SavedFlow(
      flow, columns: ["x", "y"],
      notes: [
        "updates": "\(updates)", "model": "\(architecture) \(rate)",
        "seconds": String(format: "%.0f", seconds),
      ])
    try folder.write(String(decoding: try saved.json(), as: UTF8.self), to: file)
    let records = state.records
    try folder.write(
      columns: [records.map { Double($0.step) }, records.map(\.loss), records.map { -$0.score }],
      to: "\(name).loss.txt")
    return Trained(flow: flow, records: records, seconds: seconds)
  }
}

extension String {
  /// The text with blanks behind it, up to a width.
  public func padded(_ width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
