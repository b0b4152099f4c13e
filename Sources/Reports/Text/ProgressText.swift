import Foundation
public import Inference

/// The progress of a run: one line per chain and one for all of them, or one for training.
public struct ProgressText: Sendable {
  private let trainingLine: @Sendable (TrainingProgress) -> String
  private var first: [Int: SamplingProgress] = [:]
  private var latest: [Int: SamplingProgress] = [:]
  private var training: TrainingProgress?
  private var firstStep: Int?
  private var units: (first: Int, done: Int, total: Int)?
  /// When the current stage began.
  private var start = ContinuousClock.now
  /// More chains than this are summarised in one line.
  private static let mostLines = 16

  /// Nothing has happened yet.
  ///
  /// - Parameter training: the text on the progress of training, besides the time.
  public init(training: (@Sendable (TrainingProgress) -> String)? = nil) {
    trainingLine =
      training ?? { training in
        String(
          format: "flow  step %d of %d  loss %.4f  ESS %.1f %%  β %.3g", training.step,
          training.stepCount, training.loss, 100 * training.score, training.beta)
      }
  }

  /// Records an event.
  public mutating func note(_ event: RunEvent) {
    switch event {
    case .sampled(let progress):
      if first[progress.chain] == nil {
        if first.isEmpty { start = .now }
        first[progress.chain] = progress
      }
      latest[progress.chain] = progress
      training = nil
    case .trained(let progress):
      if firstStep == nil { (firstStep, start) = (progress.step, .now) }
      // Chains after training are new ones.
      (first, latest) = ([:], [:])
      training = progress
    case .counted(let done, let total):
      if units == nil { start = .now }
      units = (units?.first ?? done, done, total)
    case .warning: break
    }
  }

  /// The lines.
  ///
  /// - Parameter isBrief: one line, as for a log.
  public func lines(isBrief: Bool) -> [String] {
    if let units {
      let line = "units      \(units.done) of \(units.total)  \(span(elapsed))"
      guard units.done > units.first else { return [line] }
      let rest = elapsed * Double(units.total - units.done) / Double(units.done - units.first)
      return ["\(line), about \(span(rest)) to go"]
    }
    if let training {
      let done = max(1, training.step - (firstStep ?? 0))
      let rest = elapsed * Double(training.stepCount - training.step) / Double(done)
      return ["\(trainingLine(training))  at most \(span(rest)) to go"]
    }
    let count = (latest.keys.max() ?? 0) + 1
    if isBrief || count > Self.mostLines {
      return [total(count, divergences(latest.values.reduce(0) { $0 + $1.divergenceCount }))]
    }
    return (0..<count).map(chain) + [total(count, "")]
  }

  private func chain(_ index: Int) -> String {
    let name = "chain \(String(index + 1).padding(toLength: 3, withPad: " ", startingAt: 0))"
    guard let progress = latest[index] else { return "\(name)  waiting" }
    guard progress.drawCount > 0 else {
      return "\(name)  warm-up \(100 * progress.warmUpCount / max(progress.totalWarmUp, 1)) %"
    }
    let percent = 100 * progress.drawCount / max(progress.totalDraws, 1)
    return String(
      format: "%@ %3d %%  %d of %d draws%@", name, percent, progress.drawCount,
      progress.totalDraws, divergences(progress.divergenceCount))
  }

  private func total(_ count: Int, _ divergences: String) -> String {
    func most(_ part: (SamplingProgress) -> Int) -> Int { latest.values.map(part).max() ?? 0 }
    func sum(_ part: (SamplingProgress) -> Int) -> Int { latest.values.reduce(0) { $0 + part($1) } }
    let (wanted, done) = (count * most(\.totalDraws), sum(\.drawCount))
    // In a continued run, earlier draws took no time now.
    let before = first.values.reduce(0) { $0 + $1.drawCount }
    let share =
      done == 0
      ? "warm-up \(100 * sum(\.warmUpCount) / max(count * most(\.totalWarmUp), 1)) %"
      : String(format: "%3d %%", 100 * done / max(wanted, 1))
    let line = "all        \(share)\(divergences)  \(span(elapsed))"
    guard done > before else { return line }
    return line
      + ", about \(span(elapsed * Double(wanted - done) / Double(done - before))) to go"
  }

  private var elapsed: Double { (.now - start) / .seconds(1) }

  private func divergences(_ count: Int) -> String { count > 0 ? "  \(count) divergent" : "" }

  private func span(_ seconds: Double) -> String {
    switch seconds {
    case ..<100: String(format: "%.0f s", seconds)
    case ..<6000: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.1f h", seconds / 3600)
    }
  }
}
