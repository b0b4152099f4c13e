import LinearAlgebra
import TestSupport
import Testing

@Suite struct CholeskyTests {
  /// A positive-definite matrix whose elements follow no pattern: B Bᵀ + I.
  static func matrix(_ size: Int) -> Matrix {
    var result = Matrix.identity(size)
    func b(_ i: Int, _ j: Int) -> Double {
      let digit = (7 * i * i + 3 * i * j + 5 * j + 1) % 11
      return Double(digit) / 7 - 0.6
    }
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<size { result[i, j] += b(i, k) * b(j, k) }
      }
    }
    return result
  }

  @Test("L Lᵀ is the matrix", arguments: [1, 2, 3, 31, 200])
  func factorization(size: Int) throws {
    let matrix = Self.matrix(size)
    let factor = try Cholesky(matrix)
    var errors: [Double] = []
    for i in 0..<size {
      for j in 0..<size {
        var sum = 0.0
        for k in 0...min(i, j) { sum += factor[i, k] * factor[j, k] }
        errors.append(abs(sum - matrix[i, j]) / matrix[i, i])
      }
    }
    #expect(largest(errors) < 1e-13)
  }

  @Test("the two solves give the inverse times the vector", arguments: [1, 5, 64])
  func solution(size: Int) throws {
    let matrix = Self.matrix(size)
    let factor = try Cholesky(matrix)
    let right = (0..<size).map { Double($0 % 5) - 1.5 }
    var x = right
    var span = x.mutableSpan
    factor.whiten(&span)
    factor.solveTransposed(&span)
    for i in 0..<size {
      let product = (0..<size).reduce(0) { $0 + matrix[i, $1] * x[$1] }
      #expect(abs(product - right[i]) < 1e-10)
    }
  }

  @Test("the log determinant of a known matrix")
  func logDeterminant() throws {
    // det [[4, 2], [2, 3]] = 8.
    let factor = try Cholesky(Matrix(rows: 2, columns: 2, elements: [4, 2, 2, 3]))
    #expect(abs(factor.logDeterminant - 2.0794415416798357) < 1e-15)
  }

  @Test("a matrix that is not positive definite names the leading minor")
  func indefinite() {
    let matrix = Matrix(rows: 3, columns: 3, elements: [1, 0, 0, 0, 1, 2, 0, 2, 1])
    let error = #expect(throws: NotPositiveDefinite.self) { try Cholesky(matrix) }
    #expect(error?.order == 3)
    let notANumber = Matrix(rows: 1, columns: 1, elements: [.nan])
    #expect(throws: NotPositiveDefinite.self) { try Cholesky(notANumber) }
  }

  @Test("eigenvalues of a symmetric matrix, ascending")
  func eigenvalues() throws {
    let matrix = Matrix(rows: 3, columns: 3, elements: [2, 0, 0, 0, 3, 4, 0, 4, 9])
    let values = try #require(matrix.symmetricEigenvalues())
    for (value, exact) in zip(values, [1.0, 2, 11]) { #expect(abs(value - exact) < 1e-13) }
  }
}

@Suite struct BLASProviderTests {
  @Test(
    "products and factors are OpenBLAS's, not those of GSL or of the reference library",
    arguments: ["cblas_dgemm", "dgemm_", "dpotrf_", "dtrsv_"])
  func provider(symbol: String) throws {
    let library = try #require(BLASProvider.library(providing: symbol))
    #expect(library.contains("openblas"), "\(symbol) comes from \(library)")
  }

  @Test("a symbol that nobody provides has no library")
  func unknownSymbol() {
    #expect(BLASProvider.library(providing: "no_such_symbol_") == nil)
  }
}
