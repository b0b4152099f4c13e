/// E(x) = ½ xᵀM x + b·x with M = C Cᵀ positive definite; as a kinetic energy, M is the inverse mass
/// matrix (Souveton et al. 2023, equation 5, where it is called the mass).
public struct QuadraticEnergy: FlowEnergy {
  /// Its name in saved flows.
  public static let kind = "quadratic"
  /// The kinetic energy of a particle with a learned mass.
  public static var kineticChoice: FlowPreset.Kinetic? { .fixed }

  /// The dimension of x.
  public let dimension: Int
  /// Whether there is a linear term b·x.
  public let isShifted: Bool

  /// A quadratic energy, its linear term zero or a parameter.
  public init(dimension: Int, isShifted: Bool = false) {
    self.dimension = dimension
    self.isShifted = isShifted
  }

  var factor: TriangularFactor { TriangularFactor(dimension: dimension) }

  /// Those of C, and of b.
  public var parameterCount: Int { factor.count + (isShifted ? dimension : 0) }

  /// The formula.
  public var description: String { isShifted ? "½ (q − a)ᵀ M (q − a)" : "½ pᵀ M p" }

  /// M = 1, b = 0.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    [Double](repeating: 0, count: parameterCount)
  }

  /// An evaluator.
  public func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(QuadraticEvaluator(self, count: count, slots: slots, in: arena))
  }

  /// M.
  public func inverseMass(_ parameters: ArraySlice<Double>) -> [Double]? {
    factor.square(parameters)
  }
}

extension Energy {
  /// ½ |Cᵀx|², with a linear term if wanted.
  public static func quadratic(_ energy: QuadraticEnergy) -> Energy { Energy(energy) }
}

extension FlowPreset.Kinetic {
  /// ½ pᵀ M p with a learned M.
  public static let fixed = Self("fixed", "½ pᵀ M p with a learned M") { dimension, _ in
    .quadratic(QuadraticEnergy(dimension: dimension))
  }
}

/// A quadratic energy for batches.
struct QuadraticEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private let energy: QuadraticEnergy
  /// The positions of the slots.
  private let points: [Batch<Scalar>]
  private let matrix, cotangent, scaled, product: Batch<Scalar>

  init(_ energy: QuadraticEnergy, count: Int, slots: Int, in arena: Arena<Scalar>) {
    self.energy = energy
    let dimension = energy.dimension
    points = (0..<slots).map { _ in arena.batch(rows: dimension, count: count) }
    matrix = arena.batch(rows: dimension, count: dimension)
    cotangent = arena.batch(rows: dimension, count: dimension)
    scaled = arena.batch(rows: dimension, count: count)
    product = arena.batch(rows: dimension, count: count)
  }

  private func shift(_ parameters: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
    parameters + energy.factor.count
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) {
    energy.factor.writeSquare(to: matrix.start, parameters)
  }

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    product.clear()
    addProduct(x, to: product)
    for i in 0..<x.rows {
      Scalar.add(0.5, x.slice(i..<i + 1), times: product.slice(i..<i + 1), to: values)
      if energy.isShifted { Scalar.add(shift(parameters)[i], x.slice(i..<i + 1), to: values) }
    }
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    Scalar.scale(1, x, to: points[slot])
    addProduct(x, to: g)
    if energy.isShifted { Scalar.addRows(shift(parameters), to: g) }
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to result: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    Scalar.scale(factor, direction, to: scaled)
    addProduct(scaled, to: result)
    guard let gradient else { return }
    cotangent.clear()
    Scalar.addOuterProducts(of: scaled, and: points[slot], to: cotangent.start)
    energy.factor.addAdjoint(ofSquare: cotangent.start, to: gradient, parameters)
    if energy.isShifted { Scalar.addRowSums(of: scaled, to: gradient + energy.factor.count) }
  }

  /// y ← y + M x.
  private func addProduct(_ x: Batch<Scalar>, to y: Batch<Scalar>) {
    Scalar.apply(
      UnsafePointer(matrix.start), of: (x.rows, x.rows), to: x, adding: true, into: y)
  }
}
