import Foundation
import Reports
import Samplers

/// A flow that was trained on rows: saves it, and tells what it is worth.
struct FlowTrainResult {
  let flow: NeuralHamiltonianFlow
  let state: FlowTrainingState
  let data: FlowTrainingData
  let samples: FlowSamples
  let learning: FlowTrainingOptions
  let seed: UInt64

  func save(to output: String) throws {
    let scores = state.records.filter(\.score.isFinite)
    guard let best = scores.max(by: { $0.score < $1.score }), let last = scores.last else {
      throw FlowFileError(path: samples.path, .nothingLearned)
    }
    let bound = String(format: "%.4f", data.standardisation.logVolume - best.score)
    do {
      let saved = try SavedFlow(
        flow, columns: samples.rows.columns, standardisation: data.standardisation,
        notes: [
          "program": "sn-infer \(SNInfer.version)", "samples": samples.path,
          "rows": "\(samples.rows.count - data.heldOutCount)", "steps": "\(state.step)",
          "seed": "\(seed)", "momenta": "\(learning.momenta)",
          "held-out \(learning.lossName)": bound,
        ])
      try FlowFile.write(try saved.json(), to: output)
    } catch let error as SavedFlowError {
      throw FlowFileError(path: output, .content(error))
    }
    print(
      """
      \(learning.boundName.padding(toLength: 11, withPad: " ", startingAt: 0)) \(bound) nats at the held-out rows, after \(best.step) steps
      output      \(output)
      """)
    if let cool = learning.cool, let scales = flow.initialMomentumScales {
      print("cooled      p₀ \(FlowWords.initialMomenta(of: flow))")
      if scales[0] > 1.01 * cool {
        print("note        the best flow was from before momenta were cold: train for more --steps")
      }
    }
    // The loss of the last steps is at rows that were learned.
    if best.step < state.step / 2, last.score < best.score - 0.05 {
      print(
        "note        the held-out rows were fitted best early: fewer steps or --hidden would do")
    }
  }
}
