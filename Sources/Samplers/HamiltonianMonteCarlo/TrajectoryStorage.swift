/// The vectors of a no-U-turn tree: the two ends of the trajectory, and the stretches between, each
/// in a slot.
///
/// A stretch turns when the velocity at one of its ends has a negative product with the sum of its momenta; the
/// union of two also when this holds for one of them extended by the nearest point of the other,
/// which catches a turn that falls between subtrees. Source: Betancourt 2017, arXiv 1701.02434,
/// appendix A.4.2; the extra checks are those that Stan added in version 2.21.
///
/// All vectors lie in one block that is allocated once, so that steps and joins allocate nothing.
/// It knows neither density nor metric: this is the part of a trajectory that the compiler can
/// optimise without knowing them.
@usableFromInline
struct TrajectoryStorage: ~Copyable {
  /// The number of elements of a vector.
  @usableFromInline let dimension: Int
  /// The slots of the two ends of the trajectory, behind those of the stretches.
  @usableFromInline let backwardEnd: Int
  @usableFromInline let forwardEnd: Int
  @usableFromInline let vectors: UnsafeMutablePointer<Double>
  @usableFromInline let proposals: UnsafeMutablePointer<Proposal>

  /// What is known of a proposed point besides its vectors.
  @usableFromInline
  struct Proposal {
    var logDensity: Double
    var energy: Double

    @usableFromInline
    init(logDensity: Double, energy: Double) {
      self.logDensity = logDensity
      self.energy = energy
    }
  }

  /// The vectors of a slot; an end uses the left momentum and velocity, position and gradient.
  @usableFromInline
  enum Part: Int {
    case leftMomentum, leftVelocity, rightMomentum, rightVelocity, momentumSum, position, gradient
    static let count = 7
  }

  /// Both ends, and slot 0, are a point with its momentum.
  @usableFromInline
  init(_ point: PhasePoint, maximumDepth: Int) {
    dimension = point.position.count
    backwardEnd = maximumDepth + 1
    forwardEnd = maximumDepth + 2
    vectors = .allocate(capacity: (maximumDepth + 3) * Part.count * dimension)
    proposals = .allocate(capacity: maximumDepth + 1)
    for slot in backwardEnd...forwardEnd {
      write(point.position, slot, .position)
      write(point.momentum, slot, .leftMomentum)
      write(point.velocity, slot, .leftVelocity)
      write(point.gradient, slot, .gradient)
    }
    begin(0, at: forwardEnd, Proposal(logDensity: point.logDensity, energy: point.energy))
  }

  @inlinable
  deinit {
    vectors.deallocate()
    proposals.deallocate()
  }

  /// The elements of a vector.
  @usableFromInline
  func buffer(_ slot: Int, _ part: Part) -> UnsafeMutableBufferPointer<Double> {
    UnsafeMutableBufferPointer(start: vector(slot, part), count: dimension)
  }

  /// Makes a slot the stretch of one point, which stands at an end of the trajectory.
  @usableFromInline
  func begin(_ slot: Int, at end: Int, _ proposal: Proposal) {
    copy(end, .leftMomentum, to: slot, .leftMomentum)
    copy(end, .leftVelocity, to: slot, .leftVelocity)
    copy(end, .leftMomentum, to: slot, .rightMomentum)
    copy(end, .leftVelocity, to: slot, .rightVelocity)
    copy(end, .leftMomentum, to: slot, .momentumSum)
    copy(end, .position, to: slot, .position)
    copy(end, .gradient, to: slot, .gradient)
    proposals[slot] = proposal
  }

  /// Whether two neighbouring stretches turn together.
  @usableFromInline
  func isTurning(left: Int, right: Int) -> Bool {
    let (leftSum, rightSum) = (vector(left, .momentumSum), vector(right, .momentumSum))
    let lastOfLeft = vector(left, .rightMomentum)
    let firstOfRight = vector(right, .leftMomentum)
    let (v1, v2) = (vector(left, .leftVelocity), vector(left, .rightVelocity))
    let (v3, v4) = (vector(right, .leftVelocity), vector(right, .rightVelocity))
    var whole = (0.0, 0.0)
    var leftExtended = (0.0, 0.0)
    var rightExtended = (0.0, 0.0)
    for i in 0..<dimension {
      let sum = leftSum[i] + rightSum[i]
      whole.0 += v1[i] * sum
      whole.1 += v4[i] * sum
      let leftAndNext = leftSum[i] + firstOfRight[i]
      leftExtended.0 += v1[i] * leftAndNext
      leftExtended.1 += v3[i] * leftAndNext
      let lastAndRight = lastOfLeft[i] + rightSum[i]
      rightExtended.0 += v2[i] * lastAndRight
      rightExtended.1 += v4[i] * lastAndRight
    }
    let goesOn =
      whole.0 > 0 && whole.1 > 0 && leftExtended.0 > 0 && leftExtended.1 > 0
      && rightExtended.0 > 0 && rightExtended.1 > 0
    return !goesOn
  }

  /// Puts the union of two neighbouring stretches into the slot of one of them.
  @usableFromInline
  func join(left: Int, right: Int, into slot: Int) {
    let (leftSum, rightSum) = (vector(left, .momentumSum), vector(right, .momentumSum))
    let sum = vector(slot, .momentumSum)
    for i in 0..<dimension { sum[i] = leftSum[i] + rightSum[i] }
    if slot == left {
      copy(right, .rightMomentum, to: slot, .rightMomentum)
      copy(right, .rightVelocity, to: slot, .rightVelocity)
    } else {
      copy(left, .leftMomentum, to: slot, .leftMomentum)
      copy(left, .leftVelocity, to: slot, .leftVelocity)
    }
  }

  /// Makes the proposal of one stretch that of another.
  @usableFromInline
  func adoptProposal(of source: Int, in slot: Int) {
    copy(source, .position, to: slot, .position)
    copy(source, .gradient, to: slot, .gradient)
    proposals[slot] = proposals[source]
  }

  /// Writes the proposal of the whole trajectory into a state.
  ///
  /// - Returns: its energy.
  @usableFromInline
  func writeProposal(into state: inout PhasePoint) -> Double {
    let (position, gradient) = (vector(0, .position), vector(0, .gradient))
    for i in 0..<dimension {
      state.position[i] = position[i]
      state.gradient[i] = gradient[i]
    }
    state.logDensity = proposals[0].logDensity
    return proposals[0].energy
  }

  private func vector(_ slot: Int, _ part: Part) -> UnsafeMutablePointer<Double> {
    vectors + (slot * Part.count + part.rawValue) * dimension
  }

  private func copy(_ source: Int, _ from: Part, to slot: Int, _ part: Part) {
    let (a, b) = (vector(source, from), vector(slot, part))
    for i in 0..<dimension { b[i] = a[i] }
  }

  private func write(_ values: [Double], _ slot: Int, _ part: Part) {
    let target = vector(slot, part)
    for i in 0..<dimension { target[i] = values[i] }
  }
}
