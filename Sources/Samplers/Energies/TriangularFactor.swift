/// A lower-triangular matrix C with a positive diagonal, as unconstrained parameters: row
/// by row the elements up to the diagonal, the diagonal's as logarithms.
struct TriangularFactor: Sendable {
  let dimension: Int

  /// The number of parameters, D (D + 1) / 2.
  var count: Int { dimension * (dimension + 1) / 2 }

  /// Where the parameter of an element on or below the diagonal stands.
  func index(_ row: Int, _ column: Int) -> Int { row * (row + 1) / 2 + column }

  /// The element in a row and a column.
  @inline(__always)
  func element<Scalar: NetworkScalar>(
    _ row: Int, _ column: Int, _ parameters: UnsafePointer<Scalar>
  ) -> Scalar {
    if column > row { return 0 }
    let parameter = parameters[index(row, column)]
    return column == row ? Scalar.exponential(parameter) : parameter
  }

  /// Writes C Cᵀ, row by row.
  func writeSquare<Scalar: NetworkScalar>(
    to square: UnsafeMutablePointer<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    for i in 0..<dimension {
      for j in 0...i {
        var sum: Scalar = 0
        for k in 0...j { sum += element(i, k, parameters) * element(j, k, parameters) }
        square[i * dimension + j] = sum
        square[j * dimension + i] = sum
      }
    }
  }

  /// C Cᵀ, row by row, for parameters of which those of C are the first.
  func square(_ parameters: ArraySlice<Double>) -> [Double] {
    var square = [Double](repeating: 0, count: dimension * dimension)
    square.withUnsafeMutableBufferPointer { elements in
      parameters.withUnsafeBufferPointer { parameters in
        guard let start = elements.baseAddress, let first = parameters.baseAddress else { return }
        writeSquare(to: start, first)
      }
    }
    return square
  }

  /// Adds the derivatives of a loss by the parameters, from those by the elements of C Cᵀ.
  func addAdjoint<Scalar: NetworkScalar>(
    ofSquare cotangent: UnsafePointer<Scalar>, to gradient: UnsafeMutablePointer<Scalar>,
    _ parameters: UnsafePointer<Scalar>
  ) {
    for i in 0..<dimension {
      for j in 0...i {
        var sum: Scalar = 0
        for k in j..<dimension {
          let both = cotangent[i * dimension + k] + cotangent[k * dimension + i]
          sum += both * element(k, j, parameters)
        }
        gradient[index(i, j)] += i == j ? sum * element(i, i, parameters) : sum
      }
    }
  }
}
