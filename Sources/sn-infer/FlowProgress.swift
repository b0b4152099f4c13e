import Foundation
import Logging
import Reports
import Samplers
import Synchronization

/// Shows how far the training of a flow has come, and keeps its state for `--resume`.
final class FlowProgress: Sendable {
  private struct State {
    var training: FlowTraining?
    var start: ContinuousClock.Instant?
    var firstStep = 0
    var nextLine = ContinuousClock.now + .seconds(1)
    var nextSave = ContinuousClock.now + .seconds(5)
    var isShown = false
  }

  private let folder: OutputFolder
  private let isQuiet: Bool
  private let isTerminal = StandardError.isTerminal
  private let state = Mutex(State())

  init(folder: OutputFolder, isQuiet: Bool) {
    self.folder = folder
    self.isQuiet = isQuiet
  }

  /// The settings of the training, once it has begun.
  var training: FlowTraining? { state.withLock { $0.training } }

  /// Where training stopped before; nil if it has not begun, or what it left cannot be read.
  func saved() -> FlowTrainingState? {
    guard folder.isResumed,
      let data = FileManager.default.contents(atPath: "\(folder.path)/\(FlowFiles.state)")
    else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .words
    return try? decoder.decode(FlowTrainingState.self, from: data)
  }

  func update(_ event: FlowSampler.Event) {
    switch event {
    case .fitted: break
    case .fallingBack:
      Logger(label: "sn-infer").warning(
        "the flow's weights are rejected; Hamiltonian Monte Carlo runs behind it now")
    case .trained(let training, let settings): update(training, settings)
    }
  }

  private func update(_ training: FlowTrainingState, _ settings: FlowTraining) {
    let shouldSave = state.withLock { state in
      if state.start == nil {
        state.start = .now
        state.firstStep = training.step
      }
      state.training = settings
      let now = ContinuousClock.now
      if !isQuiet, now >= state.nextLine, let start = state.start, let last = training.records.last
      {
        state.nextLine = now + (isTerminal ? .milliseconds(200) : .seconds(30))
        let done = max(1, training.step - state.firstStep)
        let rest =
          (now - start) / .seconds(1) / Double(done) * Double(settings.stepCount - training.step)
        let line = String(
          format: "flow  step %d of %d  loss %.4f  ESS %.1f %%  β %.3g  at most %.0f s more",
          training.step, settings.stepCount, last.loss, 100 * last.score, last.beta, rest)
        StandardError.write(isTerminal ? "\r\u{1B}[K" + line : line + "\n")
        state.isShown = isTerminal
      }
      guard now >= state.nextSave else { return false }
      state.nextSave = now + .seconds(5)
      return true
    }
    if shouldSave { keep(training) }
  }

  /// Keeps the state of the training; one that cannot be kept costs time on a resumed run, nothing
  /// else.
  func keep(_ training: FlowTrainingState) {
    try? folder.keep(FlowFiles.state) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      encoder.nonConformingFloatEncodingStrategy = .words
      return try encoder.encode(training)
    }
  }

  /// Leaves the terminal as it was.
  func finish() {
    state.withLock { state in
      if state.isShown { StandardError.write("\r\u{1B}[K") }
      state.isShown = false
    }
  }
}
