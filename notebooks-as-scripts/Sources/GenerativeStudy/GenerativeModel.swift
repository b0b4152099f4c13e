import Foundation
public import Inference
public import Samplers

/// A flow of a study: a name, its shape, and how it is trained.
public struct GenerativeModel: Sendable {
  /// The name in tables and files.
  public let name: String
  /// The shape.
  public let architecture: FlowArchitecture
  /// How it is trained.
  public var training: FlowTraining
  /// Which points it learns from.
  public let points: Points

  /// Points to learn from.
  public enum Points: String, Sendable {
    /// The same ones all the time.
    case given
    /// New ones at every update.
    case fresh
    /// New ones, as many of each mode.
    case freshBalanced = "fresh balanced"
  }

  /// A model, with a base N(0, 2.5² I), batches of 512, and a hundred looks at held-out points, unless
  /// changed; patience has no end.
  ///
  /// Where the rate falls, parameters are means over the last twentieth of the updates.
  public init(
    _ name: String, updates: Int, rate: LearningRate, points: Points = .given,
    training changeTraining: (inout FlowTraining) -> Void = { _ in },
    _ changeShape: (inout FlowArchitecture) -> Void
  ) {
    self.name = name
    self.points = points
    var training = FlowTraining()
    training.stepCount = updates
    training.learningRate = rate
    training.batchSize = 512
    training.checkInterval = max(1, updates / 100)
    training.patience = .max
    if case .cosine = rate { training.averagedSteps = max(1, updates / 20) }
    changeTraining(&training)
    self.training = training
    var architecture = FlowArchitecture()
    architecture.base = .normal(standardDeviation: 2.5)
    changeShape(&architecture)
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

    /// The number of updates that the best parameters had.
    public var updates: Int { records.max { $0.score < $1.score }?.step ?? 0 }
  }

  /// Training on its way or at its end, as the folder keeps it beside the flow.
  private struct Checkpoint: Codable {
    let model: String
    let state: FlowTrainingState
    let seconds: Double
  }

  /// Trains the model, from where an earlier run in the folder stopped; where that
  /// was its end there is nothing to do.
  ///
  /// - Parameters:
  ///   - data: the points to learn from.
  ///   - fresh: makes the points of an update, instead of a choice of the data.
  ///   - heldOut: points for choosing the best parameters.
  ///   - folder: where results are kept.
  public func train(
    on data: [Double], fresh: ((inout RandomStream) -> [Double])? = nil, heldOut: [Double],
    in folder: NotebookFolder
  ) async throws -> Trained {
    let trainer = FlowTrainer(training)
    let file = "\(name).training.json"
    // Of other points, too, a training is another one.
    let fingerprint = (data + heldOut).reduce(UInt64(0)) { $0 &* 31 &+ $1.bitPattern }
    let model = "\(architecture) \(training) \(points) \(fingerprint)"
    let (encoder, decoder) = (JSONEncoder(), JSONDecoder())
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let earlier = FileManager.default.contents(atPath: folder.path(file))
      .flatMap { try? decoder.decode(Checkpoint.self, from: $0) }
      .flatMap { $0.model == model ? $0 : nil }
    let start = ContinuousClock.now
    func keep(_ state: FlowTrainingState) throws -> Double {
      let seconds = (earlier?.seconds ?? 0) + (ContinuousClock.now - start) / .seconds(1)
      let checkpoint = Checkpoint(model: model, state: state, seconds: seconds)
      try folder.write(
        String(decoding: try encoder.encode(checkpoint), as: UTF8.self), to: file)
      let records = state.records
      try folder.write(
        columns: [records.map { Double($0.step) }, records.map(\.loss), records.map { -$0.score }],
        to: "\(name).loss.txt")
      return seconds
    }
    let untrained = architecture.makeFlow(dimension: 2, seed: 1)
    // What cannot be written now may be at the next look.
    let progress = { (state: FlowTrainingState) in _ = try? keep(state) }
    let (flow, state) =
      if let fresh {
        try await trainer.train(
          untrained, onFresh: fresh, heldOut: heldOut, from: earlier?.state, progress: progress)
      } else {
        try await trainer.train(
          untrained, on: data, heldOut: heldOut, from: earlier?.state, progress: progress)
      }
    let seconds = try keep(state)
    let saved = try SavedFlow(flow, columns: ["x", "y"], notes: ["updates": "\(state.step)"])
    try folder.write(String(decoding: try saved.json(), as: UTF8.self), to: "\(name).json")
    return Trained(flow: flow, records: state.records, seconds: seconds)
  }
}

extension String {
  /// The text with blanks behind it, up to a width.
  public func padded(_ width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
