import RealModule

// The loops of layers: activations, and products of matrices too small for BLAS to be worth a call.
// Sums are relaxed, so that the compiler may reorder and vectorise them.

extension NetworkScalar {
  /// Applies an activation to `input` + bias, one bias per row: its value, if there is room, and its
  /// slope.
  static func activate(
    _ activation: Activation, _ input: Batch<Self>, bias: UnsafePointer<Self>,
    value: Batch<Self>?, slope: Batch<Self>
  ) {
    switch activation {
    case .softplus: activate(input, bias, value, slope, softplus, logistic)
    case .tanh:
      activate(input, bias, value, slope, hyperbolicTangent) { hyperbolicTangent($0).first }
    }
  }

  @inline(__always)
  private static func activate(
    _ input: Batch<Self>, _ bias: UnsafePointer<Self>, _ value: Batch<Self>?, _ slope: Batch<Self>,
    _ function: (Self) -> ActivationValue<Self>, _ derivative: (Self) -> Self
  ) {
    for row in 0..<input.rows {
      let (x, shift, first) = (input.row(row), bias[row], slope.row(row))
      if let value = value?.row(row) {
        for i in 0..<input.count {
          let result = function(x[i] + shift)
          (value[i], first[i]) = (result.value, result.first)
        }
      } else {
        for i in 0..<input.count { first[i] = derivative(x[i] + shift) }
      }
    }
  }

  /// The same for the last hidden layer, with the slope also times one weight per row.
  static func activate(
    _ activation: Activation, _ input: Batch<Self>, bias: UnsafePointer<Self>,
    value: Batch<Self>?, slope: Batch<Self>, weights: UnsafePointer<Self>, weighted: Batch<Self>
  ) {
    switch activation {
    case .softplus:
      activate(input, bias, value, slope, weights, weighted, softplus, logistic)
    case .tanh:
      activate(input, bias, value, slope, weights, weighted, hyperbolicTangent) {
        hyperbolicTangent($0).first
      }
    }
  }

  @inline(__always)
  private static func activate(
    _ input: Batch<Self>, _ bias: UnsafePointer<Self>, _ value: Batch<Self>?, _ slope: Batch<Self>,
    _ weights: UnsafePointer<Self>, _ weighted: Batch<Self>,
    _ function: (Self) -> ActivationValue<Self>, _ derivative: (Self) -> Self
  ) {
    for row in 0..<input.rows {
      let (x, shift, first) = (input.row(row), bias[row], slope.row(row))
      let (weight, product) = (weights[row], weighted.row(row))
      if let value = value?.row(row) {
        for i in 0..<input.count {
          let result = function(x[i] + shift)
          (value[i], first[i], product[i]) = (result.value, result.first, weight * result.first)
        }
      } else {
        for i in 0..<input.count {
          let result = derivative(x[i] + shift)
          (first[i], product[i]) = (result, weight * result)
        }
      }
    }
  }

  /// Differentiates a layer along v, a direction of what goes into the activations: t ← s′ v and
  /// e ← (s″ / s′) δ v, where δ has a factor s′ in it.
  static func differentiate(
    _ activation: Activation, along v: Batch<Self>, value: Batch<Self>, slope: Batch<Self>,
    delta: Batch<Self>, to t: Batch<Self>, _ e: Batch<Self>
  ) {
    for row in 0..<v.rows {
      let (x, first, error) = (v.row(row), slope.row(row), delta.row(row))
      let (tangent, change) = (t.row(row), e.row(row))
      switch activation {
      case .softplus:
        for i in 0..<v.count {
          tangent[i] = first[i] * x[i]
          change[i] = (1 - first[i]) * (error[i] * x[i])
        }
      case .tanh:
        let value = value.row(row)
        for i in 0..<v.count {
          tangent[i] = first[i] * x[i]
          change[i] = -2 * value[i] * (error[i] * x[i])
        }
      }
    }
  }

  /// y ← A x, or added to it, for a small matrix whose elements are `rowStride` and `columnStride`
  /// apart.
  static func multiplySmall(
    _ a: UnsafePointer<Self>, rowStride: Int, columnStride: Int, _ x: Batch<Self>, adding: Bool,
    to y: Batch<Self>
  ) {
    for row in 0..<y.rows {
      let (factors, z) = (a + row * rowStride, y.row(row))
      @inline(__always) func factor(_ column: Int) -> Self { factors[column * columnStride] }
      if !adding { z.update(repeating: 0, count: y.count) }
      var column = 0
      while column + 4 <= x.rows {
        let (a0, a1, a2, a3) = (
          factor(column), factor(column + 1), factor(column + 2), factor(column + 3)
        )
        let (x0, x1) = (x.row(column), x.row(column + 1))
        let (x2, x3) = (x.row(column + 2), x.row(column + 3))
        for i in 0..<y.count { z[i] += (a0 * x0[i] + a1 * x1[i]) + (a2 * x2[i] + a3 * x3[i]) }
        column += 4
      }
      while column + 2 <= x.rows {
        let (a0, a1) = (factor(column), factor(column + 1))
        let (x0, x1) = (x.row(column), x.row(column + 1))
        for i in 0..<y.count { z[i] += a0 * x0[i] + a1 * x1[i] }
        column += 2
      }
      if column < x.rows {
        let (a0, x0) = (factor(column), x.row(column))
        for i in 0..<y.count { z[i] += a0 * x0[i] }
      }
    }
  }

  /// A ← A + Σ y xᵀ for a small matrix, row by row.
  static func addSmallOuterProducts(
    of y: Batch<Self>, and x: Batch<Self>, to a: UnsafeMutablePointer<Self>
  ) {
    for row in 0..<y.rows {
      for column in 0..<x.rows {
        let (b, c) = (y.row(row), x.row(column))
        var sum: Self = 0
        for i in 0..<x.count { sum = Relaxed.multiplyAdd(b[i], c[i], sum) }
        a[row * x.rows + column] += sum
      }
    }
  }

  /// Adds the sum of each row to an element.
  static func addRowSums(of x: Batch<Self>, to sums: UnsafeMutablePointer<Self>) {
    for row in 0..<x.rows {
      let b = x.row(row)
      var sum: Self = 0
      for i in 0..<x.count { sum = Relaxed.sum(sum, b[i]) }
      sums[row] += sum
    }
  }

  /// Σ x y over all elements.
  static func dot(_ x: Batch<Self>, _ y: Batch<Self>) -> Self {
    var total: Self = 0
    for row in 0..<x.rows {
      let (b, c) = (x.row(row), y.row(row))
      for i in 0..<x.count { total = Relaxed.multiplyAdd(b[i], c[i], total) }
    }
    return total
  }
}
