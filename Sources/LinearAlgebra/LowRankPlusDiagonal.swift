import COpenBLAS
import RealModule

/// A matrix D + U Uᵀ with few columns of U, whitened without ever being formed.
///
/// With V = D^{−1/2} U = Q B (Q orthonormal) and B Bᵀ = E Λ Eᵀ, the symmetric matrix W = [1 + G
/// diag(1/√(1+λ) − 1) Gᵀ] D^{−1/2} with G = Q E has W C Wᵀ = 1.
struct LowRankPlusDiagonal: Sendable {
  /// 1/√Dᵢᵢ.
  private let scales: [Double]
  /// G, transposed: rank × n.
  private let directions: Matrix
  /// 1/√(1+λ) − 1 for each direction.
  private let shrinkages: [Double]
  let logDeterminant: Double

  init(variances: [Double], modes: Matrix) {
    let (count, rank) = (modes.rows, min(modes.columns, modes.rows))
    scales = variances.map { 1 / $0.squareRoot() }
    var columns = modes.transposed
    scale(rowsOf: &columns.elements, by: scales)
    // The left singular vectors of V, and its singular values √λ.
    let (vectors, values) = columns.singularVectorsOfTranspose()
    directions = Matrix(
      rows: rank, columns: count, elements: Array(vectors.elements.prefix(rank * count)))
    let eigenvalues = values.prefix(rank).map { $0 * $0 }
    shrinkages = eigenvalues.map { 1 / (1 + $0).squareRoot() - 1 }
    logDeterminant =
      variances.reduce(0) { $0 + .log($1) } + eigenvalues.reduce(0) { $0 + .log(onePlus: $1) }
  }

  func whiten(rowsOf vectors: inout Matrix) {
    scale(rowsOf: &vectors.elements, by: scales)
    let (rows, count) = (vectors.rows, scales.count)
    vectors.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<rows {
        var vector = elements.extracting(row * count..<(row + 1) * count).mutableSpan
        add(shrinkages, to: &vector)
      }
    }
  }

  /// Replaces every row u by Wᵀ u.
  func unwhitenTransposed(rowsOf vectors: inout Matrix) {
    let (rows, count) = (vectors.rows, scales.count)
    vectors.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<rows {
        var vector = elements.extracting(row * count..<(row + 1) * count).mutableSpan
        add(shrinkages, to: &vector)
      }
    }
    scale(rowsOf: &vectors.elements, by: scales)
  }

  /// The diagonal of C⁻¹ = D^{−1/2} [1 − G diag(λ/(1+λ)) Gᵀ] D^{−1/2}.
  var precisions: [Double] {
    scales.indices.map { i in
      var sum = 1.0
      for (k, shrinkage) in shrinkages.enumerated() {
        sum += shrinkage * (2 + shrinkage) * directions[k, i] * directions[k, i]
      }
      return sum * scales[i] * scales[i]
    }
  }

  func solve(_ vector: Span<Double>, into solution: inout MutableSpan<Double>) {
    for i in 0..<vector.count { solution[i] = vector[i] * scales[i] }
    // Twice W: 1/(1+λ) − 1 = s (2 + s) for s = 1/√(1+λ) − 1.
    add(shrinkages.map { $0 * (2 + $0) }, to: &solution)
    for i in 0..<vector.count { solution[i] *= scales[i] }
  }

  /// W⁻¹ x.
  func noise(from white: [Double]) -> [Double] {
    var noise = white
    var span = noise.mutableSpan
    // 1/(1+s) − 1 undoes s = 1/√(1+λ) − 1.
    add(shrinkages.map { 1 / (1 + $0) - 1 }, to: &span)
    return zip(noise, scales).map { $0 / $1 }
  }

  /// Adds G diag(factors) Gᵀ x to x.
  private func add(_ factors: [Double], to vector: inout MutableSpan<Double>) {
    let elements = directions.elements.span
    for (direction, factor) in factors.enumerated() {
      let first = direction * vector.count
      var projection = 0.0
      for i in 0..<vector.count { projection += elements[first + i] * vector[i] }
      projection *= factor
      // The directions are orthonormal, so that one after the other is as good as all at once.
      for i in 0..<vector.count { vector[i] += projection * elements[first + i] }
    }
  }
}
