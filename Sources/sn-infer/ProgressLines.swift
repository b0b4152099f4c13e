import Foundation
import Inference
import Synchronization

/// Shows how far chains have come, on standard error: a line for each chain, redrawn, on a
/// terminal; else one line for all every half minute.
final class ProgressLines: Sendable {
  private struct State {
    var first: [Int: SamplingProgress] = [:]
    var latest: [Int: SamplingProgress] = [:]
    var nextTime: ContinuousClock.Instant
    var linesDrawn = 0
  }

  private let chainCount: Int
  private let isTerminal = StandardError.isTerminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>
  /// More chains than this are told in one line.
  private static let mostLines = 16

  init(chainCount: Int) {
    self.chainCount = chainCount
    state = Mutex(State(nextTime: .now + .seconds(StandardError.isTerminal ? 1 : 30)))
  }

  /// Takes note of a chain, and shows all of them if it is time.
  func update(_ progress: SamplingProgress) {
    state.withLock { state in
      if state.first[progress.chain] == nil { state.first[progress.chain] = progress }
      state.latest[progress.chain] = progress
      guard ContinuousClock.now >= state.nextTime else { return }
      state.nextTime = .now + (isTerminal ? .milliseconds(200) : .seconds(30))
      let whole = [total(state)]
      let lines = isTerminal && chainCount <= Self.mostLines ? chains(state) + whole : whole
      let text = lines.map { $0 + "\n" }.joined()
      StandardError.write(isTerminal ? erase(state.linesDrawn) + text : text)
      state.linesDrawn = lines.count
    }
  }

  /// Leaves the terminal as it was.
  func finish() {
    state.withLock { state in
      if isTerminal { StandardError.write(erase(state.linesDrawn)) }
      state.linesDrawn = 0
    }
  }

  private func chains(_ state: State) -> [String] {
    (0..<chainCount).map { index in
      let name = "chain \(String(index + 1).padding(toLength: 3, withPad: " ", startingAt: 0))"
      guard let progress = state.latest[index] else { return "\(name)  waiting" }
      guard progress.drawCount > 0 else {
        let done = 100 * progress.warmUpCount / max(progress.totalWarmUp, 1)
        return "\(name)  warm-up \(done) %"
      }
      let percent = 100 * progress.drawCount / max(progress.totalDraws, 1)
      let line = String(
        format: "%@ %3d %%  %d of %d draws", name, percent, progress.drawCount,
        progress.totalDraws)
      return line + divergences(progress.divergenceCount)
    }
  }

  private func total(_ state: State) -> String {
    let wanted = chainCount * (state.latest.values.map(\.totalDraws).max() ?? 0)
    let done = state.latest.values.reduce(0) { $0 + $1.drawCount }
    // Of a run that is continued, what there was took no time now.
    let before = state.first.values.reduce(0) { $0 + $1.drawCount }
    var line = String(
      format: "all        %3d %%", 100 * done / max(wanted, 1))
    if done == 0 {
      let warmUp = state.latest.values.map(\.totalWarmUp).max() ?? 0
      let warm = state.latest.values.reduce(0) { $0 + $1.warmUpCount }
      line = "all        warm-up \(100 * warm / max(chainCount * warmUp, 1)) %"
    }
    if !isTerminal || chainCount > Self.mostLines {
      line += divergences(state.latest.values.reduce(0) { $0 + $1.divergenceCount })
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    line += "  \(span(elapsed))"
    if done > before {
      line += ", about \(span(elapsed * Double(wanted - done) / Double(done - before))) to go"
    }
    return line
  }

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
