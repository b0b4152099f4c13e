import Inference
import Samplers

/// A set of draws that may be quoted.
struct QuotableSet: Sendable {
  let set: SampleSet
  let draws: ComparedDraws
  /// The objections to it; empty if it may be quoted as it is.
  let failures: [String]
  /// Whether it may be quoted at all.
  let isUsable: Bool

  var root: String { self.set.root }
  var effectiveSampleSize: Double {
    draws.effectiveSampleSize.isFinite ? draws.effectiveSampleSize : 0
  }

  /// Assesses a set by itself; nil if it is not to be quoted: raw draws, chains behind a flow, or a
  /// single draw.
  init?(_ set: SampleSet) {
    guard set.outcome.seconds != nil, set.kind != .raw,
      set.chains.contains(where: { $0.count > 1 })
    else {
      return nil
    }
    self.set = set
    draws = ComparedDraws(set.chains, isWeighted: set.kind == .weighted)
    guard set.kind == .weighted else {
      failures = draws.summary.convergenceFailures
      isUsable = failures.isEmpty
      return
    }
    let outcome = set.outcome
    let isSeen = (outcome.forwardEfficiency ?? 0) >= 0.5 * (outcome.efficiency ?? .infinity)
    let isGood = outcome.verdict == ImportanceVerdict.Grade.good.description
    isUsable = outcome.isAccepted == true && draws.effectiveSampleSize > 400
    failures = isUsable && isSeen && isGood ? [] : [outcome.verdict ?? "not assessed"]
  }

  /// Those of several sets, assessed in parallel.
  static func all(_ sets: [SampleSet]) async -> [QuotableSet] {
    await LocalWorkers().map(sets.count) { QuotableSet(sets[$0]) }.compactMap(\.self)
  }
}
