import Inference
import RealModule

/// The tables of a `ProjectedLightCurveLikelihood`, with what was measured of them.
struct LightCurveTables: Sendable {
  private(set) var projection: LightCurveProjection
  /// The number of terms of the table over the posterior; 0 if there is none.
  private(set) var termCount = 0
  /// The number of Cholesky factors for the tables.
  private(set) var factorisationCount = 0
  /// The bound of the error of χ² within eight standard deviations.
  private(set) var errorBound = 0.0
  /// The bound of the error relative to χ² over the prior.
  private(set) var relativeErrorBound = 0.0

  /// The nodes of the table over the prior.
  private static let outerCounts = (alpha: 16, beta: 12)
  /// The first and the largest number of nodes of the table over the posterior, for each coefficient.
  private static let innerCounts = (first: 11, largest: 33)
  /// The number of points at which each table is compared with the direct path.
  private static let checkCount = 20
  /// The accepted error of χ² over the posterior, and relative to χ² over the prior, at these points.
  private static let tolerance = (absolute: 1e-4, relative: 5e-4)
  /// How much larger errors may be elsewhere.
  private static let margin = 2.0
  /// The accepted size of the last two rows of terms, and that of terms that are left out, in units of χ².
  private static let termTolerance = (last: 4e-5, negligible: 1e-6)

  /// Nil where light curves cannot be projected: C is not positive definite, or there are no distances.
  init?<Distances>(_ direct: LightCurveLikelihood<Distances>, over space: ParameterSpace) {
    guard let space = try? space.completed(with: direct.parameterNames) else { return nil }
    let prior = CoefficientBox(direct, space)
    let draws = space.representativePoints(for: direct.distances.parameterNames)
    guard
      let smallest = direct.covariance.factor(
        LightCurveCovariance.Coefficients(
          alpha: prior.alpha.smallest, beta: prior.beta.smallest
        ).values),
      let directions = DistanceDirections(
        direct.distances, for: draws, tolerance: LightCurveProjection.tolerance.least,
        whiten: { smallest.whiten(rowsOf: &$0) })
    else { return nil }
    let design = LightCurveDesign(direct, directions)
    let isSampled = direct.treatment == .sampled

    // Offsets are measured far too precisely to be found together with the others.
    let marginal = LightCurveLikelihood(
      direct.sample, distances: direct.distances, offset: .marginalised)
    let counts = prior.limited(Self.outerCounts)
    let products = design.products(prior, counts)
    let search = ProjectedLightCurveLikelihood(
      marginal, over: space,
      LightCurveProjection(
        directions, design,
        tables: products.map {
          [ChebyshevTable(prior, counts, values: $0.map(design.marginalised))]
        }
          ?? [], offsetsAreSampled: false))
    guard let fit = try? BestFit(search, over: space) else { return nil }
    let names = space.free.map(\.name)
    let values = space.values(names.map { fit.parameters[$0] ?? .nan }, of: names)
    let best = marginal.parameterNames.map { values[$0] ?? .nan }
    guard let vector = search.projection?.vector(at: best),
      let posterior = LightCurvePosterior(
        marginal, design, vector: vector, spreads: directions.spreads, best: best, within: prior)
    else { return nil }
    projection = LightCurveProjection(
      directions, design, offsetsAreSampled: isSampled, lowest: posterior.chiSquared)
    factorisationCount = 1 + (products?.count ?? 0) + LightCurvePosterior.factorisationCount

    let near = posterior.points(
      from: Array(draws.prefix(Self.checkCount)), offsetsAreSampled: isSampled
    ) { search.chiSquared(at: $0) }
    addInner(posterior.box, design, direct, near)
    guard let products else { return }
    addOuter(
      ChebyshevTable(
        prior, counts, values: isSampled ? products : products.map(design.marginalised)),
      direct, space)
  }

  /// Adds a table over the posterior, with as many nodes as it needs.
  private mutating func addInner(
    _ box: CoefficientBox, _ design: LightCurveDesign,
    _ direct: LightCurveLikelihood<some ComovingDistances>, _ points: [[Double]]
  ) {
    let exact = points.map { direct.chiSquared(at: $0) }
    factorisationCount += points.count
    let weights = points.compactMap { projection.vector(at: $0) }.map(projection.weights)
    var counts = box.limited((Self.innerCounts.first, Self.innerCounts.first))
    var isLast = box.alpha.isFixed && box.beta.isFixed
    while max(counts.alpha, counts.beta) <= Self.innerCounts.largest {
      guard let products = design.products(box, counts) else { return }
      factorisationCount += products.count
      let table = ChebyshevTable(
        box, counts,
        values: projection.offsetCount > 0 ? products : products.map(design.marginalised))
      let sizes = table.sizes(for: weights)
      let further = (
        alpha: Self.missing(sizes.map { $0.max() ?? 0 }),
        beta: Self.missing((0..<counts.beta).map { l in sizes.map { $0[l] }.max() ?? 0 })
      )
      if further == (0, 0) {
        let short = table.dropping(below: Self.termTolerance.negligible, sizes)
        var trial = projection
        trial.tables = [short]
        let error = trial.largestDifference(from: exact, at: points) { _ in 1 }
        // What directions leave out does not go away with more nodes.
        if error <= (isLast ? 100 : 1) * Self.tolerance.absolute {
          (projection, termCount) = (trial, short.termCount)
          errorBound = Self.margin * error + LightCurveProjection.tolerance.least
          return
        }
        if isLast { return }
        isLast = true
        counts = box.limited((counts.alpha + 2, counts.beta + 2))
      }
      counts = box.limited((counts.alpha + further.alpha, counts.beta + further.beta))
    }
  }

  /// How many more terms a series needs, by the decay of its last four.
  private static func missing(_ sizes: [Double]) -> Int {
    guard sizes.count >= 4 else { return 0 }
    let last = sizes.suffix(2).reduce(0, +)
    let earlier = sizes.suffix(4).prefix(2).reduce(0, +)
    guard last > termTolerance.last else { return 0 }
    let decay = max(1, .log(earlier / last))
    return 2 * Int(max(1, min(4, (Double.log(last / termTolerance.last) / decay).rounded(.up))))
  }

  /// Adds a table over the prior, if it is accurate.
  private mutating func addOuter(
    _ table: ChebyshevTable, _ direct: LightCurveLikelihood<some ComovingDistances>,
    _ space: ParameterSpace
  ) {
    let points = space.representativePoints(for: direct.parameterNames).prefix(Self.checkCount)
    let exact = points.map { direct.chiSquared(at: $0) }
    factorisationCount += points.count
    var trial = projection
    trial.tables.append(table)
    let error = trial.largestDifference(from: exact, at: Array(points)) { max(1, $0) }
    guard error <= Self.tolerance.relative else { return }
    projection = trial
    relativeErrorBound = Self.margin * error
  }
}

extension LightCurveProjection {
  /// The largest difference of χ² from exact ones where they are answered, in units of a function of these.
  fileprivate func largestDifference(
    from exact: [Double], at points: [[Double]], unit: (Double) -> Double
  ) -> Double {
    zip(points, exact).reduce(0) { largest, pair in
      let (point, chiSquared) = pair
      guard chiSquared.isFinite, let value = value(at: point) else { return largest }
      return max(largest, abs(value.chiSquared - chiSquared) / unit(chiSquared))
    }
  }

  /// log L and χ²; nil where there is no table, or the directions are not enough.
  func value(at parameters: [Double]) -> (logLikelihood: Double, chiSquared: Double)? {
    var gradient = parameters
    var span = gradient.mutableSpan
    return evaluate(parameters.span, &span)
  }
}

extension CoefficientBox {
  /// The ranges of a prior; of one without ends what is within five standard deviations.
  ///
  /// The angles are those of the ratio of the variances of magnitudes to those of shapes and colours.
  init(_ likelihood: LightCurveLikelihood<some ComovingDistances>, _ space: ParameterSpace) {
    let supernovae = likelihood.sample.supernovae
    func axis(
      _ name: String, _ variance: (LightCurveSample.Supernova) -> Double
    ) -> CoefficientAxis {
      let prior = space.parameters.first { $0.name == name }?.prior ?? .fixed(0)
      let ratios = supernovae.map { $0.magnitudeVariance / variance($0) }.filter(\.isFinite)
        .sorted()
      return CoefficientAxis(
        prior.range ?? Parameter.usual(name).prior.range ?? 0...0,
        scale: ratios.isEmpty ? nil : ratios[ratios.count / 2].squareRoot())
    }
    self.init(alpha: axis("alpha", \.shapeVariance), beta: axis("beta", \.colorVariance))
  }

  /// Numbers of nodes, of which a fixed coefficient needs one.
  fileprivate func limited(_ counts: (alpha: Int, beta: Int)) -> (alpha: Int, beta: Int) {
    (alpha.isFixed ? 1 : counts.alpha, beta.isFixed ? 1 : counts.beta)
  }
}

extension ParameterSpace {
  /// The space with some parameters, of which those that it does not have get their usual priors.
  fileprivate func completed(with names: [String]) throws(ModelError) -> ParameterSpace {
    let missing = names.filter { name in !parameters.contains { $0.name == name } }
    guard !missing.isEmpty else { return self }
    return try ParameterSpace(
      parameters + missing.map { Parameter.usual($0) }, requiring: requirements,
      joint: jointPriors, coordinates: coordinates)
  }
}

extension Prior {
  /// Between the ends of the support, or five standard deviations out where it has none; nil if that is no range.
  fileprivate var range: ClosedRange<Double>? {
    if let fixedValue { return fixedValue...fixedValue }
    let lower = support.lower.isFinite ? support.lower : density.value(atNormal: -5)
    let upper = support.upper.isFinite ? support.upper : density.value(atNormal: 5)
    return lower.isFinite && upper.isFinite && lower < upper ? lower...upper : nil
  }
}
