public import Inference

/// A term that training adds to its loss, a function of the flow's parameters: it selects among
/// flows that fit equally well.
///
/// A new penalty is a file with a conformer, given to a ``FlowTrainer``.
public protocol TrainingPenalty: Sendable {
  /// The penalty of a flow, with its derivatives by the flow's parameters.
  ///
  /// - Parameters:
  ///   - flow: with the parameters that a step begins with.
  ///   - step: the number of the step, for random numbers of its own.
  ///   - memory: numbers that the penalty keeps from step to step, such as multipliers; empty before the first.
  ///   - context: where to run; its seed is that of the training.
  /// - Returns: a number, and one for each parameter.
  func evaluate(
    _ flow: NeuralHamiltonianFlow, step: Int, memory: inout [Double], in context: RunContext
  ) async -> (value: Double, gradient: [Double])

  /// Whether a flow may be kept as the best: one that may not loses to one that may, whatever their scores. By default
  /// always.
  ///
  /// - Parameter memory: what the penalty has kept.
  func isMet(_ memory: [Double]) -> Bool
}

extension TrainingPenalty {
  /// Always.
  public func isMet(_ memory: [Double]) -> Bool { true }
}
