public import LinearAlgebra
public import RealModule

/// A scalar that networks compute with: `Float` for speed or `Double` for verdicts.
///
/// The extension's members are loops over batches that the compiler vectorises.
public protocol NetworkScalar: BLASScalar, Real {
  /// eˣ, by a polynomial that loops vectorise; between the logarithms of the smallest and the largest
  /// normal number, and their exponentials outside.
  static func exponential(_ x: Self) -> Self
  /// eˣ for x that are not above the logarithm of the largest number.
  static func decayingExponential(_ x: Self) -> Self
  /// log(1 + x) for 0 ≤ x ≤ 1.
  static func logOnePlus(_ x: Self) -> Self

  /// The evaluator of an energy for this scalar.
  static func evaluator(
    of energy: any FlowEnergy, count: Int, slots: Int, in arena: Arena<Self>
  ) -> AnyEnergyEvaluator<Self>
}

extension NetworkScalar {
  /// z ← x y, element by element.
  static func multiply(_ x: Batch<Self>, _ y: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (a, b, c) = (x.row(row), y.row(row), z.row(row))
      for i in 0..<z.count { c[i] = a[i] * b[i] }
    }
  }

  /// z ← 0.
  static func clear(_ z: Batch<Self>) {
    for row in 0..<z.rows { z.row(row).update(repeating: 0, count: z.count) }
  }

  /// z ← a x.
  static func scale(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c) = (x.row(row), z.row(row))
      for i in 0..<z.count { c[i] = a * b[i] }
    }
  }

  /// z ← z + a x.
  static func add(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c) = (x.row(row), z.row(row))
      for i in 0..<z.count { c[i] += a * b[i] }
    }
  }

  /// z ← z + a x y, element by element.
  static func add(_ a: Self, _ x: Batch<Self>, times y: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c, d) = (x.row(row), y.row(row), z.row(row))
      for i in 0..<z.count { d[i] += a * b[i] * c[i] }
    }
  }

  /// z ← z + a, one number per row.
  static func addRows(_ a: UnsafePointer<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (number, c) = (a[row], z.row(row))
      for i in 0..<z.count { c[i] += number }
    }
  }

  /// z ← z / x, element by element.
  static func divide(_ z: Batch<Self>, by x: Batch<Self>) {
    for row in 0..<z.rows {
      let (a, b) = (x.row(row), z.row(row))
      for i in 0..<z.count { b[i] /= a[i] }
    }
  }

  /// x ← B tanh(x / B), and its exponentials.
  static func boundLogarithms(
    _ x: UnsafeMutablePointer<Self>, by bound: Self, exponentials: UnsafeMutablePointer<Self>,
    count: Int
  ) {
    for i in 0..<count {
      x[i] = bound * hyperbolicTangent(x[i] / bound).value
      exponentials[i] = exponential(x[i])
    }
  }

  /// z ← z (1 − (x / B)²): the slope of B tanh(· / B) where its value is x.
  static func multiplyByBoundedSlope(_ z: Batch<Self>, _ x: Batch<Self>, bound: Self) {
    for row in 0..<z.rows {
      let (a, b) = (x.row(row), z.row(row))
      for i in 0..<z.count {
        let ratio = a[i] / bound
        b[i] *= 1 - ratio * ratio
      }
    }
  }

  /// Adds log u of the soft-uniform density u(x) = s(x + a) s(a − x) / Z, without −log Z, to a row,
  /// and a multiple of its derivative to another.
  static func addSoftUniform(
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

  /// Converts numbers from doubles.
  static func take(
    _ source: UnsafePointer<Double>, to result: UnsafeMutablePointer<Self>, count: Int
  ) {
    for i in 0..<count { result[i] = Self(source[i]) }
  }
}
