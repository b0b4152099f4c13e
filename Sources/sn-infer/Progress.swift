import Inference
import Logging
import Reports
import Synchronization

/// Shows the progress of a run on standard error: redrawn on a terminal, else one line every half
/// minute.
final class Progress: Sendable {
  private struct State {
    var text: ProgressText
    var nextTime = ContinuousClock.now + .seconds(StandardError.isTerminal ? 1 : 30)
    var linesDrawn = 0
  }

  private let isQuiet: Bool
  private let isTerminal = StandardError.isTerminal
  private let state: Mutex<State>

  init(isQuiet: Bool, _ text: ProgressText = ProgressText()) {
    self.isQuiet = isQuiet
    state = Mutex(State(text: text))
  }

  /// Records an event, and shows the progress if it is time.
  func update(_ event: RunEvent) {
    if case .warning(let text) = event {
      finish()
      return Logger(label: "sn-infer").warning("\(text)")
    }
    if isQuiet { return }
    state.withLock { state in
      state.text.note(event)
      guard ContinuousClock.now >= state.nextTime else { return }
      state.nextTime = .now + (isTerminal ? .milliseconds(200) : .seconds(30))
      let lines = state.text.lines(isBrief: !isTerminal)
      let text = lines.map { $0 + "\n" }.joined()
      StandardError.write(isTerminal ? erase(state.linesDrawn) + text : text)
      state.linesDrawn = lines.count
    }
  }

  /// Restores the terminal.
  func finish() {
    state.withLock { state in
      if isTerminal { StandardError.write(erase(state.linesDrawn)) }
      state.linesDrawn = 0
    }
  }

  /// Moves up a number of lines and clears them.
  private func erase(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\u{1B}[J" : "" }
}
