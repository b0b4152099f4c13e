import Foundation
import Inference
import Synchronization

/// Shows how far chains have come, on standard error: one line that is redrawn on a terminal, else
/// a line every half minute.
final class ProgressLine: Sendable {
  private struct State {
    var chains: [Int: SamplingProgress] = [:]
    var nextLine: ContinuousClock.Instant
    var hasDrawn = false
  }

  private let chainCount: Int
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  init(chainCount: Int) {
    self.chainCount = chainCount
    state = Mutex(State(nextLine: .now + .seconds(isatty(STDERR_FILENO) == 1 ? 1 : 30)))
  }

  /// Takes note of a chain, and shows all of them if it is time.
  func update(_ progress: SamplingProgress) {
    state.withLock { state in
      state.chains[progress.chain] = progress
      guard ContinuousClock.now >= state.nextLine else { return }
      state.nextLine = .now + (isTerminal ? .milliseconds(200) : .seconds(30))
      state.hasDrawn = true
      write(isTerminal ? "\r\u{1B}[K\(line(state.chains))" : "\(line(state.chains))\n")
    }
  }

  /// Leaves the terminal as it was.
  func finish() {
    state.withLock { state in
      if isTerminal, state.hasDrawn { write("\r\u{1B}[K") }
      state.hasDrawn = false
    }
  }

  private func line(_ chains: [Int: SamplingProgress]) -> String {
    let total = chains.values.map(\.totalDraws).max() ?? 0
    let done = chains.values.reduce(0) { $0 + $1.drawCount }
    let divergences = chains.values.reduce(0) { $0 + $1.divergenceCount }
    let percents = (0..<chainCount).map { index in
      let progress = chains[index]
      guard let progress, progress.drawCount > 0 else { return "–" }
      return "\(100 * progress.drawCount / max(progress.totalDraws, 1)) %"
    }
    var line = "chains \(percents.joined(separator: "  "))"
    if divergences > 0 { line += "  \(divergences) divergent" }
    if done > 0 {
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      let remaining = elapsed * Double(chainCount * total - done) / Double(done)
      line += String(format: "  %.0f s, about %.0f s to go", elapsed, remaining)
    }
    return line
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
