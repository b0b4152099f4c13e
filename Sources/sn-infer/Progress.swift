import Foundation
import Inference
import Logging
import Synchronization

/// Shows how far a run has come, on standard error: a line for each chain, or one for a training,
/// redrawn, on a terminal; else one line every half minute.
final class Progress: Sendable {
  private struct State {
    var first: [Int: SamplingProgress] = [:]
    var latest: [Int: SamplingProgress] = [:]
    var firstStep: Int?
    /// When what goes on now has begun.
    var start = ContinuousClock.now
    var nextTime: ContinuousClock.Instant
    var linesDrawn = 0
  }

  private let isQuiet: Bool
  private let trainingLine: @Sendable (TrainingProgress) -> String
  private let isTerminal = StandardError.isTerminal
  private let state: Mutex<State>
  /// More chains than this are told in one line.
  private static let mostLines = 16

  /// - Parameter training: what is told of a training, besides the time.
  init(
    isQuiet: Bool,
    training: @escaping @Sendable (TrainingProgress) -> String = { training in
      String(
        format: "flow  step %d of %d  loss %.4f  ESS %.1f %%  β %.3g", training.step,
        training.stepCount, training.loss, 100 * training.score, training.beta)
    }
  ) {
    self.isQuiet = isQuiet
    trainingLine = training
    state = Mutex(State(nextTime: .now + .seconds(StandardError.isTerminal ? 1 : 30)))
  }

  /// Takes note of what happens, and shows it if it is time.
  func update(_ event: RunEvent) {
    if case .warning(let text) = event {
      finish()
      return Logger(label: "sn-infer").warning("\(text)")
    }
    if isQuiet { return }
    state.withLock { state in
      let lines: () -> [String]
      switch event {
      case .sampled(let progress):
        if state.first[progress.chain] == nil {
          if state.first.isEmpty { state.start = .now }
          state.first[progress.chain] = progress
        }
        state.latest[progress.chain] = progress
        lines = { [state] in self.chains(state) }
      case .trained(let progress):
        if state.firstStep == nil { (state.firstStep, state.start) = (progress.step, .now) }
        // Chains that follow a training are others.
        (state.first, state.latest) = ([:], [:])
        lines = { [state] in [self.training(progress, state)] }
      case .warning: return
      }
      guard ContinuousClock.now >= state.nextTime else { return }
      state.nextTime = .now + (isTerminal ? .milliseconds(200) : .seconds(30))
      let drawn = lines()
      let text = drawn.map { $0 + "\n" }.joined()
      StandardError.write(isTerminal ? erase(state.linesDrawn) + text : text)
      state.linesDrawn = drawn.count
    }
  }

  /// Leaves the terminal as it was.
  func finish() {
    state.withLock { state in
      if isTerminal { StandardError.write(erase(state.linesDrawn)) }
      state.linesDrawn = 0
    }
  }

  private func training(_ progress: TrainingProgress, _ state: State) -> String {
    let done = max(1, progress.step - (state.firstStep ?? 0))
    let rest = elapsed(state) * Double(progress.stepCount - progress.step) / Double(done)
    return "\(trainingLine(progress))  at most \(span(rest)) to go"
  }

  private func chains(_ state: State) -> [String] {
    let count = (state.latest.keys.max() ?? 0) + 1
    let whole = total(state, count)
    guard isTerminal, count <= Self.mostLines else { return [whole] }
    return (0..<count).map { index in
      let name = "chain \(String(index + 1).padding(toLength: 3, withPad: " ", startingAt: 0))"
      guard let progress = state.latest[index] else { return "\(name)  waiting" }
      guard progress.drawCount > 0 else {
        return "\(name)  warm-up \(100 * progress.warmUpCount / max(progress.totalWarmUp, 1)) %"
      }
      let percent = 100 * progress.drawCount / max(progress.totalDraws, 1)
      let line = String(
        format: "%@ %3d %%  %d of %d draws", name, percent, progress.drawCount,
        progress.totalDraws)
      return line + divergences(progress.divergenceCount)
    } + [whole]
  }

  private func total(_ state: State, _ count: Int) -> String {
    let wanted = count * (state.latest.values.map(\.totalDraws).max() ?? 0)
    let done = state.latest.values.reduce(0) { $0 + $1.drawCount }
    // Of a run that is continued, what there was took no time now.
    let before = state.first.values.reduce(0) { $0 + $1.drawCount }
    var line = String(format: "all        %3d %%", 100 * done / max(wanted, 1))
    if done == 0 {
      let warmUp = state.latest.values.map(\.totalWarmUp).max() ?? 0
      let warm = state.latest.values.reduce(0) { $0 + $1.warmUpCount }
      line = "all        warm-up \(100 * warm / max(count * warmUp, 1)) %"
    }
    if !isTerminal || count > Self.mostLines {
      line += divergences(state.latest.values.reduce(0) { $0 + $1.divergenceCount })
    }
    let elapsed = elapsed(state)
    line += "  \(span(elapsed))"
    if done > before {
      line += ", about \(span(elapsed * Double(wanted - done) / Double(done - before))) to go"
    }
    return line
  }

  private func elapsed(_ state: State) -> Double { (.now - state.start) / .seconds(1) }

  private func divergences(_ count: Int) -> String { count > 0 ? "  \(count) divergent" : "" }

  private func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: String(format: "%.0f s", seconds)
    case ..<6000: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }

  /// Moves up so many lines and clears what stands there.
  private func erase(_ lines: Int) -> String { lines > 0 ? "\u{1B}[\(lines)A\u{1B}[J" : "" }
}
