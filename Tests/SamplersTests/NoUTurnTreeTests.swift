import RealModule
import Samplers
import TestSupport
import Testing

/// A trajectory over the integers: a point is a number, its weight is given, and a stretch turns
/// when it is long.
struct IntegerTrajectory: Trajectory {
  /// The weight of 0, 1, …; every other integer weighs nothing.
  let weights: [Double]
  let start: Int
  /// Stretches of this many points or more turn.
  let turningLength: Int
  private var stretches: [Int: (range: ClosedRange<Int>, proposal: Int)] = [:]
  private(set) var visited: [Int] = []

  init(weights: [Double], start: Int, turningLength: Int) {
    self.weights = weights
    self.start = start
    self.turningLength = turningLength
    stretches[0] = (start...start, start)
    ends = start...start
  }

  private var ends: ClosedRange<Int>
  var proposal: Int { stretches[0]?.proposal ?? start }

  mutating func extend(forward: Bool, into slot: Int) -> Double {
    let point = forward ? ends.upperBound + 1 : ends.lowerBound - 1
    ends = min(point, ends.lowerBound)...max(point, ends.upperBound)
    visited.append(point)
    stretches[slot] = (point...point, point)
    return weights.indices.contains(point) ? .log(weights[point] / weights[start]) : -.infinity
  }

  private func union(_ left: Int, _ right: Int) -> ClosedRange<Int> {
    guard let a = stretches[left]?.range, let b = stretches[right]?.range,
      a.upperBound + 1 == b.lowerBound
    else { preconditionFailure("stretches \(left) and \(right) are not neighbours") }
    return a.lowerBound...b.upperBound
  }

  func isTurning(left: Int, right: Int) -> Bool { union(left, right).count >= turningLength }

  mutating func join(left: Int, right: Int, into slot: Int) {
    let range = union(left, right)
    stretches[slot]?.range = range
  }

  mutating func adoptProposal(of source: Int, in slot: Int) {
    if let proposal = stretches[source]?.proposal { stretches[slot]?.proposal = proposal }
  }
}

/// Goes through all answers that a run can be given, one run at a time, and knows how probable each
/// run was.
struct Enumerator: Chooser {
  /// What the answers are said to be worth; the truth, unless a test bends it.
  let bend: @Sendable (Double) -> Double
  private(set) var probability = 1.0
  private var script: [Bool] = []
  private var position = 0

  init(bend: @escaping @Sendable (Double) -> Double = { $0 }) { self.bend = bend }

  mutating func choose(probability: Double) -> Bool {
    let likely = bend(probability)
    // An answer that is certain is no branch.
    if likely <= 0 || likely >= 1 { return likely >= 1 }
    if position == script.count { script.append(true) }
    defer { position += 1 }
    self.probability *= script[position] ? likely : 1 - likely
    return script[position]
  }

  /// Prepares the next run; false when all are done.
  mutating func next() -> Bool {
    while script.last == false { script.removeLast() }
    guard !script.isEmpty else { return false }
    script[script.count - 1] = false
    (position, probability) = (0, 1)
    return true
  }
}

@Suite struct NoUTurnTreeTests {
  /// The probabilities of going from a point to every other, by enumeration.
  private func transitions(
    from start: Int, _ weights: [Double], turningLength: Int, maximumDepth: Int,
    bend: @escaping @Sendable (Double) -> Double = { $0 }
  ) -> [Double] {
    var result = [Double](repeating: 0, count: weights.count)
    var enumerator = Enumerator(bend: bend)
    repeat {
      var trajectory = IntegerTrajectory(
        weights: weights, start: start, turningLength: turningLength)
      _ = NoUTurnTree(growing: &trajectory, maximumDepth: maximumDepth, choosing: &enumerator)
      result[trajectory.proposal] += enumerator.probability
    } while enumerator.next()
    return result
  }

  static let weights = [0.3, 1, 2.5, 0.7, 0.01, 1.8, 0.9, 3, 0.2, 1.1, 0.6]

  /// The largest change of a probability when the weights, taken as probabilities, make one
  /// transition.
  private func drift(
    turningLength: Int, maximumDepth: Int, bend: @escaping @Sendable (Double) -> Double = { $0 }
  ) -> Double {
    let total = Self.weights.reduce(0, +)
    var after = [Double](repeating: 0, count: Self.weights.count)
    for (start, weight) in Self.weights.enumerated() {
      let row = transitions(
        from: start, Self.weights, turningLength: turningLength, maximumDepth: maximumDepth,
        bend: bend)
      for (end, probability) in row.enumerated() { after[end] += weight / total * probability }
    }
    return largest(zip(after, Self.weights).map { abs($0 - $1 / total) })
  }

  @Test(
    "the weights are exactly invariant, whatever the depth and the turns",
    arguments: [(1, 1), (100, 1), (100, 2), (100, 3), (3, 4), (4, 4), (5, 4), (7, 4)])
  func invariance(turningLength: Int, maximumDepth: Int) {
    #expect(drift(turningLength: turningLength, maximumDepth: maximumDepth) < 1e-15)
  }

  @Test("a biased choice between subtrees is caught")
  func brokenTwin() {
    #expect(drift(turningLength: 100, maximumDepth: 3) { $0 * $0 } > 1e-3)
  }

  @Test("the probabilities of a small tree are those worked out by hand")
  func byHand() {
    // One doubling from the middle of three points: one neighbour, left or right, is taken with
    // min(1, w′/w).
    let row = transitions(from: 1, [1, 2, 3], turningLength: 100, maximumDepth: 1)
    #expect(row == [0.25, 0.25, 0.5])
  }

  /// Answers from a list, then no.
  struct Listed: Chooser {
    var answers: [Bool]
    mutating func choose(probability: Double) -> Bool {
      answers.isEmpty ? false : answers.removeFirst()
    }
  }

  @Test("points are visited outwards from the ends, in doubling numbers")
  func visits() {
    var trajectory = IntegerTrajectory(
      weights: [Double](repeating: 1, count: 100), start: 50, turningLength: 1000)
    // Direction, then the choices inside the subtree and between it and the rest: forward, back,
    // forward.
    var answers = Listed(answers: [true, false] + [false, false, false] + [true])
    let tree = NoUTurnTree(growing: &trajectory, maximumDepth: 3, choosing: &answers)
    #expect(trajectory.visited == [51, 49, 48, 52, 53, 54, 55])
    #expect(tree.depth == 3 && tree.steps == 7 && !tree.isDivergent)
    #expect(tree.acceptanceProbability == 1)
  }

  @Test("a point of no weight ends the tree, and is never the proposal")
  func divergence() {
    var trajectory = IntegerTrajectory(weights: [1, 1], start: 1, turningLength: 1000)
    var answers = Listed(answers: [true])
    let tree = NoUTurnTree(growing: &trajectory, maximumDepth: 5, choosing: &answers)
    #expect(tree.isDivergent && tree.depth == 0 && tree.steps == 1)
    #expect(tree.acceptanceProbability == 0 && trajectory.proposal == 1)
  }
}
