/// The parameters of the supernovae of a cell.
struct CellParameters {
  let alpha, beta, zeroPoint, massStep: Double
  /// σ_int and its square.
  let scatter, scatterVariance: Double
  let shapeMean, shapeDrift, shapeDeviation, shapeVariance: Double
  let colorMean, colorDrift, colorDeviation, colorVariance: Double
  /// The limiting magnitude; nil without selection.
  let limit: Double?
  let limitWidth: Double
  /// The places of the population's parameters.
  let places: HierarchicalParameters.Population?

  init(
    _ cell: SupernovaCell, _ names: HierarchicalParameters, _ values: UnsafePointer<Double>,
    standardises: Bool
  ) {
    places = cell.population.map { names.populations[$0] }
    func value(_ place: Int?) -> Double { place.map { $0 < 0 ? 0 : values[$0] } ?? 0 }
    (alpha, beta) = standardises ? (values[names.alpha], values[names.beta]) : (0, 0)
    zeroPoint = values[names.zeroPoint]
    massStep = value(names.massStep)
    scatter = value(cell.scatter.map { names.scatters[$0] })
    scatterVariance = scatter * scatter
    shapeMean = value(places?.shapeMean)
    shapeDrift = value(places?.shapeDrift)
    shapeDeviation = value(places?.shapeDeviation)
    shapeVariance = shapeDeviation * shapeDeviation
    colorMean = value(places?.colorMean)
    colorDrift = value(places?.colorDrift)
    colorDeviation = value(places?.colorDeviation)
    colorVariance = colorDeviation * colorDeviation
    limit = cell.limit.map { values[names.limits[$0]] }
    limitWidth = names.limitWidth.map { values[$0] } ?? 1
  }
}

/// The regression of Tripp residuals on observed shapes and colours, eight supernovae at a time.
///
/// With the covariance (mx, mc) of magnitude errors with those of shape and colour, p = mx + α xx − β xc and q = mc + α xc − β cc
/// are those of the Tripp residual; k solves [a e; e b] k = (p, q).
struct TrippRegression {
  typealias Lanes = SIMD8<Double>

  /// xx + R_x², cc + R_c², xc, and 1 / (ab − e²).
  let a, b, e, inverse: Lanes
  let kx, kc: Lanes
  /// The variance of the residual given shape and colour.
  let variance: Lanes
  /// ½ ∂v/∂α and −½ ∂v/∂β.
  let alphaChange, betaChange: Lanes

  @inline(__always)
  init(_ tile: SupernovaTile, _ cell: CellParameters) {
    let (xx, cc) = (tile.shapeVariance, tile.colorVariance)
    let (mx, mc) = (tile.magnitudeShape, tile.magnitudeColor)
    let (alpha, beta) = (cell.alpha, cell.beta)
    e = tile.shapeColor
    a = xx + cell.shapeVariance
    b = cc + cell.colorVariance
    inverse = 1 / (a * b - e * e)
    let p = mx + alpha * xx - beta * e
    let q = mc + alpha * e - beta * cc
    kx = (b * p - e * q) * inverse
    kc = (a * q - e * p) * inverse
    let own = tile.magnitudeVariance + alpha * (p + mx) - beta * (q + mc)
    variance = cell.scatterVariance + own - kx * p - kc * q
    alphaChange = p - kx * xx - kc * e
    betaChange = q - kx * e - kc * cc
  }
}

/// Derivatives with respect to what a cell's supernovae share, lane by lane.
struct CellSlopes {
  typealias Lanes = SIMD8<Double>

  var zeroPoint = Lanes.zero
  var massStep = Lanes.zero
  var alpha = Lanes.zero
  var beta = Lanes.zero
  /// In σ_int².
  var scatter = Lanes.zero
  var shapeMean = Lanes.zero
  var shapeDrift = Lanes.zero
  /// In R_x².
  var shapeVariance = Lanes.zero
  var colorMean = Lanes.zero
  var colorDrift = Lanes.zero
  /// In R_c².
  var colorVariance = Lanes.zero
  var limit = Lanes.zero
  var limitWidth = Lanes.zero

  /// Adds the sums to a gradient.
  func add(
    to gradient: UnsafeMutablePointer<Double>, _ cell: SupernovaCell, _ own: CellParameters,
    _ names: HierarchicalParameters
  ) {
    gradient[names.zeroPoint] += zeroPoint.sum()
    if let place = names.massStep { gradient[place] += massStep.sum() }
    if let place = cell.scatter {
      gradient[names.scatters[place]] += 2 * own.scatter * scatter.sum()
    }
    if let limitPlace = cell.limit { gradient[names.limits[limitPlace]] += limit.sum() }
    if let place = names.limitWidth { gradient[place] += limitWidth.sum() }
    guard let places = own.places else { return }
    gradient[names.alpha] += alpha.sum()
    gradient[names.beta] += beta.sum()
    gradient[places.shapeMean] += shapeMean.sum()
    gradient[places.colorMean] += colorMean.sum()
    if places.shapeDrift >= 0 { gradient[places.shapeDrift] += shapeDrift.sum() }
    if places.colorDrift >= 0 { gradient[places.colorDrift] += colorDrift.sum() }
    gradient[places.shapeDeviation] += 2 * own.shapeDeviation * shapeVariance.sum()
    gradient[places.colorDeviation] += 2 * own.colorDeviation * colorVariance.sum()
  }
}
