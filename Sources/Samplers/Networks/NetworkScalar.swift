public import LinearAlgebra
public import RealModule

/// A scalar that networks compute with: `Float` for speed or `Double` for verdicts.
///
/// The members without a body in a conformer are loops over batches that the compiler vectorises.
/// They are requirements, so that code which is generic over the scalar reaches their specialised
/// form.
public protocol NetworkScalar: BLASScalar, Real {
  /// eˣ, by a polynomial that loops vectorise; between the logarithms of the smallest and the largest
  /// normal number, and their exponentials outside.
  static func exponential(_ x: Self) -> Self
  /// eˣ for x that are not above the logarithm of the largest number.
  static func decayingExponential(_ x: Self) -> Self
  /// log(1 + x) for 0 ≤ x ≤ 1.
  static func logOnePlus(_ x: Self) -> Self

  /// Applies an activation to `input` + bias, a bias a row: its value, if there is room, and its
  /// slope.
  static func activate(
    _ activation: Activation, _ input: Batch<Self>, bias: UnsafePointer<Self>,
    value: Batch<Self>?, slope: Batch<Self>)
  /// The same for the last hidden layer: the slope times a weight a row as well.
  static func activate(
    _ activation: Activation, _ input: Batch<Self>, bias: UnsafePointer<Self>,
    value: Batch<Self>?, slope: Batch<Self>, weights: UnsafePointer<Self>, weighted: Batch<Self>)
  /// Differentiates a layer along v, a direction of what goes into the activations: t ← s′ v and
  /// e ← (s″ / s′) δ v, where δ has a factor s′ in it.
  static func differentiate(
    _ activation: Activation, along v: Batch<Self>, value: Batch<Self>, slope: Batch<Self>,
    delta: Batch<Self>, to t: Batch<Self>, _ e: Batch<Self>)
  /// y ← A x, or added to it, for a small matrix whose elements are `rowStride` and `columnStride`
  /// apart.
  static func multiplySmall(
    _ a: UnsafePointer<Self>, rowStride: Int, columnStride: Int, _ x: Batch<Self>,
    adding: Bool, to y: Batch<Self>)
  /// A ← A + Σ y xᵀ for a small matrix, row by row.
  static func addSmallOuterProducts(
    of y: Batch<Self>, and x: Batch<Self>, to a: UnsafeMutablePointer<Self>)
  /// z ← x y, element by element.
  static func multiply(_ x: Batch<Self>, _ y: Batch<Self>, to z: Batch<Self>)
  /// z ← 0.
  static func clear(_ z: Batch<Self>)
  /// z ← a x.
  static func scale(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>)
  /// z ← z + a x.
  static func add(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>)
  /// z ← z + a x y, element by element.
  static func add(_ a: Self, _ x: Batch<Self>, times y: Batch<Self>, to z: Batch<Self>)
  /// z ← z + a for one number a row.
  static func addRows(_ a: UnsafePointer<Self>, to z: Batch<Self>)
  /// z ← z / x, element by element.
  static func divide(_ z: Batch<Self>, by x: Batch<Self>)
  /// x ← B tanh(x / B), and its exponentials.
  static func boundLogarithms(
    _ x: UnsafeMutablePointer<Self>, by bound: Self, exponentials: UnsafeMutablePointer<Self>,
    count: Int)
  /// z ← z (1 − (x / B)²): the slope of B tanh(· / B) where its value is x.
  static func multiplyByBoundedSlope(_ z: Batch<Self>, _ x: Batch<Self>, bound: Self)
  /// Adds log u of the soft-uniform density u(x) = s(x + a) s(a − x) / Z, without −log Z, to a row,
  /// and a multiple of its derivative to another.
  static func addSoftUniform(
    _ x: Batch<Self>, halfWidth: Self, to values: Batch<Self>, slopesTimes weight: Self,
    to slopes: Batch<Self>)
  /// Takes numbers from doubles.
  static func take(
    _ source: UnsafePointer<Double>, to result: UnsafeMutablePointer<Self>, count: Int)
  /// Gives numbers as doubles.
  static func give(
    _ source: UnsafePointer<Self>, to result: UnsafeMutablePointer<Double>, count: Int)
  /// Adds the sum of each row to an element.
  static func addRowSums(of x: Batch<Self>, to sums: UnsafeMutablePointer<Self>)
  /// Σ x y over all elements.
  static func dot(_ x: Batch<Self>, _ y: Batch<Self>) -> Self
}

extension NetworkScalar {
  /// The product of batches, in plain loops.
  public static func multiply(_ x: Batch<Self>, _ y: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (a, b, c) = (x.row(row), y.row(row), z.row(row))
      for i in 0..<z.count { c[i] = a[i] * b[i] }
    }
  }

  /// Zeros, row by row.
  public static func clear(_ z: Batch<Self>) {
    for row in 0..<z.rows { z.row(row).update(repeating: 0, count: z.count) }
  }

  /// A multiple, in plain loops.
  public static func scale(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c) = (x.row(row), z.row(row))
      for i in 0..<z.count { c[i] = a * b[i] }
    }
  }

  /// The sum, in plain loops.
  public static func add(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c) = (x.row(row), z.row(row))
      for i in 0..<z.count { c[i] += a * b[i] }
    }
  }

  /// The sum of products, in plain loops.
  public static func add(_ a: Self, _ x: Batch<Self>, times y: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c, d) = (x.row(row), y.row(row), z.row(row))
      for i in 0..<z.count { d[i] += a * b[i] * c[i] }
    }
  }

  /// The shift of rows, in plain loops.
  public static func addRows(_ a: UnsafePointer<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (number, c) = (a[row], z.row(row))
      for i in 0..<z.count { c[i] += number }
    }
  }

  /// The quotient, in plain loops.
  public static func divide(_ z: Batch<Self>, by x: Batch<Self>) {
    for row in 0..<z.rows {
      let (a, b) = (x.row(row), z.row(row))
      for i in 0..<z.count { b[i] /= a[i] }
    }
  }

  /// The bounded logarithms, in one loop.
  public static func boundLogarithms(
    _ x: UnsafeMutablePointer<Self>, by bound: Self, exponentials: UnsafeMutablePointer<Self>,
    count: Int
  ) {
    for i in 0..<count {
      x[i] = bound * hyperbolicTangent(x[i] / bound).value
      exponentials[i] = exponential(x[i])
    }
  }

  /// The product with the slope, in plain loops.
  public static func multiplyByBoundedSlope(_ z: Batch<Self>, _ x: Batch<Self>, bound: Self) {
    for row in 0..<z.rows {
      let (a, b) = (x.row(row), z.row(row))
      for i in 0..<z.count {
        let ratio = a[i] / bound
        b[i] *= 1 - ratio * ratio
      }
    }
  }

  /// The density and its slope, in one loop.
  public static func addSoftUniform(
    _ x: Batch<Self>, halfWidth: Self, to values: Batch<Self>, slopesTimes weight: Self,
    to slopes: Batch<Self>
  ) {
    let (a, value, slope) = (x.start, values.start, slopes.start)
    for i in 0..<x.count {
      let left = softplus(-a[i] - halfWidth)
      let right = softplus(a[i] - halfWidth)
      value[i] -= left.value + right.value
      slope[i] += weight * (left.first - right.first)
    }
  }

  /// The conversion, in one loop.
  public static func take(
    _ source: UnsafePointer<Double>, to result: UnsafeMutablePointer<Self>, count: Int
  ) {
    for i in 0..<count { result[i] = Self(source[i]) }
  }

  /// The conversion, in one loop.
  public static func give(
    _ source: UnsafePointer<Self>, to result: UnsafeMutablePointer<Double>, count: Int
  ) {
    for i in 0..<count { result[i] = Double(source[i]) }
  }
}
