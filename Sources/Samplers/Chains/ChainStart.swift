import Inference

/// Where chains begin.
public enum ChainStart: Sendable, Equatable {
  /// Each at the best of 20 points drawn from the density's own `startingPoint`, or where none of these is inside at the
  /// first of 2000: spread out, so that R-hat can see a chain that is stuck, but not in the far tails where warm-up learns
  /// wrong scales.
  case prior
  /// All at the mode, found by optimisation from such a point.
  case mode
  /// Each at a point drawn from the normal approximation at the mode with its standard deviations
  /// stretched, say by 2, so that R-hat can detect a stuck chain.
  case aroundMode(stretch: Double)
  /// As `prior`; but where all 20 points are below a log density, which is far from where the posterior is, each at one of
  /// some other points, if that is higher.
  case priorAbove(Double, orElse: [[Double]])
  /// The first chains at some points, one each; the others, and where the density is not finite, as
  /// `prior`.
  case points([[Double]])

  /// What all chains share: the approximation at the mode, if they start from there.
  func approximation(
    of density: some LogDensity, _ stream: RandomStream
  ) throws(SamplingError) -> LaplaceApproximation? {
    switch self {
    case .prior, .priorAbove, .points: return nil
    case .mode, .aroundMode: break
    }
    var generator = stream
    let start = try Self.bestOfPrior(density, using: &generator)
    return try LaplaceApproximation(density, from: start.position)
  }

  /// The starting point of a chain.
  func point(
    of density: some LogDensity, _ approximation: LaplaceApproximation?, chain: Int,
    using generator: inout some RandomNumberGenerator
  ) throws(SamplingError) -> PhasePoint {
    if case .points(let points) = self, chain < points.count {
      let point = PhasePoint(density, at: points[chain])
      if point.isFinite { return point }
    }
    if case .priorAbove(let floor, let others) = self {
      let point = try Self.bestOfPrior(density, using: &generator)
      guard point.logDensity < floor, chain < others.count else { return point }
      let other = PhasePoint(density, at: others[chain])
      return other.isFinite && other.logDensity > point.logDensity ? other : point
    }
    guard let approximation else { return try Self.bestOfPrior(density, using: &generator) }
    if case .aroundMode(let stretch) = self {
      for _ in 0..<20 {
        let position = approximation.sample(stretch: stretch, using: &generator)
        let point = PhasePoint(density, at: position)
        if point.isFinite { return point }
      }
    }
    return PhasePoint(density, at: approximation.mode)
  }

  private static func bestOfPrior(
    _ density: some LogDensity, using generator: inout some RandomNumberGenerator
  ) throws(SamplingError) -> PhasePoint {
    var best: PhasePoint?
    // What to show if all fail: rather a point where the density is finite and the gradient is not.
    var failed: PhasePoint?
    var tries = 0
    // Tables and cut priors leave little of a prior: the first of many points will do.
    while tries < 20 || best == nil && tries < 2000 {
      tries += 1
      let point = PhasePoint(density, at: density.startingPoint(using: &generator))
      if point.isFinite {
        if point.logDensity > best?.logDensity ?? -.infinity { best = point }
      } else if point.logDensity.isFinite || failed?.logDensity.isFinite != true {
        failed = point
      }
    }
    if let best { return best }
    let position = failed?.position ?? []
    // Where the density is not finite, its gradient is unspecified.
    let gradient = failed?.logDensity.isFinite == true ? failed?.gradient ?? [] : []
    throw .noFiniteStart(
      tries: tries, lastPoint: density.describe(position),
      parts: density.parts(at: position).map { .init(name: $0.name, value: $0.value) },
      gradient: density.coordinates(gradient).filter { !$0.value.isFinite })
  }
}
