import Inference
import RealModule
import Samplers

/// The no-U-turn sampler as one would write it down: it keeps all points of a trajectory, and adds
/// up the momenta of a stretch whenever it asks whether that turns.
///
/// Written from Betancourt 2017, arXiv 1701.02434, appendix A, and Stan's extra checks (2.21); it
/// takes the same random numbers as `NoUTurnSampler` in the same order.
struct NaiveNoUTurn<Density: LogDensity, MetricType: Metric> {
  let density: Density
  let metric: MetricType
  let stepSize: Double
  /// Whether a stretch also turns if one half does with the nearest point of the other.
  var hasExtraChecks = true

  /// What one transition did.
  struct Transition {
    var state: PhasePoint
    var depth = 0
    var steps = 0
    var sumOfAcceptance = 0.0
  }

  private struct Subtree {
    var points: [PhasePoint]
    var weight: Double
    var proposal: PhasePoint
  }

  func transition(
    from state: PhasePoint, using random: inout some RandomNumberGenerator
  ) -> Transition {
    var start = state
    start.drawMomentum(metric, using: &random)
    var result = Transition(state: start)
    var points = [start]
    var weight = 1.0
    while result.depth < 10 {
      let forward = random.nextUniform() < 0.5
      let end = forward ? points[points.count - 1] : points[0]
      guard
        let new = subtree(
          from: end, initial: start, depth: result.depth, forward, &result, &random)
      else { break }
      result.depth += 1
      if choose(new.weight / weight, &random) { result.state = new.proposal }
      weight += new.weight
      let halves = forward ? (points, new.points) : (new.points, points)
      points = halves.0 + halves.1
      if turns(halves.0, halves.1) { break }
    }
    return result
  }

  private func subtree(
    from end: PhasePoint, initial: PhasePoint, depth: Int, _ forward: Bool,
    _ result: inout Transition, _ random: inout some RandomNumberGenerator
  ) -> Subtree? {
    if depth == 0 {
      var point = end
      point.advance(density, metric, Leapfrog(), by: forward ? stepSize : -stepSize, steps: 1)
      let logWeight = initial.energy - point.energy
      result.steps += 1
      result.sumOfAcceptance += min(1, .exp(logWeight))
      if logWeight < -1000 { return nil }
      return Subtree(points: [point], weight: .exp(logWeight), proposal: point)
    }
    guard
      let near = subtree(
        from: end, initial: initial, depth: depth - 1, forward, &result, &random),
      let far = subtree(
        from: forward ? near.points[near.points.count - 1] : near.points[0], initial: initial,
        depth: depth - 1, forward, &result, &random)
    else { return nil }
    let weight = near.weight + far.weight
    let isFar = choose(far.weight / weight, &random)
    let halves = forward ? (near.points, far.points) : (far.points, near.points)
    if turns(halves.0, halves.1) { return nil }
    return Subtree(
      points: halves.0 + halves.1, weight: weight, proposal: isFar ? far.proposal : near.proposal)
  }

  private func choose(
    _ probability: Double, _ random: inout some RandomNumberGenerator
  ) -> Bool {
    probability >= 1 || random.nextUniform() < probability
  }

  private func turns(_ left: [PhasePoint], _ right: [PhasePoint]) -> Bool {
    if turns(left + right) { return true }
    return hasExtraChecks
      && (turns(left + right.prefix(1)) || turns(left.suffix(1) + right))
  }

  /// Whether the velocity at one end points against the sum of the momenta.
  private func turns(_ points: [PhasePoint]) -> Bool {
    func along(_ end: PhasePoint) -> Double {
      var sum = 0.0
      for i in end.velocity.indices {
        sum += end.velocity[i] * points.reduce(0) { $0 + $1.momentum[i] }
      }
      return sum
    }
    return along(points[0]) <= 0 || along(points[points.count - 1]) <= 0
  }
}
