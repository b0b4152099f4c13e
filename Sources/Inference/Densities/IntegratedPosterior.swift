import RealModule

/// A posterior without the parameters in which a likelihood is normal, which are integrated out exactly and drawn afterwards.
///
/// In coordinates in which the prior is N(0, I): those of the other free parameters, and behind them one for each
/// that is integrated out, which are N(0, 1) independently of the others. A draw has the normal parameters at these
/// deviates of their conditional distribution, so that draws are those of the whole posterior.
public struct IntegratedPosterior: LogDensity {
  /// The posterior, in coordinates in which its prior is N(0, I).
  public let whole: Posterior
  /// The posterior of the other parameters.
  private let others: Posterior
  private let likelihood: IntegratedLikelihood
  /// `others` where no gradient is asked for.
  private let values: Posterior
  /// The places of the integrated parameters among the free ones.
  private let places: [Int]
  /// What flat priors and the constants of normal ones add.
  private let constant: Double

  /// The integrated form of a posterior; nil if none of its likelihoods is normal in two or more parameters of
  /// its own whose priors are normal, or flat and wide, and that no requirement ties to others, or nothing else is free.
  public init?(_ posterior: Posterior) {
    let whole = posterior.standardised
    let space = whole.space
    guard space.improperParameters.isEmpty else { return nil }
    for term in whole.likelihoods {
      guard let partly = term.likelihood as? any PartlyNormalLikelihood else { continue }
      let rest = whole.likelihoods.filter { $0.name != term.name }
      var (priors, names, constant) = ([NormalFactor?](), [String](), 0.0)
      for name in partly.normalNames {
        guard let parameter = space.free.first(where: { $0.name == name }),
          space.isIndependent(name), space.jointPriors.allSatisfy({ !$0.names.contains(name) }),
          !rest.contains(where: { $0.likelihood.parameterNames.contains(name) }),
          let (factor, logScale) = parameter.prior.density.normalFactor
        else {
          priors.append(nil)
          continue
        }
        priors.append(factor)
        names.append(name)
        constant += logScale
      }
      guard names.count > 1, names.count < space.dimension,
        let remaining = try? ParameterSpace(
          space.parameters.filter { !names.contains($0.name) }, requiring: space.requirements,
          joint: space.jointPriors, coordinates: .standardNormal)
      else { continue }
      let integrated = IntegratedLikelihood(partly, priors, integrated: names)
      guard
        let others = try? Posterior(
          remaining, likelihoods: [.init(term.name, integrated)] + rest),
        let values = try? Posterior(
          remaining, likelihoods: [.init(term.name, integrated.withoutGradient)] + rest)
      else { continue }
      let places = names.compactMap { name in space.free.firstIndex { $0.name == name } }
      self.init(whole, others, values, integrated, places, constant)
      if isFarFromEdges { return }
    }
    return nil
  }

  private init(
    _ whole: Posterior, _ others: Posterior, _ values: Posterior,
    _ likelihood: IntegratedLikelihood, _ places: [Int], _ constant: Double
  ) {
    (self.whole, self.others, self.values) = (whole, others, values)
    self.likelihood = likelihood
    (self.places, self.constant) = (places, constant)
  }

  /// Whether flat priors do not cut the conditional distributions where the posterior is: ten standard deviations are
  /// inside at the ends of descents from the best of some draws of the prior of the others. Far from these ends the cut
  /// may matter, but the posterior is nothing there.
  private var isFarFromEdges: Bool {
    let free = places.map { whole.space.free[$0] }
    guard free.contains(where: { $0.prior.density is UniformPrior }) else { return true }
    var random = RandomStream(seed: 0, "edges of normal parameters")
    var slopes = [Double](repeating: 0, count: others.dimension)
    let starts = (0..<64).map { _ in
      let position = slopes.map { _ in random.nextStandardNormal() }
      var span = slopes.mutableSpan
      return (position: position, value: others.logDensity(at: position.span, gradient: &span))
    }.filter(\.value.isFinite).sorted { $0.value > $1.value }
    let minimizer = QuasiNewtonMinimizer(
      maximumIterations: 20 * others.dimension, gradientTolerance: 0.01, decreaseTolerance: 0.01,
      firstStep: 0.5)
    let ends = starts.prefix(3).map { minimizer.mode(of: others, from: $0.position) }
    guard let best = ends.map({ $0.value }).min() else { return false }
    return ends.filter { $0.value < best + 30 }.allSatisfy { end in
      guard let conditional = conditional(at: end.position) else { return false }
      let deviations = conditional.standardDeviations
      return free.indices.allSatisfy { i in
        guard let flat = free[i].prior.density as? UniformPrior else { return true }
        let reach = 10 * deviations[i]
        return conditional.mean[i] - reach > flat.lower && conditional.mean[i] + reach < flat.upper
      }
    }
  }

  /// The names of the parameters that are integrated out.
  public var names: [String] { places.map { whole.space.free[$0].name } }

  /// That of the whole posterior.
  public var dimension: Int { whole.dimension }

  /// The number of parameters that are integrated out: the last coordinates.
  public var independentCount: Int { places.count }

  /// log ∫ L π dφ of the others, plus log N of the last coordinates.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let count = others.dimension
    let own = position.extracting(0..<count)
    var value = gradient.withUnsafeMutableBufferPointer { buffer in
      var slopes = buffer.extracting(0..<count).mutableSpan
      return others.logDensity(at: own, gradient: &slopes)
    }
    guard value.isFinite else { return -.infinity }
    for i in count..<position.count {
      gradient[i] = -position[i]
      value += NormalDistribution.logDensity(at: position[i])
    }
    return value + constant
  }

  /// The log density alone, at about half the cost.
  public func logDensities(at positions: Span<Double>, into results: inout MutableSpan<Double>) {
    let (dimension, count) = (dimension, others.dimension)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { scratch in
      scratch.initialize(repeating: 0)
      for n in 0..<results.count {
        let first = n * dimension
        var slopes = scratch.mutableSpan
        var value =
          constant
          + values.logDensity(
            at: positions.extracting(first..<first + count), gradient: &slopes)
        for i in count..<dimension {
          value += NormalDistribution.logDensity(at: positions[first + i])
        }
        results[n] = value.isFinite ? value : -.infinity
      }
    }
  }

  /// That of the whole posterior.
  public var columns: [Chain.Column] { whole.columns }

  /// The conditional distribution of the integrated parameters.
  private func conditional(at others: [Double]) -> NormalConditional? {
    let draw = self.others.draw(at: others, logDensity: 0).values
    let names = self.others.space.free.map(\.name)
    let values = self.others.space.values(Array(draw.prefix(names.count)), of: names)
    return likelihood.conditional(values)
  }

  /// All parameters, and log prior + log L there.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    let count = others.dimension
    let deviates = Array(position[count...])
    let own = Array(position.prefix(count))
    guard let conditional = conditional(at: own) else {
      return (whole.draw(at: position, logDensity: 0).values, -.infinity)
    }
    let normal = conditional.values(at: deviates)
    let reduced = others.draw(at: own, logDensity: logDensity)
    // The density of φ is that of the deviates times |dz/dφ|.
    let density = reduced.logDensity + conditional.logScale
    let space = whole.space
    let names = others.space.free.map(\.name)
    let values = Dictionary(zip(names, reduced.values), uniquingKeysWith: { first, _ in first })
    let free = space.free.indices.map { i in
      places.firstIndex(of: i).map { normal[$0] } ?? values[space.free[i].name] ?? .nan
    }
    guard let place = space.position(of: free) else {
      return (whole.draw(at: position, logDensity: 0).values, -.infinity)
    }
    return (whole.draw(at: place, logDensity: 0).values, density)
  }

  /// The coordinates of values of the free parameters, such as a draw's; nil where they have none.
  public func position(of values: [Double]) -> [Double]? {
    let space = whole.space
    let rest = space.free.indices.filter { !places.contains($0) }.map { values[$0] }
    guard let own = others.space.position(of: rest), let conditional = conditional(at: own) else {
      return nil
    }
    let deviates = conditional.deviates(of: places.map { values[$0] })
    return deviates.allSatisfy(\.isFinite) ? own + deviates : nil
  }

  /// Those of the other parameters.
  public func parts(at position: [Double]) -> [(name: String, value: Double)] {
    others.parts(at: Array(position.prefix(others.dimension)))
  }

  /// A point drawn from the prior.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    (0..<dimension).map { _ in generator.nextStandardNormal() }
  }
}

/// A likelihood with some of its parameters integrated out.
private struct IntegratedLikelihood: GradientLikelihood {
  let parameterNames: [String]
  private let likelihood: any PartlyNormalLikelihood
  private let priors: [NormalFactor?]
  /// The place of each of its parameters in those of the whole.
  private let places: [Int]
  /// All parameters, with the centres of priors for those that are integrated out.
  private let template: [Double]
  /// Whether the gradient is left as it is.
  private var hasGradient = true

  /// The same without gradients.
  var withoutGradient: IntegratedLikelihood {
    var other = self
    other.hasGradient = false
    return other
  }

  init(
    _ likelihood: any PartlyNormalLikelihood, _ priors: [NormalFactor?], integrated: [String]
  ) {
    (self.likelihood, self.priors) = (likelihood, priors)
    let all = likelihood.parameterNames
    places = all.indices.filter { !integrated.contains(all[$0]) }
    parameterNames = places.map { all[$0] }
    var template = all.map { _ in 0.0 }
    for (name, prior) in zip(likelihood.normalNames, priors) {
      if let prior, let place = all.firstIndex(of: name) { template[place] = prior.center }
    }
    self.template = template
  }

  func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let count = template.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { scratch in
      for i in 0..<count { scratch.initializeElement(at: i, to: template[i]) }
      scratch.extracting(count..<2 * count).initialize(repeating: 0)
      for i in 0..<places.count { scratch[places[i]] = parameters[i] }
      let point = UnsafeBufferPointer(scratch.extracting(0..<count)).span
      guard hasGradient else {
        for i in 0..<places.count { gradient[i] = 0 }
        return likelihood.logIntegral(at: point, priors: priors)
      }
      var slopes = scratch.extracting(count..<2 * count).mutableSpan
      let value = likelihood.logIntegral(
        at: point, priors: priors, gradient: &slopes)
      for i in 0..<places.count { gradient[i] = scratch[count + places[i]] }
      return value
    }
  }

  func conditional(_ values: [String: Double]) -> NormalConditional? {
    var all = template
    for (place, name) in zip(places, parameterNames) { all[place] = values[name] ?? .nan }
    return likelihood.conditional(at: all, priors: priors)
  }

  func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    [("integrated likelihood", logLikelihood(at: parameters))]
  }
}

extension PriorDensity {
  /// The density as a factor of a normal one, with the log of what multiplies it; nil where it has another form.
  fileprivate var normalFactor: (factor: NormalFactor, logScale: Double)? {
    switch self {
    case let flat as UniformPrior:
      (
        NormalFactor(precision: 0, center: 0.5 * (flat.lower + flat.upper)),
        -.log(flat.upper - flat.lower)
      )
    case let normal as NormalPrior:
      (
        NormalFactor(
          precision: 1 / (normal.standardDeviation * normal.standardDeviation),
          center: normal.mean),
        NormalDistribution.logDensity(at: 0) - .log(normal.standardDeviation)
      )
    default: nil
    }
  }
}
