public import LinearAlgebra

/// A scalar that networks compute with: `Float` for speed or `Double` for verdicts.
///
/// The members without a body in a conformer are loops over batches that the compiler vectorises.
/// They are requirements, so that code which is generic over the scalar reaches their specialised
/// form.
public protocol NetworkScalar: BLASScalar {
  /// eˣ, by a polynomial that loops vectorise; full accuracy between the logarithms of the smallest
  /// and the largest normal number, and their exponentials outside.
  static func exponential(_ x: Self) -> Self
  /// log(1 + x) for 0 ≤ x ≤ 1.
  static func logOnePlus(_ x: Self) -> Self

  /// Applies an activation to `input` + bias, a bias a row, with as many derivatives as there is
  /// room for.
  static func activate(
    _ activation: Activation, _ input: Batch<Self>, bias: UnsafePointer<Self>,
    value: Batch<Self>?, first: Batch<Self>, second: Batch<Self>?)
  /// z ← x y, element by element.
  static func multiply(_ x: Batch<Self>, _ y: Batch<Self>, to z: Batch<Self>)
  /// z ← a x for one factor a row.
  static func multiply(rowsOf x: Batch<Self>, by a: UnsafePointer<Self>, to z: Batch<Self>)
  /// e ← t d₂ v + u d₁, element by element.
  static func combine(
    _ t: Batch<Self>, _ second: Batch<Self>, _ v: Batch<Self>, _ u: Batch<Self>,
    _ first: Batch<Self>, to e: Batch<Self>)
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
  public static func activate(
    _ activation: Activation, _ input: Batch<Self>, bias: UnsafePointer<Self>,
    value: Batch<Self>?, first: Batch<Self>, second: Batch<Self>?
  ) {
    switch activation {
    case .softplus:
      activate(input, bias, value, first, second) { softplus($0) }
    case .tanh:
      activate(input, bias, value, first, second) { hyperbolicTangent($0) }
    }
  }

  @inline(__always)
  private static func activate(
    _ input: Batch<Self>, _ bias: UnsafePointer<Self>, _ value: Batch<Self>?, _ first: Batch<Self>,
    _ second: Batch<Self>?, _ function: (Self) -> ActivationValue<Self>
  ) {
    // One loop for each choice, so that what nobody wants costs nothing.
    for row in 0..<input.rows {
      let (x, shift, slope) = (input.row(row), bias[row], first.row(row))
      if let value = value?.row(row), let curvature = second?.row(row) {
        for i in 0..<input.count {
          let result = function(x[i] + shift)
          (value[i], slope[i], curvature[i]) = (result.value, result.first, result.second)
        }
      } else if let value = value?.row(row) {
        for i in 0..<input.count {
          let result = function(x[i] + shift)
          (value[i], slope[i]) = (result.value, result.first)
        }
      } else if let curvature = second?.row(row) {
        for i in 0..<input.count {
          let result = function(x[i] + shift)
          (slope[i], curvature[i]) = (result.first, result.second)
        }
      } else {
        for i in 0..<input.count { slope[i] = function(x[i] + shift).first }
      }
    }
  }

  public static func multiply(_ x: Batch<Self>, _ y: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (a, b, c) = (x.row(row), y.row(row), z.row(row))
      for i in 0..<z.count { c[i] = a[i] * b[i] }
    }
  }

  public static func multiply(
    rowsOf x: Batch<Self>, by a: UnsafePointer<Self>, to z: Batch<Self>
  ) {
    for row in 0..<z.rows {
      let (factor, b, c) = (a[row], x.row(row), z.row(row))
      for i in 0..<z.count { c[i] = factor * b[i] }
    }
  }

  public static func combine(
    _ t: Batch<Self>, _ second: Batch<Self>, _ v: Batch<Self>, _ u: Batch<Self>,
    _ first: Batch<Self>, to e: Batch<Self>
  ) {
    for row in 0..<e.rows {
      let (a, b, c) = (t.row(row), second.row(row), v.row(row))
      let (f, g, h) = (u.row(row), first.row(row), e.row(row))
      for i in 0..<e.count { h[i] = a[i] * b[i] * c[i] + f[i] * g[i] }
    }
  }

  public static func clear(_ z: Batch<Self>) {
    for row in 0..<z.rows { z.row(row).update(repeating: 0, count: z.count) }
  }

  public static func scale(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c) = (x.row(row), z.row(row))
      for i in 0..<z.count { c[i] = a * b[i] }
    }
  }

  public static func add(_ a: Self, _ x: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c) = (x.row(row), z.row(row))
      for i in 0..<z.count { c[i] += a * b[i] }
    }
  }

  public static func add(_ a: Self, _ x: Batch<Self>, times y: Batch<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (b, c, d) = (x.row(row), y.row(row), z.row(row))
      for i in 0..<z.count { d[i] += a * b[i] * c[i] }
    }
  }

  public static func addRows(_ a: UnsafePointer<Self>, to z: Batch<Self>) {
    for row in 0..<z.rows {
      let (number, c) = (a[row], z.row(row))
      for i in 0..<z.count { c[i] += number }
    }
  }

  public static func divide(_ z: Batch<Self>, by x: Batch<Self>) {
    for row in 0..<z.rows {
      let (a, b) = (x.row(row), z.row(row))
      for i in 0..<z.count { b[i] /= a[i] }
    }
  }

  public static func boundLogarithms(
    _ x: UnsafeMutablePointer<Self>, by bound: Self, exponentials: UnsafeMutablePointer<Self>,
    count: Int
  ) {
    for i in 0..<count {
      x[i] = bound * hyperbolicTangent(x[i] / bound).value
      exponentials[i] = exponential(x[i])
    }
  }

  public static func multiplyByBoundedSlope(_ z: Batch<Self>, _ x: Batch<Self>, bound: Self) {
    for row in 0..<z.rows {
      let (a, b) = (x.row(row), z.row(row))
      for i in 0..<z.count {
        let ratio = a[i] / bound
        b[i] *= 1 - ratio * ratio
      }
    }
  }

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

  public static func take(
    _ source: UnsafePointer<Double>, to result: UnsafeMutablePointer<Self>, count: Int
  ) {
    for i in 0..<count { result[i] = Self(source[i]) }
  }

  public static func give(
    _ source: UnsafePointer<Self>, to result: UnsafeMutablePointer<Double>, count: Int
  ) {
    for i in 0..<count { result[i] = Double(source[i]) }
  }

  public static func addRowSums(of x: Batch<Self>, to sums: UnsafeMutablePointer<Self>) {
    for row in 0..<x.rows { sums[row] += sum(x.row(row), nil, x.count) }
  }

  public static func dot(_ x: Batch<Self>, _ y: Batch<Self>) -> Self {
    var total: Self = 0
    for row in 0..<x.rows { total += sum(x.row(row), y.row(row), x.count) }
    return total
  }

  /// Σ x or Σ x y in eight partial sums, which a loop over one could not be vectorised into.
  @inline(__always)
  private static func sum(
    _ x: UnsafeMutablePointer<Self>, _ y: UnsafeMutablePointer<Self>?, _ count: Int
  ) -> Self {
    var (s0, s1, s2, s3): (Self, Self, Self, Self) = (0, 0, 0, 0)
    var (s4, s5, s6, s7): (Self, Self, Self, Self) = (0, 0, 0, 0)
    @inline(__always) func term(_ i: Int) -> Self { y.map { x[i] * $0[i] } ?? x[i] }
    var i = 0
    while i + 8 <= count {
      s0 += term(i)
      s1 += term(i + 1)
      s2 += term(i + 2)
      s3 += term(i + 3)
      s4 += term(i + 4)
      s5 += term(i + 5)
      s6 += term(i + 6)
      s7 += term(i + 7)
      i += 8
    }
    while i < count {
      s0 += term(i)
      i += 1
    }
    return ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
  }
}
