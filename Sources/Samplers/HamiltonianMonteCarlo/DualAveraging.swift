import RealModule

/// Adapts a step size to a target acceptance probability by Nesterov's dual averaging.
///
/// Source: Hoffman & Gelman 2014, JMLR 15, 1593, equation 6 and section 3.2.1, with their γ = 0.05,
/// t₀ = 10, κ = 0.75.
public struct DualAveraging: Sendable {
  /// The acceptance probability to reach.
  public let target: Double
  private let shrinkagePoint: Double
  private var count = 0.0
  private var averageError = 0.0
  private var logStepSize: Double
  private var averageLogStepSize = 0.0

  /// Starts from a rough step size.
  public init(initialStepSize: Double, target: Double) {
    self.target = target
    logStepSize = .log(initialStepSize)
    shrinkagePoint = .log(10 * initialStepSize)
  }

  /// The state, for a checkpoint.
  var state: [Double] { [shrinkagePoint, count, averageError, logStepSize, averageLogStepSize] }

  /// The adaptation of a checkpoint; nil if the numbers are not those of one.
  init?(state: [Double], target: Double) {
    guard state.count == 5, state.allSatisfy(\.isFinite), state[1] >= 0 else { return nil }
    self.target = target
    shrinkagePoint = state[0]
    (count, averageError) = (state[1], state[2])
    (logStepSize, averageLogStepSize) = (state[3], state[4])
  }

  /// The step size to try next.
  public var stepSize: Double { .exp(logStepSize) }

  /// The step size to keep when the adaptation is over.
  public var averageStepSize: Double { count == 0 ? stepSize : .exp(averageLogStepSize) }

  /// Learns from the acceptance probability of a transition.
  public mutating func update(acceptanceProbability: Double) {
    count += 1
    let share = 1 / (count + 10)
    averageError = (1 - share) * averageError + share * (target - acceptanceProbability)
    logStepSize = shrinkagePoint - averageError * .sqrt(count) / 0.05
    let weight = Double.pow(count, -0.75)
    averageLogStepSize = weight * logStepSize + (1 - weight) * averageLogStepSize
  }
}
