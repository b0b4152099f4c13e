import Inference
import RealModule

/// A core distribution, and beside it a normal one with an offset and more variance: outliers of a free
/// fraction, or contaminants by the probability of each supernova to be of type Ia.
///
/// p = π p_core(ρ; v) + (1 − π) N(ρ; δ, v + e). Source of the latter: Kunz, Bassett & Hlozek 2007,
/// Phys. Rev. D 75, 103508, equation 7.
struct MixtureNoise<Core: ResidualNoise>: ResidualNoise {
  /// What the second component is made of.
  enum Kind {
    /// 1 − π is a parameter, δ = 0 and e = 1 mag².
    case outliers(fraction: Int)
    /// π is the probability of each supernova with its logit shifted; δ, the root of e and the shift
    /// are parameters.
    case contaminants(offset: Int, scatter: Int, shift: Int)
  }

  private let kind: Kind
  private var core: Core
  private let offset, variance, root: Double
  /// The fraction of outliers, or the factor of the odds.
  private let constant: Double
  private var coreShare = Lanes.zero
  private var last = (offset: Lanes.zero, variance: Lanes.zero, share: Lanes.zero)
  private var sums = (offset: Lanes.zero, variance: Lanes.zero, share: Lanes.zero)

  init(_ core: Core, _ kind: Kind, parameters: UnsafePointer<Double>) {
    (self.core, self.kind) = (core, kind)
    switch kind {
    case .outliers(let fraction):
      (offset, root, constant) = (0, 1, parameters[fraction])
    case .contaminants(let offset, let scatter, let shift):
      (self.offset, root, constant) = (
        parameters[offset], parameters[scatter], .exp(min(600, max(-600, parameters[shift])))
      )
    }
    variance = root * root
  }

  /// π.
  @inline(__always)
  private func share(_ probability: Lanes) -> Lanes {
    switch kind {
    case .outliers: return Lanes(repeating: 1 - constant)
    case .contaminants:
      let odds = probability * constant
      return odds / (odds + (1 - probability))
    }
  }

  /// Joins the two components, by their logarithms.
  @inline(__always)
  private func join(
    _ first: Lanes, _ second: Lanes, _ share: Lanes
  ) -> (value: Lanes, core: Lanes, other: Lanes) {
    // A share of 0 leaves a component e⁻⁶⁹⁰, not log 0.
    let a = first + Lanes.log(share.replacing(with: 1e-300, where: share .< 1e-300))
    let rest = 1 - share
    let b = second + Lanes.log(rest.replacing(with: 1e-300, where: rest .< 1e-300))
    let top = a.replacing(with: b, where: a .< b)
    let value = top + Lanes.log(Lanes.exp(a - top) + Lanes.exp(b - top))
    let core = Lanes.exp(a - value)
    return (value, core, 1 - core)
  }

  @inline(__always)
  private mutating func remember(
    _ core: Lanes, _ share: Lanes, offset: Lanes, variance: Lanes
  ) {
    coreShare = core
    last.offset = offset
    last.variance = variance
    switch kind {
    case .outliers: last.share = (1 - core) / constant - core / (1 - constant)
    case .contaminants: last.share = core - share
    }
  }

  @inline(__always)
  mutating func density(
    _ residual: Lanes, _ variance: Lanes, share: Lanes
  ) -> (value: Lanes, pull: Lanes, slope: Lanes) {
    let first = core.density(residual, variance, share: share)
    let second = NormalNoise.density(residual - offset, variance + self.variance)
    let ownShare = self.share(share)
    let joined = join(first.value, second.value, ownShare)
    remember(
      joined.core, ownShare, offset: joined.other * second.pull,
      variance: joined.other * second.slope)
    return (
      joined.value, joined.core * first.pull + joined.other * second.pull,
      joined.core * first.slope + joined.other * second.slope
    )
  }

  @inline(__always)
  mutating func detection(
    _ margin: Lanes, _ variance: Lanes, other: Lanes, share: Lanes
  ) -> (value: Lanes, marginSlope: Lanes, slope: Lanes, otherSlope: Lanes) {
    let first = core.detection(margin, variance, other: other, share: share)
    let second = NormalNoise.detection(margin - offset, variance + other + self.variance)
    let ownShare = self.share(share)
    let joined = join(first.value, second.value, ownShare)
    let slope = joined.other * second.slope
    remember(
      joined.core, ownShare, offset: -joined.other * second.marginSlope, variance: slope)
    return (
      joined.value, joined.core * first.marginSlope + joined.other * second.marginSlope,
      joined.core * first.slope + slope, joined.core * first.otherSlope + slope
    )
  }

  mutating func chiSquared(_ residual: Lanes, _ variance: Lanes, share: Lanes) -> Lanes {
    _ = density(residual, variance, share: share)
    let belongs = coreShare
    let other = residual - offset
    return belongs * core.chiSquared(residual, variance, share: share)
      + (1 - belongs) * other * other / (variance + self.variance)
  }

  mutating func membership(_ residual: Lanes, _ variance: Lanes, share: Lanes) -> Lanes {
    _ = density(residual, variance, share: share)
    return coreShare * core.membership(residual, variance, share: share)
  }

  @inline(__always)
  mutating func accumulate(_ weight: Lanes) {
    core.accumulate(weight * coreShare)
    sums.offset += weight * last.offset
    sums.variance += weight * last.variance
    sums.share += weight * last.share
  }

  func write(to gradient: UnsafeMutablePointer<Double>) {
    core.write(to: gradient)
    switch kind {
    case .outliers(let fraction): gradient[fraction] += sums.share.sum()
    case .contaminants(let offset, let scatter, let shift):
      gradient[offset] += sums.offset.sum()
      gradient[scatter] += 2 * root * sums.variance.sum()
      gradient[shift] += sums.share.sum()
    }
  }
}
