public import RealModule

/// What the no-U-turn tree needs of a trajectory; a toy can replace Hamiltonian dynamics in a
/// test.
///
/// A *stretch* is a run of consecutive points. Stretches are kept in numbered slots: 0 for the
/// whole trajectory so far, which begins as its initial point, 1 for the subtree that is grown
/// next, and one more for each level of recursion in it.
public protocol Trajectory: ~Copyable {
  /// Moves one end of the trajectory by a step, and puts the stretch of the new point alone into a
  /// slot.
  ///
  /// - Returns: the log weight of the point relative to the initial one; minus infinity if the step
  ///   failed.
  mutating func extend(forward: Bool, into slot: Int) -> Double

  /// Whether two neighbouring stretches, `left` before `right` in time, together make a U-turn.
  func isTurning(left: Int, right: Int) -> Bool

  /// Puts the union of two neighbouring stretches into the slot of one of them; its proposal stays
  /// what it was.
  mutating func join(left: Int, right: Int, into slot: Int)

  /// Makes the proposal of one stretch that of another.
  mutating func adoptProposal(of source: Int, in slot: Int)
}

/// Makes a random choice with a given probability: by random numbers in a sampler, by enumeration of all choices
/// in a test.
public protocol Chooser {
  /// Returns true with a probability from 0 to 1.
  mutating func choose(probability: Double) -> Bool
}

/// The no-U-turn tree: doubles a trajectory in random directions until it turns, and draws a
/// proposal from all its points.
///
/// Points are drawn with multinomial weights, uniformly within a subtree and with a preference for
/// the new half between doublings. Source: Betancourt 2017, arXiv 1701.02434, appendix A.3; Hoffman
/// & Gelman 2014, JMLR 15, 1593, for the doubling.
public struct NoUTurnTree: Sendable, Equatable {
  /// The number of completed doublings.
  public var depth = 0
  /// The number of steps taken.
  public var steps = 0
  /// Whether the log weight of a point fell below −1000, or its step failed.
  public var isDivergent = false
  /// The sum of the acceptance probabilities min(1, weight) of all new points.
  @usableFromInline var sumOfAcceptance = 0.0

  /// The mean acceptance probability of the new points, which step-size adaptation uses.
  public var acceptanceProbability: Double { steps == 0 ? 0 : sumOfAcceptance / Double(steps) }

  /// Grows a tree; afterwards the proposal of slot 0 is the next state.
  ///
  /// Cost: up to 2^`maximumDepth` − 1 steps.
  @inlinable
  public init<T: Trajectory & ~Copyable>(
    growing trajectory: inout T, maximumDepth: Int, choosing chooser: inout some Chooser
  ) {
    var weight = 1.0
    while depth < maximumDepth {
      let forward = chooser.choose(probability: 0.5)
      guard let subtree = subtree(&trajectory, depth, forward: forward, slot: 1, &chooser) else {
        return
      }
      depth += 1
      if chooser.choose(probability: min(1, subtree / weight)) {
        trajectory.adoptProposal(of: 1, in: 0)
      }
      weight += subtree
      let (left, right) = forward ? (0, 1) : (1, 0)
      let isTurning = trajectory.isTurning(left: left, right: right)
      trajectory.join(left: left, right: right, into: 0)
      if isTurning { return }
    }
  }

  /// Grows a subtree of 2^depth points into a slot.
  ///
  /// - Returns: its weight; nil if it turned or diverged, and then nothing of it may be used.
  @inlinable
  mutating func subtree<T: Trajectory & ~Copyable>(
    _ trajectory: inout T, _ depth: Int, forward: Bool, slot: Int, _ chooser: inout some Chooser
  ) -> Double? {
    if depth == 0 {
      let logWeight = trajectory.extend(forward: forward, into: slot)
      // Sums of weights must not overflow; a fall of the energy by 600 happens on the way to the
      // typical set only, where nothing is drawn.
      let weight = Double.exp(min(logWeight, 600))
      steps += 1
      sumOfAcceptance += min(1, weight)
      isDivergent = !(logWeight >= -1000)
      return isDivergent ? nil : weight
    }
    // Slots 2, 3, … hold the later halves at recursion depths 1, 2, ….
    let later = depth + 1
    guard
      let near = subtree(&trajectory, depth - 1, forward: forward, slot: slot, &chooser),
      let far = subtree(&trajectory, depth - 1, forward: forward, slot: later, &chooser)
    else { return nil }

    let weight = near + far
    // Of two subtrees whose weights vanish neither has anything to propose.
    if weight > 0, chooser.choose(probability: far / weight) {
      trajectory.adoptProposal(of: later, in: slot)
    }
    let (left, right) = forward ? (slot, later) : (later, slot)
    if trajectory.isTurning(left: left, right: right) { return nil }
    trajectory.join(left: left, right: right, into: slot)
    return weight
  }
}
