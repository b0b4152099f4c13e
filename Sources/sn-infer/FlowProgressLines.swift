import Foundation
import Samplers

/// Shows how far a training has come, on standard error: one line, redrawn, on a terminal; else a
/// line every half minute.
final class FlowProgressLines {
  private let boundName: String
  private let stepCount: Int
  private let volume: Double
  private let isTerminal = StandardError.isTerminal
  private let start = ContinuousClock.now
  private var nextTime: ContinuousClock.Instant
  private var firstStep: Int?

  /// - Parameters:
  ///   - boundName: what the bound that training raises is called, with the opposite sign.
  ///   - stepCount: the number of steps.
  ///   - volume: what such a bound in the flow's coordinates lacks to be one of the data.
  init(of boundName: String, stepCount: Int, volume: Double) {
    self.boundName = boundName
    self.stepCount = stepCount
    self.volume = volume
    nextTime = .now + .seconds(StandardError.isTerminal ? 1 : 30)
  }

  func update(_ state: FlowTrainingState) {
    let first = firstStep ?? state.step
    firstStep = first
    guard ContinuousClock.now >= nextTime, let record = state.records.last else { return }
    nextTime = .now + .seconds(isTerminal ? 0.2 : 30)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let pace = elapsed / Double(max(1, state.step - first))
    let line = String(
      format: "training    %3d %%  step %d of %d  %@ %.4f held out, %.4f learned  %@ to go",
      100 * state.step / stepCount, state.step, stepCount, boundName, volume - record.score,
      volume + record.loss, Self.span(pace * Double(stepCount - state.step)))
    StandardError.write(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
  }

  /// Leaves the terminal as it was.
  func finish() { if isTerminal { StandardError.write("\r\u{1B}[K") } }

  private static func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: String(format: "%.0f s", seconds)
    case ..<6000: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }

}
