import Inference
import LinearAlgebra
import RealModule

/// Where the posterior of light curves is: its mode, and eight standard deviations of α and β around it.
///
/// The standard deviations are from the curvature of ½ χ² in α, β and q, marginalised over q, whose spread over the prior
/// is kept.
struct LightCurvePosterior {
  /// The parameters of the distances, α and β.
  let best: [Double]
  /// The best offsets there, with their standard deviations.
  let offsets: [(value: Double, deviation: Double)]
  /// χ² there.
  let chiSquared: Double
  /// The ranges of α and β.
  let box: CoefficientBox

  /// The number of Cholesky factors that it takes.
  static let factorisationCount = 8
  private static let deviations = 8.0
  /// How far the box reaches, as the posterior is a little wider than its curvature at the mode and not centred on it.
  private static let reach = 8.5

  /// Nil if the model has no meaning at the mode.
  ///
  /// - Parameters:
  ///   - marginal: the likelihood with marginalised offsets.
  ///   - design: its columns.
  ///   - vector: v at the mode, without offsets.
  ///   - spreads: those of q over the prior.
  ///   - best: the mode.
  ///   - prior: the ranges of α and β.
  init?(
    _ marginal: LightCurveLikelihood<some ComovingDistances>, _ design: LightCurveDesign,
    vector: [Double], spreads: [Double], best: [Double], within prior: CoefficientBox
  ) {
    let place = marginal.distances.parameterNames.count
    var gradient = best
    var span = gradient.mutableSpan
    guard let exact = marginal.evaluate(best.span, &span),
      let products = design.products(alpha: best[place], beta: best[place + 1])
    else { return nil }
    self.best = best
    chiSquared = exact.chiSquared
    offsets = exact.offsets.enumerated().map { index, value in
      let row = design.columnCount + index
      return (value, 1 / products[row * (row + 1) / 2 + row].squareRoot())
    }
    box = Self.box(
      design, [best[place], best[place + 1]], vector, spreads: spreads, within: prior)
  }

  private static func box(
    _ design: LightCurveDesign, _ mode: [Double], _ vector: [Double], spreads: [Double],
    within prior: CoefficientBox
  ) -> CoefficientBox {
    let axes = [prior.alpha, prior.beta]
    let steps = axes.map { 1e-3 * ($0.range.upperBound - $0.range.lowerBound) }
    let center = axes.indices.map { i in
      let range = axes[i].range
      return min(max(mode[i], range.lowerBound + steps[i]), range.upperBound - steps[i])
    }
    let looks = [(0.0, 0.0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1)].compactMap { a, b in
      design.products(alpha: center[0] + a * steps[0], beta: center[1] + b * steps[1])
        .map { Look(design.marginalised($0), vector) }
    }
    let free = axes.indices.filter { !axes[$0].isFixed }
    guard !free.isEmpty, looks.count == 6 else { return prior }
    let (middle, corner, pairs) = (
      looks[0], looks[5], [(looks[1], looks[2]), (looks[3], looks[4])]
    )

    // The row of a fixed coefficient is that of the identity.
    var curvature = Matrix(diagonal: [1, 1])
    let count = spreads.count
    var mixed = Matrix(
      rows: 2, columns: count, elements: [Double](repeating: 0, count: 2 * count))
    for i in free {
      let (above, below) = pairs[i]
      curvature[i, i] = (above.value - 2 * middle.value + below.value) / (steps[i] * steps[i])
      for j in 0..<count {
        mixed[i, j] = (above.response[j + 1] - below.response[j + 1]) / (2 * steps[i])
      }
    }
    if free.count == 2 {
      curvature[1, 0] =
        (corner.value - looks[1].value - looks[3].value + middle.value) / (steps[0] * steps[1])
    }
    var information = Matrix(diagonal: spreads.map { 1 / max(1e-12, $0 * $0) })
    for i in 0..<count {
      for j in 0...i { information[i, j] += middle.product(i + 1, j + 1) }
    }
    if count > 0, let factor = try? Cholesky(information) {
      factor.whiten(rowsOf: &mixed)
      for i in 0..<2 {
        for j in 0...i {
          curvature[i, j] -= (0..<count).reduce(0) { $0 + mixed[i, $1] * mixed[j, $1] }
        }
      }
    }
    guard let covariance = (try? Cholesky(curvature))?.inverse else { return prior }
    let ranges = axes.indices.map { i in
      guard !axes[i].isFixed else { return axes[i] }
      let reach = Self.reach * covariance[i, i].squareRoot()
      let range = (mode[i] - reach)...(mode[i] + reach)
      return CoefficientAxis(range.clamped(to: axes[i].range))
    }
    return CoefficientBox(alpha: ranges[0], beta: ranges[1])
  }

  /// G at one place.
  private struct Look {
    private let products: [Double]
    /// G v.
    let response: [Double]
    /// ½ vᵀ G v.
    let value: Double

    init(_ products: [Double], _ vector: [Double]) {
      self.products = products
      response = vector.indices.map { i in
        vector.indices.reduce(0) { $0 + Self.product(products, i, $1) * vector[$1] }
      }
      value = 0.5 * zip(vector, response).reduce(0) { $0 + $1.0 * $1.1 }
    }

    func product(_ i: Int, _ j: Int) -> Double { Self.product(products, i, j) }

    private static func product(_ products: [Double], _ i: Int, _ j: Int) -> Double {
      products[max(i, j) * (max(i, j) + 1) / 2 + min(i, j)]
    }
  }

  /// Random points within eight standard deviations, of all parameters.
  ///
  /// - Parameters:
  ///   - draws: parameters of the distances over the prior, which are pulled towards the mode.
  ///   - offsetsAreSampled: whether offsets are parameters.
  ///   - chiSquared: χ² with marginalised offsets.
  func points(
    from draws: [[Double]], offsetsAreSampled: Bool, _ chiSquared: ([Double]) -> Double
  ) -> [[Double]] {
    var random = RandomStream(seed: 0, "points near a mode")
    let limit = self.chiSquared + Self.deviations * Self.deviations
    return draws.map { draw in
      var point = best
      for share in [1, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.001, 0] {
        for (index, value) in draw.enumerated() {
          point[index] = best[index] + share * (value - best[index])
        }
        if share == 0 || chiSquared(point) < limit { break }
      }
      for (index, axis) in [box.alpha, box.beta].enumerated() {
        point[draw.count + index] =
          axis.range.lowerBound
          + random.nextUniform() * (axis.range.upperBound - axis.range.lowerBound)
      }
      guard offsetsAreSampled else { return point }
      return point
        + offsets.map { $0.value + Self.deviations * $0.deviation * (2 * random.nextUniform() - 1) }
    }
  }
}
