import Foundation
import GenerativeStudy
import Inference
import Samplers

/// What a flow does with data that have no width in one direction: −ELBO and the largest standard
/// deviation of p_T, as they go with the updates.
func trainOnCurve(
  noise: Double, updates: Int, in context: RunContext
) async throws -> (updates: [Double], losses: [Double], scales: [Double]) {
  let sheet = Sheet.ring(width: 0)
  let data = sheet.draw(5000, 1, "training").points
  let heldOut = sheet.draw(500, 1, "held-out").points
  // A base of learned width would shrink instead of the momenta growing.
  let untrained = sheet.flow(8, time: 0.3, base: .normal(standardDeviation: 1))
  var training = FlowTraining()
  training.learningRate = .constant(5e-3)
  training.batchSize = 256
  training.dataNoise = noise
  training.checkInterval = updates / 20
  training.patience = .max
  var state: FlowTrainingState?
  var result = (updates: [Double](), losses: [Double](), scales: [Double]())
  let copies = (0..<200).flatMap { n in
    (0..<32).flatMap { _ in heldOut[2 * n..<2 * n + 2] }
  }
  for part in 1...20 {
    training.stepCount = part * (updates / 20)
    let (flow, next) = try await FlowTrainer(training).train(
      untrained, on: data, heldOut: heldOut, from: state, in: context)
    state = next
    let momenta = try await HamiltonianMap(flow).drawFinalMomenta(at: copies, in: context)
      .points.momenta
    result.updates.append(Double(training.stepCount))
    result.losses.append(next.records.last?.loss ?? .nan)
    result.scales.append(largestDeviation(momenta, groups: 32))
  }
  return result
}

/// The largest standard deviation of a coordinate over momenta of the same position.
private func largestDeviation(_ momenta: [Double], groups count: Int) -> Double {
  stride(from: 0, to: momenta.count, by: 2 * count).reduce(0) { largest, start in
    let deviations = [0, 1].map { i in
      let values = (0..<count).map { momenta[start + 2 * $0 + i] }
      let mean = values.reduce(0, +) / Double(count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (squares / Double(count - 1)).squareRoot()
    }
    return max(largest, deviations.max() ?? 0)
  }
}
