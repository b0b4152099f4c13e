/// What a run tells while it goes on, for whoever shows its progress.
public enum RunEvent: Sendable {
  /// How far a chain has come.
  case sampled(SamplingProgress)
  /// How far a training has come.
  case trained(TrainingProgress)
  /// Something that a user should know at once, as a sentence.
  case warning(String)
}

/// How far the training of a flow has come.
public struct TrainingProgress: Sendable {
  /// The steps made.
  public let step: Int
  /// The steps wanted.
  public let stepCount: Int
  /// The mean loss of the last steps.
  public let loss: Double
  /// The efficiency of the weights of held-out draws, 0 to 1; of data the mean bound of their log
  /// density.
  public let score: Double
  /// The temperature's inverse that the target has come to, 0 to 1.
  public let beta: Double

  /// A report with all its numbers.
  public init(step: Int, stepCount: Int, loss: Double, score: Double, beta: Double) {
    self.step = step
    self.stepCount = stepCount
    self.loss = loss
    self.score = score
    self.beta = beta
  }
}
