import Foundation
import GenerativeStudy
import Inference
import Samplers

/// What a flow does with data that have no width in one direction, and what may be done about it.
struct Treatment {
  let name: String
  /// The standard deviation of noise on the points of every update.
  var noise = 0.0
  /// The bound of the logarithms of the standard deviations of p_T.
  var bound = 8.0

  static let all = [
    Treatment(name: "nothing"), Treatment(name: "noise 0.03", noise: 0.03),
    Treatment(name: "log sigma below 3", bound: 3),
  ]

  /// −ELBO and the standard deviation of p_T across the ring, as they go with the updates.
  ///
  /// The flow knows that the ring is one, and r is in a frame that turns with q: so nothing but the radius is left to
  /// learn, and nothing hides the disease.
  func course(
    updates: Int, in context: RunContext
  ) async throws -> (updates: [Double], losses: [Double], scales: [Double]) {
    var architecture = FlowArchitecture()
    architecture.symmetry = try .rotations(ofBodies: [[0, 1]], dimension: 2)
    (architecture.hamiltonians, architecture.leapfrogSteps) = (2, 3)
    architecture.activation = .tanh
    architecture.isResidual = true
    // A base of learned width would shrink instead of the momenta growing.
    architecture.base = .normal(standardDeviation: 1)
    architecture.momentumLogScaleBound = bound
    let untrained = architecture.makeFlow(dimension: 2, seed: 1)
    let sheet = Sheet.ring(width: 0)
    let data = sheet.draw(5000, 1, "training").points
    let heldOut = sheet.draw(500, 1, "held-out").points
    var training = FlowTraining()
    training.learningRate = .constant(3e-3)
    training.batchSize = 256
    training.dataNoise = noise
    training.checkInterval = updates / 20
    training.patience = .max
    var state: FlowTrainingState?
    var result = (updates: [Double](), losses: [Double](), scales: [Double]())
    for part in 1...20 {
      training.stepCount = part * (updates / 20)
      let (flow, next) = try await FlowTrainer(training).train(
        untrained, on: data, heldOut: heldOut, from: state, in: context)
      state = next
      // At one place, as it is the same everywhere.
      let momenta = try await HamiltonianMap(flow).drawFinalMomenta(
        at: (0..<2000).flatMap { _ in [1.0, 0] }, in: context
      ).points.momenta
      let across = stride(from: 0, to: momenta.count, by: 2).map { momenta[$0] }
      let mean = across.reduce(0, +) / Double(across.count)
      let squares = across.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      result.updates.append(Double(training.stepCount))
      result.losses.append(next.records.last?.loss ?? .nan)
      result.scales.append((squares / Double(across.count - 1)).squareRoot())
    }
    return result
  }
}
