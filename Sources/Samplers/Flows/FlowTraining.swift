public import Inference

/// How a flow is trained.
public struct FlowTraining: Sendable, Codable, Equatable {
  /// The number of draws per step, at least 1.
  public var batchSize = 256
  /// The number of steps.
  public var stepCount = 500
  /// The length of steps.
  public var learningRate = LearningRate.cosine(peak: 2e-3, floor: 1e-5, warmUp: 0)
  /// A gradient longer than this is shortened to it.
  public var gradientClip = 10.0
  /// The approximate number of steps over which the evaluated and kept parameters are averaged; 1 for those of
  /// a single step.
  ///
  /// a ← a + (θ − a) / min(n, 1 + t/10) after step t, so that the mean forgets the start. The
  /// noise of batches is averaged out without smaller steps (Polyak & Juditsky
  /// 1992).
  public var averagedSteps = 1
  /// Which estimator of the reverse loss's gradient.
  public var estimator = GradientEstimator.path
  /// The share of the gradient taken from draws of the target, 0 to 1, where there are any.
  public var dataShare = 0.0
  /// The standard deviation of normal noise that is added to given draws of the target whenever a step
  /// uses them: it regularises the flow, which otherwise overfits small data sets, and broadens what it learns.
  public var dataNoise = 0.0
  /// K, at least 1: the number of momenta from which the density at a data point is estimated (Burda et al. 2016,
  /// equation 8); 1 is the evidence lower bound.
  ///
  /// With more, the loss approaches −log ∫ M dp where r covers p given q; p need not be nearly normal
  /// then. The gradient takes K more inverse flows of every point.
  public var momentaPerPoint = 1
  /// How r is trained where there are several.
  public var momentumEstimator = MomentumEstimator.bound
  /// The cooling schedule of momenta, for a flow that does not learn the density of p₀; nil for none.
  /// Adam then uses a shorter memory (β₂ = 0.99).
  public var cooling: MomentumCooling?
  /// The share of the steps, 0 to 1, in which the kinetic energy and the time of every Hamiltonian stay
  /// at their initial values.
  ///
  /// They also stay fixed while momenta cool. Patience does not run out meanwhile.
  public var heldKineticShare = 0.0
  /// Whether the target is tempered from the base, by β from 0 to 1, in the first half of the steps.
  public var isTempered = false
  /// The number of steps between checks on held-out draws, at least 1.
  public var checkInterval = 50
  /// The number of held-out draws.
  public var heldOutCount = 2048
  /// Training ends when so many checks in a row brought no improvement.
  public var patience = 6
  /// The efficiency on held-out draws at which training ends; nil for none.
  public var sufficientScore: Double?

  /// The defaults.
  public init() {}
}

/// The result of a check on held-out draws.
public struct FlowTrainingRecord: Sendable, Codable, Equatable {
  /// The number of steps taken.
  public var step: Int
  /// The mean loss since the previous check.
  public var loss: Double
  /// The score on held-out draws: the efficiency of importance weights, 0 to 1; for data the mean
  /// bound of the log density, by as many momenta as in training.
  public var score: Double
  /// β.
  public var beta: Double
  /// The learning rate.
  public var rate: Double
  /// What each penalty keeps from step to step.
  public var memories: [[Double]]
}

/// Training in progress: all that it needs to continue as if it had never stopped.
public struct FlowTrainingState: Sendable, Codable {
  /// The parameters after the last step.
  var parameters: [Float]
  /// The same in the precision of the losses.
  var numbers: [Double] { parameters.map { Double($0) } }
  /// Their mean over the last steps.
  var average: [Float]
  var optimizer: Adam<Float>
  /// The number of steps taken.
  public internal(set) var step = 0
  /// β.
  public internal(set) var beta: Double
  /// The factor on the learning rate after recoveries.
  public internal(set) var rateFactor = 1.0
  /// The checks so far.
  public internal(set) var records: [FlowTrainingRecord] = []
  /// Problems that were recovered from, in sentences.
  public internal(set) var notes: [String] = []
  /// The best parameters seen, and their score.
  var best: [Float]
  var bestScore = -Double.infinity
  /// Whether they meet all penalties.
  var bestIsMet = false
  /// What each penalty keeps.
  var memories: [[Double]]
  var looksSinceBest = 0
  var lossSum = 0.0
  var lossCount = 0
  /// Where to return to when a loss is not finite.
  var goodParameters: [Float]
  var goodOptimizer: Adam<Float>

  /// The check that found the best parameters; nil before the first with a score.
  public var bestRecord: FlowTrainingRecord? { records.first { $0.score == bestScore } }

  /// Training of a flow that has not begun.
  init(_ flow: NeuralHamiltonianFlow, beta: Double, penaltyCount: Int) {
    memories = [[Double]](repeating: [], count: penaltyCount)
    parameters = flow.parameters.map { Float($0) }
    optimizer = Adam(parameterCount: parameters.count)
    self.beta = beta
    average = parameters
    best = parameters
    goodParameters = parameters
    goodOptimizer = optimizer
  }

  /// The progress of training with a given number of steps, as of the last check; nil before the first.
  public func progress(of stepCount: Int) -> RunEvent? {
    records.last.map {
      .trained(
        TrainingProgress(
          step: step, stepCount: stepCount, loss: $0.loss, score: $0.score, beta: $0.beta))
    }
  }

  /// Sets the standard deviation of p₀.
  mutating func setInitialMomenta(_ flow: NeuralHamiltonianFlow, _ standardDeviation: Double) {
    let raw = Float(flow.encoder.unboundedLogScale(standardDeviation))
    for i in flow.initialMomentumScaleRange { (parameters[i], average[i]) = (raw, raw) }
  }

  /// Includes the parameters in their running mean.
  mutating func updateAverage(over steps: Int) {
    let share = 1 / Float(min(Double(max(steps, 1)), 1 + 0.1 * Double(step)))
    average.withUnsafeMutableBufferPointer { average in
      parameters.withUnsafeBufferPointer { parameters in
        for i in 0..<average.count {
          average[i] = (1 - share) * average[i] + share * parameters[i]
        }
      }
    }
  }
}
