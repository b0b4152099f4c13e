extension FlowTrainingState {
  /// Whether the state, perhaps from a file, is one that a training of a flow can have left: as many
  /// numbers everywhere as the flow needs, all finite, and no count beyond those of the training.
  public func fits(_ flow: NeuralHamiltonianFlow, _ training: FlowTraining) -> Bool {
    let count = flow.parameters.count
    guard (0...training.stepCount).contains(step) else { return false }
    let haveParameters = [parameters, average, best, goodParameters].allSatisfy {
      $0.count == count && $0.allSatisfy(\.isFinite)
    }
    let haveMoments = [optimizer, goodOptimizer].allSatisfy {
      $0.isPossible(parameterCount: count, stepCount: 0...step)
    }
    let areCountsPossible =
      (0...step).contains(lossCount) && (0...records.count).contains(looksSinceBest)
      && records.allSatisfy { (0...step).contains($0.step) }
    return haveParameters && haveMoments && areCountsPossible && (0...1).contains(beta)
      && memories.allSatisfy { $0.allSatisfy(\.isFinite) }
      && rateFactor > 0 && rateFactor <= 1 && lossSum.isFinite && bestScore < .infinity
  }
}
