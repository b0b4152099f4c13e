/// E(x) = ½ xᵀM x + b·x with M = C Cᵀ positive definite; as a kinetic energy, M is the inverse mass
/// matrix (Souveton et al. 2023, equation 5, where it is called the mass).
public struct QuadraticEnergy: Sendable, Codable, Equatable {
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

  /// M = 1, b = 0.
  public var initialParameters: [Double] { [Double](repeating: 0, count: parameterCount) }

  /// M for a place in the flat buffer where the energy's parameters begin.
  func matrix(_ parameters: UnsafePointer<Double>) -> [Double] {
    var square = [Double](repeating: 0, count: dimension * dimension)
    square.withUnsafeMutableBufferPointer { factor.writeSquare(to: $0.baseAddress!, parameters) }
    return square
  }
}

/// A quadratic energy for batches.
struct QuadraticEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private let energy: QuadraticEnergy
  private let count, slots: Int
  /// Positions and directions of all slots.
  private let points, directions: Batch<Scalar>
  private let matrix, cotangent, product: Batch<Scalar>

  init(_ energy: QuadraticEnergy, count: Int, slots: Int, in arena: Arena<Scalar>) {
    self.energy = energy
    (self.count, self.slots) = (count, slots)
    points = arena.batch(rows: energy.dimension, count: count * slots)
    directions = arena.batch(rows: energy.dimension, count: count * slots)
    matrix = arena.batch(rows: energy.dimension, count: energy.dimension)
    cotangent = arena.batch(rows: energy.dimension, count: energy.dimension)
    product = arena.batch(rows: energy.dimension, count: count)
  }

  private func columns(_ slot: Int) -> Range<Int> { slot * count..<(slot + 1) * count }

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
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int,
    keepingCurvature: Bool
  ) {
    if keepingCurvature { Scalar.scale(1, x, to: points.columns(columns(slot))) }
    addProduct(x, to: g)
    if energy.isShifted { Scalar.addRows(shift(parameters), to: g) }
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    let scaled = directions.columns(columns(slot))
    Scalar.scale(factor, direction, to: scaled)
    addProduct(scaled, to: cotangent)
  }

  func addParameterGradient(
    to gradient: UnsafeMutablePointer<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    cotangent.clear()
    Scalar.addOuterProducts(of: directions, and: points, to: cotangent.start)
    energy.factor.addAdjoint(ofSquare: cotangent.start, to: gradient, parameters)
    if energy.isShifted { Scalar.addRowSums(of: directions, to: gradient + energy.factor.count) }
  }

  /// y ← y + M x; the dimension is too small for BLAS to be worth its call.
  private func addProduct(_ x: Batch<Scalar>, to y: Batch<Scalar>) {
    for i in 0..<x.rows {
      for j in 0..<x.rows {
        Scalar.add(matrix[i, j], x.slice(j..<j + 1), to: y.slice(i..<i + 1))
      }
    }
  }
}
