import Inference

/// The stages in which step size and metric are adapted before draws are kept.
///
/// As in Stan: a fast stage for the step size alone, slow stages of doubling length that also
/// estimate the metric, and a fast stage for the final step size (Stan reference manual, "Automatic
/// parameter tuning").
public struct WarmUp: Sendable, Equatable {
  /// One stage of the adaptation.
  public struct Stage: Sendable, Equatable {
    /// The number of transitions.
    public let count: Int
    /// Whether the metric is estimated from this stage's draws.
    public let adaptsMetric: Bool
  }

  /// The stages, in order.
  public let stages: [Stage]

  /// The stages for a number of transitions: 75 + (25, 50, 100, …) + 50, shortened in proportion
  /// below 150 transitions.
  public init(count: Int) {
    var (first, window, last) = (75, 25, 50)
    if count < first + window + last {
      first = count * 15 / 100
      last = count / 10
      window = count - first - last
    }
    var stages = [Stage(count: first, adaptsMetric: false)]
    var remaining = count - first - last
    while remaining > 0 {
      // The last window takes what is left if another doubling would not fit after it.
      let length = remaining < 3 * window ? remaining : window
      stages.append(Stage(count: length, adaptsMetric: true))
      remaining -= length
      window *= 2
    }
    stages.append(Stage(count: last, adaptsMetric: false))
    self.stages = stages.filter { $0.count > 0 }
  }

  /// Folds the stages over a kernel and its state.
  ///
  /// - Parameters:
  ///   - checkpoint: where an earlier run of it stopped; kernel and state are those at that time.
  ///   - goesOn: receives the number of transitions done before each one, with what makes a checkpoint there; may
  ///     let other tasks run, and ends the warm-up by returning false.
  /// - Returns: false if it was asked to stop.
  /// - Throws: `SamplingError.noStepSize` if no step size gives a usable trajectory.
  func run<Kernel: HamiltonianKernel>(
    _ kernel: inout Kernel, _ state: inout PhasePoint, from checkpoint: WarmUpCheckpoint?,
    targetAcceptance: Double, using generator: inout RandomStream,
    while goesOn: (Int, () -> ChainCheckpoint) async throws(SamplingError) -> Bool
  ) async throws(SamplingError) -> Bool {
    var adapting = kernel.forWarmUp
    let dimension = state.position.count
    var done = checkpoint?.transitionCount ?? 0
    let ends = stages.indices.map { stages[...$0].reduce(0) { $0 + $1.count } }
    for (index, stage) in stages.enumerated().dropFirst(checkpoint?.stage ?? 0) {
      var averaging: DualAveraging
      var estimator = CovarianceEstimator(dimension: dimension)
      if let checkpoint, checkpoint.stage == index,
        let earlier = DualAveraging(state: checkpoint.averaging, target: targetAcceptance),
        let estimate = CovarianceEstimator(state: checkpoint.estimate, dimension: dimension)
      {
        (averaging, estimator) = (earlier, estimate)
      } else {
        guard let start = adapting.reasonableStepSize(from: state, using: &generator) else {
          throw .noStepSize(kernel.density.describe(state.position))
        }
        averaging = DualAveraging(initialStepSize: start, target: targetAcceptance)
      }
      while done < ends[index] {
        let isGoingOn = try await goesOn(done) {
          ChainCheckpoint(
            drawCount: 0, position: state.position, stepSize: adapting.stepSize,
            inverseMasses: adapting.metric.inverseMasses, random: generator,
            warmUp: WarmUpCheckpoint(
              transitionCount: done, stage: index, averaging: averaging.state,
              estimate: estimator.state))
        }
        guard isGoingOn else { return false }
        done += 1
        adapting.stepSize = averaging.stepSize
        let info = adapting.advance(&state, using: &generator)
        averaging.update(acceptanceProbability: info.acceptanceProbability)
        if stage.adaptsMetric { estimator.add(state.position) }
      }
      adapting.stepSize = averaging.averageStepSize
      // Fewer draws than dimensions still give a metric, thanks to the shrinkage; a chain that did
      // not move gives none.
      if stage.adaptsMetric, estimator.count > 1, let metric = Kernel.MetricType(estimator) {
        adapting.metric = metric
      }
    }
    kernel.stepSize = adapting.stepSize
    kernel.metric = adapting.metric
    return true
  }

  /// Whether a checkpoint can be one of this warm-up.
  func fits(_ checkpoint: WarmUpCheckpoint, dimension: Int) -> Bool {
    guard stages.indices.contains(checkpoint.stage) else { return false }
    let end = stages[...checkpoint.stage].reduce(0) { $0 + $1.count }
    return (end - stages[checkpoint.stage].count...end).contains(checkpoint.transitionCount)
      && DualAveraging(state: checkpoint.averaging, target: 0.8) != nil
      && CovarianceEstimator(state: checkpoint.estimate, dimension: dimension) != nil
  }
}
