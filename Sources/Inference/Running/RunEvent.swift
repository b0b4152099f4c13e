/// Progress events of a run.
public enum RunEvent: Sendable {
  /// The progress of a chain.
  case sampled(SamplingProgress)
  /// The progress of training.
  case trained(TrainingProgress)
  /// How many of the units of a study are done.
  case counted(done: Int, of: Int)
  /// A warning that a user should see at once, as a sentence.
  case warning(String)
}

/// The progress of the training of a flow.
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
  /// The current inverse temperature of the target, 0 to 1.
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
