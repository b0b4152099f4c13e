/// K(p) = c² (√(1 + pᵀM p / c²) − 1), M = C Cᵀ: quadratic near 0, and with velocities that no
/// momentum takes beyond a limit of the order of c (Lu et al. 2017, "Relativistic Monte Carlo").
public struct RelativisticEnergy: FlowEnergy {
  /// Its name in saved flows.
  public static let kind = "relativistic"
  /// The kinetic energy of a particle with a speed limit.
  public static var kineticChoice: FlowPreset.Kinetic? { .relativistic }

  /// The dimension of p.
  public let dimension: Int

  /// An energy with parameters C and log c.
  public init(dimension: Int) { self.dimension = dimension }

  var factor: TriangularFactor { TriangularFactor(dimension: dimension) }

  /// Those of C, and log c.
  public var parameterCount: Int { factor.count + 1 }

  /// The formula.
  public var description: String { "c² (√(1 + pᵀ M p / c²) − 1)" }

  /// M = 1, c = 3.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    [Double](repeating: 0, count: factor.count) + [1.098_612_288_668_109_8]
  }

  /// An evaluator.
  public func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(RelativisticEvaluator(self, count: count, slots: slots, in: arena))
  }

  /// M.
  public func inverseMass(_ parameters: ArraySlice<Double>) -> [Double]? {
    factor.square(parameters)
  }
}

extension Energy {
  /// c² (√(1 + |Cᵀx|² / c²) − 1), whose gradient is bounded by the largest eigenvalue of C times c.
  public static func relativistic(_ energy: RelativisticEnergy) -> Energy { Energy(energy) }
}

extension FlowPreset.Kinetic {
  /// Quadratic for small momenta, linear for large ones.
  public static let relativistic = Self(
    "relativistic", "quadratic for small momenta, linear for large ones"
  ) { dimension, _ in .relativistic(RelativisticEnergy(dimension: dimension)) }
}

/// A relativistic energy for batches.
///
/// With w = M p, u = p·w / c² and γ = √(1 + u): ∇K = w / γ, and
/// c·∇K has the derivatives M c / γ − w (c·w) / (c² γ³) by p.
struct RelativisticEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  /// p, M p and γ.
  private struct Slot {
    let point, product, gamma: Batch<Scalar>
  }

  private let energy: RelativisticEnergy
  private let count: Int
  private let slots: [Slot]
  /// c, M c and c·w.
  private let scaled, product, slope: Batch<Scalar>
  private let matrix, cotangent: Batch<Scalar>

  init(_ energy: RelativisticEnergy, count: Int, slots: Int, in arena: Arena<Scalar>) {
    self.energy = energy
    self.count = count
    let dimension = energy.dimension
    self.slots = (0..<slots).map { _ in
      Slot(
        point: arena.batch(rows: dimension, count: count),
        product: arena.batch(rows: dimension, count: count),
        gamma: arena.batch(rows: 1, count: count))
    }
    scaled = arena.batch(rows: dimension, count: count)
    product = arena.batch(rows: dimension, count: count)
    slope = arena.batch(rows: 1, count: count)
    matrix = arena.batch(rows: dimension, count: dimension)
    cotangent = arena.batch(rows: dimension, count: dimension)
  }

  /// 1 / c².
  private func inverseSquare(_ parameters: UnsafePointer<Scalar>) -> Scalar {
    Scalar.exponential(-2 * parameters[energy.factor.count])
  }

  /// Writes p, M p and γ of a batch to a slot.
  private func prepare(
    _ x: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, _ slot: Slot
  ) {
    Scalar.scale(1, x, to: slot.point)
    slot.product.clear()
    addProduct(x, to: slot.product)
    let k = inverseSquare(parameters)
    let gamma = slot.gamma
    gamma.clear()
    for i in 0..<x.rows {
      Scalar.add(k, x.slice(i..<i + 1), times: slot.product.slice(i..<i + 1), to: gamma)
    }
    for n in 0..<count { gamma[0, n] = (1 + gamma[0, n]).squareRoot() }
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) {
    energy.factor.writeSquare(to: matrix.start, parameters)
  }

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    prepare(x, parameters, slots[0])
    let k = inverseSquare(parameters)
    for n in 0..<count {
      // (γ − 1) / k without cancellation.
      let gamma = slots[0].gamma[0, n]
      values[0, n] += (gamma * gamma - 1) / (k * (gamma + 1))
    }
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    let slot = slots[slot]
    prepare(x, parameters, slot)
    for i in 0..<x.rows {
      for n in 0..<count { g[i, n] += slot.product[i, n] / slot.gamma[0, n] }
    }
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to result: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    let slot = slots[slot]
    Scalar.scale(factor, direction, to: scaled)
    slope.clear()
    for i in 0..<scaled.rows {
      Scalar.add(
        1, scaled.slice(i..<i + 1), times: slot.product.slice(i..<i + 1), to: slope)
    }
    product.clear()
    addProduct(scaled, to: product)
    let k = inverseSquare(parameters)
    for i in 0..<scaled.rows {
      for n in 0..<count {
        let inverse = 1 / slot.gamma[0, n]
        let pull = k * slope[0, n] * inverse * inverse
        result[i, n] += (product[i, n] - slot.product[i, n] * pull) * inverse
      }
    }
    if let gradient { addParameterGradient(slot, k, to: gradient, parameters) }
  }

  /// Adds the derivatives of Σ c·∇K by the parameters; k is 1 / c².
  private func addParameterGradient(
    _ slot: Slot, _ k: Scalar, to gradient: UnsafeMutablePointer<Scalar>,
    _ parameters: UnsafePointer<Scalar>
  ) {
    cotangent.clear()
    let point = slot.point
    var speed: Scalar = 0
    for n in 0..<count {
      let inverse = 1 / slot.gamma[0, n]
      let cube = inverse * inverse * inverse
      let slope = slope[0, n]
      var square: Scalar = 0
      for i in 0..<point.rows {
        square += point[i, n] * slot.product[i, n]
        for j in 0..<point.rows {
          cotangent[i, j] +=
            scaled[i, n] * point[j, n] * inverse
            - 0.5 * k * slope * cube * point[i, n] * point[j, n]
        }
      }
      // c·w / γ has the derivative −½ (c·w) (p·w) / γ³ by 1 / c², and that is −2 / c² by log c.
      speed += slope * square * cube * k
    }
    energy.factor.addAdjoint(ofSquare: cotangent.start, to: gradient, parameters)
    gradient[energy.factor.count] += speed
  }

  /// y ← y + M x.
  private func addProduct(_ x: Batch<Scalar>, to y: Batch<Scalar>) {
    Scalar.apply(
      UnsafePointer(matrix.start), of: (x.rows, x.rows), to: x, adding: true, into: y)
  }
}
