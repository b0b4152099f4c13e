/// K(p) = c² (√(1 + pᵀM p / c²) − 1), M = C Cᵀ: quadratic near 0, and with velocities that no
/// momentum takes beyond a limit of the order of c (Lu et al. 2017, "Relativistic Monte Carlo").
public struct RelativisticEnergy: Sendable, Codable, Equatable {
  /// The dimension of p.
  public let dimension: Int

  /// An energy with parameters C and log c.
  public init(dimension: Int) { self.dimension = dimension }

  var factor: TriangularFactor { TriangularFactor(dimension: dimension) }

  /// Those of C, and log c.
  public var parameterCount: Int { factor.count + 1 }

  /// M = 1, c = 3.
  public var initialParameters: [Double] {
    [Double](repeating: 0, count: factor.count) + [1.098_612_288_668_109_8]
  }
}

/// A relativistic energy for batches.
///
/// With w = M p, u = p·w / c² and γ = √(1 + u): ∇K = w / γ, and
/// c·∇K has the derivatives M c / γ − w (c·w) / (c² γ³) by p.
struct RelativisticEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private let energy: RelativisticEnergy
  private let count, slots: Int
  /// p, M p and the directions c of all slots.
  private let points, products, directions: Batch<Scalar>
  /// γ and c·w of all slots.
  private let gammas, slopes: Batch<Scalar>
  private let matrix, cotangent, product: Batch<Scalar>

  init(_ energy: RelativisticEnergy, count: Int, slots: Int, in arena: Arena<Scalar>) {
    self.energy = energy
    (self.count, self.slots) = (count, slots)
    let dimension = energy.dimension
    points = arena.batch(rows: dimension, count: count * slots)
    products = arena.batch(rows: dimension, count: count * slots)
    directions = arena.batch(rows: dimension, count: count * slots)
    gammas = arena.batch(rows: 1, count: count * slots)
    slopes = arena.batch(rows: 1, count: count * slots)
    matrix = arena.batch(rows: dimension, count: dimension)
    cotangent = arena.batch(rows: dimension, count: dimension)
    product = arena.batch(rows: dimension, count: count)
  }

  private func columns(_ slot: Int) -> Range<Int> { slot * count..<(slot + 1) * count }

  /// 1 / c².
  private func inverseSquare(_ parameters: UnsafePointer<Scalar>) -> Scalar {
    Scalar.exponential(-2 * parameters[energy.factor.count])
  }

  /// Writes p, M p and γ of a batch to a slot.
  private func prepare(
    _ x: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, _ slot: Int
  ) {
    Scalar.scale(1, x, to: points.columns(columns(slot)))
    let w = products.columns(columns(slot))
    w.clear()
    addProduct(x, to: w)
    let gamma = gammas.columns(columns(slot))
    let k = inverseSquare(parameters)
    gamma.clear()
    for i in 0..<x.rows { Scalar.add(k, x.slice(i..<i + 1), times: w.slice(i..<i + 1), to: gamma) }
    for n in 0..<count { gamma[0, n] = (1 + gamma[0, n]).squareRoot() }
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) {
    energy.factor.writeSquare(to: matrix.start, parameters)
  }

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    prepare(x, parameters, 0)
    let k = inverseSquare(parameters)
    for n in 0..<count {
      // (γ − 1) / k without cancellation.
      let gamma = gammas[0, n]
      values[0, n] += (gamma * gamma - 1) / (k * (gamma + 1))
    }
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int,
    keepingCurvature: Bool
  ) {
    prepare(x, parameters, slot)
    let (w, gamma) = (products.columns(columns(slot)), gammas.columns(columns(slot)))
    for i in 0..<x.rows { for n in 0..<count { g[i, n] += w[i, n] / gamma[0, n] } }
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    let c = directions.columns(columns(slot))
    Scalar.scale(factor, direction, to: c)
    let (w, gamma) = (products.columns(columns(slot)), gammas.columns(columns(slot)))
    let slope = slopes.columns(columns(slot))
    slope.clear()
    for i in 0..<c.rows {
      Scalar.add(1, c.slice(i..<i + 1), times: w.slice(i..<i + 1), to: slope)
    }
    product.clear()
    addProduct(c, to: product)
    let k = inverseSquare(parameters)
    for i in 0..<c.rows {
      for n in 0..<count {
        let inverse = 1 / gamma[0, n]
        let pull = k * slope[0, n] * inverse * inverse
        cotangent[i, n] += (product[i, n] - w[i, n] * pull) * inverse
      }
    }
  }

  func addParameterGradient(
    to gradient: UnsafeMutablePointer<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    let k = inverseSquare(parameters)
    cotangent.clear()
    var speed: Scalar = 0
    for n in 0..<count * slots {
      let inverse = 1 / gammas[0, n]
      let cube = inverse * inverse * inverse
      let slope = slopes[0, n]
      var square: Scalar = 0
      for i in 0..<points.rows {
        square += points[i, n] * products[i, n]
        for j in 0..<points.rows {
          cotangent[i, j] +=
            directions[i, n] * points[j, n] * inverse
            - 0.5 * k * slope * cube * points[i, n] * points[j, n]
        }
      }
      // c·w / γ has the derivative −½ (c·w) (p·w) / γ³ by 1 / c², and that is −2 / c² by log c.
      speed += slope * square * cube * k
    }
    energy.factor.addAdjoint(ofSquare: cotangent.start, to: gradient, parameters)
    gradient[energy.factor.count] += speed
  }

  private func addProduct(_ x: Batch<Scalar>, to y: Batch<Scalar>) {
    for i in 0..<x.rows {
      for j in 0..<x.rows {
        Scalar.add(matrix[i, j], x.slice(j..<j + 1), to: y.slice(i..<i + 1))
      }
    }
  }
}
