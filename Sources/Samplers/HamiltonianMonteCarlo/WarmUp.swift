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
      // The last window takes what is left, if another doubling would not fit after it.
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
  /// - Parameter goesOn: told before each transition how many are done; may let other tasks run, and
  ///   ends the warm-up by false.
  /// - Returns: false if it was told to stop.
  /// - Throws: `SamplingError.noStepSize` if no step size gives a usable trajectory.
  func run<Kernel: HamiltonianKernel>(
    _ kernel: inout Kernel, _ state: inout PhasePoint, targetAcceptance: Double,
    using generator: inout some RandomNumberGenerator, while goesOn: (Int) async -> Bool
  ) async throws(SamplingError) -> Bool {
    var adapting = kernel.forWarmUp
    var done = 0
    for stage in stages {
      guard let start = adapting.reasonableStepSize(from: state, using: &generator) else {
        throw .noStepSize(kernel.density.describe(state.position))
      }
      var averaging = DualAveraging(initialStepSize: start, target: targetAcceptance)
      var estimator = CovarianceEstimator(dimension: state.position.count)
      for _ in 0..<stage.count {
        guard await goesOn(done) else { return false }
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
}
