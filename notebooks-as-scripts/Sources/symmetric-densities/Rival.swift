import GenerativeStudy
import Inference
import Samplers

/// A flow of the comparison: what it knows of the symmetry, from how many momenta it learns, and its
/// size.
struct Rival: Sendable {
  let name: String
  let symmetry: Symmetry?
  let isPenalised: Bool
  /// What rows are moved by.
  let movement: Symmetry?
  let momenta: Int
  let shape: Shape

  init(
    _ name: String, _ shape: Shape, _ symmetry: Symmetry? = nil, isPenalised: Bool = false,
    momenta: Int = 1, rowsMovedBy movement: Symmetry? = nil
  ) {
    self.movement = movement
    (self.name, self.symmetry, self.isPenalised) = (name, symmetry, isPenalised)
    (self.momenta, self.shape) = (momenta, shape)
  }

  /// The flow before training.
  func flow(seed: Int) -> NeuralHamiltonianFlow {
    var architecture = FlowArchitecture()
    architecture.hamiltonians = shape.hamiltonians
    architecture.leapfrogSteps = shape.leapfrogSteps
    architecture.time = shape.time
    architecture.kinetic = shape.kinetic
    architecture.hidden = shape.hidden
    architecture.activation = .tanh
    architecture.isResidual = true
    architecture.base = .learnedNormal
    architecture.symmetry = symmetry
    architecture.isPenalised = isPenalised
    return architecture.makeFlow(dimension: 2, seed: Seed(UInt64(seed)))
  }

  /// What trains it; all looks at held-out points may choose the best parameters.
  func trainer(on data: [Double]) -> FlowTrainer {
    var training = FlowTraining()
    training.stepCount = shape.updates
    training.batchSize = shape.batchSize
    training.learningRate = .cosine(peak: shape.rate, floor: 1e-5, warmUp: 0)
    training.averagedSteps = max(1, shape.updates / 20)
    training.momentaPerPoint = momenta
    training.checkInterval = max(1, shape.updates / 30)
    training.patience = .max
    var penalties: [any TrainingPenalty] = []
    if isPenalised, let symmetry {
      penalties.append(
        EquivariancePenalty(
          symmetry.generators, positions: data, tolerance: shape.tolerance,
          initialMultiplier: shape.multiplier))
    }
    return FlowTrainer(training, penalties: penalties, symmetry: movement)
  }
}

/// The size of a flow and of its training.
struct Shape: Sendable {
  var hidden = 32
  var hamiltonians = 2
  var leapfrogSteps = 3
  var time = 1.0
  var kinetic = FlowPreset.Kinetic.fixed
  var updates = 1500
  var batchSize = 80
  /// The rate that a cosine begins with.
  var rate = 1e-2
  /// κ² of the penalty.
  var tolerance = 1e-5
  /// λ before the first update.
  var multiplier = 0.1

  /// For rows that are moved, of which there are more, and because λ needs time to grow.
  var twiceAsLong: Shape {
    var shape = self
    shape.updates *= 2
    return shape
  }

  /// What many points need, so that they are what limits the flow.
  static let large = Shape(
    hamiltonians: 10, leapfrogSteps: 1, time: 0.3, kinetic: .network, updates: 5000,
    batchSize: 512)
}
