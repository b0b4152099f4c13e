import RealModule

/// A posterior without the offset of one of its likelihoods, which is integrated out exactly and drawn
/// afterwards.
///
/// In coordinates in which the prior is N(0, I): those of the other free parameters, and a last one, z,
/// that is N(0, 1) independently of the others. A draw has the offset at the quantile Φ(z)
/// of its conditional distribution, so that draws are those of the whole posterior.
///
/// With log L = ℓ(θ) − ½ c (s − m(θ))², one gradient gives ℓ and m, and where the prior of s tilts the
/// integral or truncates it, a second gives ∂m/∂θ.
public struct CollapsedPosterior: LogDensity {
  /// The posterior, in coordinates in which its prior is N(0, I).
  public let whole: Posterior
  private let offset: LinearOffset
  private let prior: OffsetPrior
  /// Where the offset is among the free parameters.
  private let index: Int
  /// Two values of s, with the coordinates at which they are taken, du/ds, and the log prior there.
  private var first, second: Anchor

  private struct Anchor: Sendable {
    let offset, coordinate, slope, logPrior: Double

    init(_ offset: Double, _ linear: LinearOffset, _ transform: Transform) {
      self.offset = offset
      coordinate = transform.coordinate(of: linear.value(at: offset))
      slope = linear.slope(at: offset) / transform(coordinate).derivative
      logPrior = NormalDistribution.logDensity(at: coordinate)
    }

    var isFinite: Bool { coordinate.isFinite && slope.isFinite && slope != 0 }
  }

  /// The collapsed form of a posterior; nil if no likelihood has an offset of its own whose prior leaves
  /// the integral in closed form and that no requirement ties to others, nothing else is free, or a prior
  /// is improper.
  public init?(_ posterior: Posterior) {
    let whole = posterior.standardised
    guard whole.dimension > 1, whole.space.improperParameters.isEmpty else { return nil }
    for term in whole.likelihoods {
      guard let offset = (term.likelihood as? any OffsetLikelihood)?.offset,
        offset.precision > 0, offset.precision.isFinite,
        let index = whole.space.free.firstIndex(where: { $0.name == offset.parameter }),
        whole.space.isIndependent(offset.parameter),
        let prior = OffsetPrior(whole.space.free[index].prior, offset),
        !whole.likelihoods.contains(where: {
          $0.name != term.name && $0.likelihood.parameterNames.contains(offset.parameter)
        })
      else { continue }
      self.init(whole, offset, prior, index)
      return
    }
    return nil
  }

  private init?(_ whole: Posterior, _ offset: LinearOffset, _ prior: OffsetPrior, _ index: Int) {
    (self.whole, self.offset, self.prior, self.index) = (whole, offset, prior, index)
    let transform = whole.space.transform(of: whole.space.free[index])
    func anchor(_ coordinate: Double) -> Anchor {
      Anchor(offset(transform(coordinate).value), offset, transform)
    }
    // Any anchors serve for a first estimate; near the offsets that the data prefer, digits are kept.
    var (a, b) = (anchor(-0.5), anchor(0.5))
    guard a.isFinite, b.isFinite else { return nil }
    (first, second) = (a, b)
    var random = RandomStream(seed: 0, "places of an offset")
    let means = (0..<64).compactMap { _ -> Double? in
      let others = (1..<whole.dimension).map { _ in random.nextStandardNormal() }
      return look(others.span)?.mean
    }.filter(\.isFinite).sorted()
    if !means.isEmpty {
      let (low, high) = (offset(transform(-3).value), offset(transform(3).value))
      let middle = min(max(means[means.count / 2], min(low, high)), max(low, high))
      let width = 0.02 * abs(high - low)
      a = Anchor(min(max(middle - width, min(low, high)), max(low, high)), offset, transform)
      b = Anchor(min(max(middle + width, min(low, high)), max(low, high)), offset, transform)
      if a.isFinite, b.isFinite, a.offset != b.offset { (first, second) = (a, b) }
    }
  }

  /// The name of the parameter that is integrated out.
  public var offsetName: String { offset.parameter }

  /// That of the whole posterior.
  public var dimension: Int { whole.dimension }

  /// 1: the last coordinate.
  public var independentCount: Int { 1 }

  /// log ∫ L π ds of the others, plus log N(z).
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let others = dimension - 1
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * dimension) { scratch in
      scratch.initialize(repeating: 0)
      var slopes = scratch.extracting(0..<dimension).mutableSpan
      guard let seen = look(position, first, &slopes) else { return -.infinity }
      let conditional = prior.conditional(offset.precision, around: seen.mean)
      // ∂ℓ/∂θ = ∂ log L/∂θ − c (s − m) ∂m/∂θ, with the derivative of the integral in m.
      let factor = conditional.slope - offset.precision * (first.offset - seen.mean)
      for i in 0..<others { gradient[i] = slopes[i < index ? i : i + 1] }
      if factor != 0 {
        var more = scratch.extracting(dimension..<2 * dimension).mutableSpan
        guard look(position, second, &more) != nil else { return -.infinity }
        let width = offset.precision * (second.offset - first.offset)
        for i in 0..<others {
          let place = i < index ? i : i + 1
          gradient[i] += factor * (more[place] - slopes[place]) / width
        }
      }
      let z = position[others]
      gradient[others] = -z
      return seen.best + conditional.logIntegral + NormalDistribution.logDensity(at: z)
    }
  }

  /// The log density alone, from one gradient.
  public func logDensities(at positions: Span<Double>, into values: inout MutableSpan<Double>) {
    let dimension = dimension
    withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { slopes in
      slopes.initialize(repeating: 0)
      var slopes = slopes.mutableSpan
      for n in 0..<values.count {
        let position = positions.extracting(n * dimension..<(n + 1) * dimension)
        guard let seen = look(position, first, &slopes) else {
          values[n] = -.infinity
          continue
        }
        let conditional = prior.conditional(offset.precision, around: seen.mean)
        values[n] =
          seen.best + conditional.logIntegral
          + NormalDistribution.logDensity(at: position[dimension - 1])
      }
    }
  }

  /// ℓ with the prior of the others, and m; nil where the likelihood has no meaning.
  private func look(_ others: Span<Double>) -> (best: Double, mean: Double)? {
    var slopes = [Double](repeating: 0, count: dimension)
    var span = slopes.mutableSpan
    return look(others, first, &span)
  }

  /// The same, with the gradient in all coordinates at an anchor.
  private func look(
    _ others: Span<Double>, _ anchor: Anchor, _ slopes: inout MutableSpan<Double>
  ) -> (best: Double, mean: Double)? {
    let count = dimension
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { scratch in
      for i in 0..<count {
        scratch.initializeElement(
          at: i, to: i == index ? anchor.coordinate : others[i < index ? i : i - 1])
      }
      let value = whole.logDensity(at: UnsafeBufferPointer(scratch).span, gradient: &slopes)
      guard value.isFinite else { return nil }
      // The prior N(0, 1) of the coordinate is not part of the likelihood.
      let inOffset = (slopes[index] + anchor.coordinate) * anchor.slope
      let distance = -inOffset / offset.precision
      let best = value - anchor.logPrior + 0.5 * offset.precision * distance * distance
      return (best, anchor.offset - distance)
    }
  }

  /// Those of the whole posterior.
  public var columns: [Chain.Column] { whole.columns }

  /// All parameters, and log prior + log L there.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    guard let point = wholePoint(at: position) else {
      return (whole.draw(at: inserted(0, into: position), logDensity: 0).values, -.infinity)
    }
    let z = position[dimension - 1]
    let others = logDensity - NormalDistribution.logDensity(at: z)
    // In the whole posterior's coordinates: the density of s there is that of u over du/ds.
    let transform = whole.space.transform(of: whole.space.free[index])
    let inCoordinate =
      point.logDensity + .log(abs(transform(point.position[index]).derivative))
      - .log(abs(offset.slope(at: point.offset)))
    return whole.draw(at: point.position, logDensity: others + inCoordinate)
  }

  /// The point of the whole posterior, with the offset and its conditional log density; nil where the
  /// likelihood has no meaning.
  private func wholePoint(
    at position: [Double]
  ) -> (position: [Double], offset: Double, logDensity: Double)? {
    guard let seen = look(position.span) else { return nil }
    let conditional = prior.conditional(offset.precision, around: seen.mean)
    let value = conditional.value(at: position[dimension - 1])
    let transform = whole.space.transform(of: whole.space.free[index])
    let coordinate = transform.coordinate(of: offset.value(at: value))
    return (inserted(coordinate, into: position), value, conditional.logDensity(at: value))
  }

  /// The point of the whole posterior with a coordinate of the offset.
  private func inserted(_ coordinate: Double, into position: [Double]) -> [Double] {
    var all = Array(position.dropLast())
    all.insert(coordinate, at: index)
    return all
  }

  /// The coordinates of values of the free parameters, such as a draw's; nil where they have none.
  public func position(of values: [Double]) -> [Double]? {
    guard var others = whole.space.position(of: values) else { return nil }
    others.remove(at: index)
    guard let seen = look(others.span) else { return nil }
    let conditional = prior.conditional(offset.precision, around: seen.mean)
    let z = conditional.deviate(of: offset(values[index]))
    return z.isFinite ? others + [z] : nil
  }

  /// Those of the whole posterior at the offset of the point, and what integrating over the offset adds.
  public func parts(at position: [Double]) -> [(name: String, value: Double)] {
    let parts = whole.parts(at: wholePoint(at: position)?.position ?? inserted(0, into: position))
    let sum = parts.reduce(0) { $0 + $1.value }
    guard sum.isFinite else { return parts }
    let value = logDensityAndGradient(at: position).logDensity
    return parts + [("integral over \(offset.parameter)", value - sum)]
  }

  /// A point drawn from the prior.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    (0..<dimension).map { _ in generator.nextStandardNormal() }
  }
}
