import LinearAlgebra
import RealModule

/// Whitened residuals as a triangle: χ² = ‖R x − b‖² + c.
struct ProjectedResiduals: Sendable {
  /// R, with b as its last column.
  private let forward: Panel
  /// Rᵀ.
  private let backward: Panel
  /// c, what no x can explain.
  private let constant: Double

  /// - Parameters:
  ///   - factor: the triangular factor of the whitened columns, the last of which is the data.
  ///   - dropsFirst: whether the first column is marginalised; its row then drops out.
  init(_ factor: Matrix, dropsFirst: Bool) {
    let first = dropsFirst ? 1 : 0
    let last = factor.columns - 1
    let height = max(0, min(factor.rows, last) - first)
    forward = Panel(rows: height, columns: last - first + 1) { factor[$0 + first, $1 + first] }
    backward = Panel(rows: last - first, columns: height) { factor[$1 + first, $0 + first] }
    constant = factor.rows > last ? factor[last, last] * factor[last, last] : 0
  }

  /// The number of unknowns x.
  var unknownCount: Int { backward.rowCount }
  /// The number of elements that `evaluate` writes residuals to.
  var residualCount: Int { forward.paddedCount }
  /// The number of elements that `evaluate` writes a response to.
  var responseCount: Int { backward.paddedCount }

  /// Writes the residuals R x − b and their image Rᵀ (R x − b), the gradient of ½ χ², and returns χ².
  ///
  /// - Parameter unknowns: x, and −1 behind it.
  func evaluate(
    _ unknowns: UnsafePointer<Double>, _ residuals: UnsafeMutablePointer<Double>,
    _ response: UnsafeMutablePointer<Double>
  ) -> Double {
    forward.multiply(unknowns, into: residuals)
    backward.multiply(residuals, into: response)
    var sum = SIMD4<Double>.zero
    for i in stride(from: 0, to: forward.paddedCount, by: 4) {
      let part = SIMD4(residuals[i], residuals[i + 1], residuals[i + 2], residuals[i + 3])
      sum += part * part
    }
    return constant + sum.sum()
  }
}

extension SupernovaLikelihood {
  /// The whitened design matrix of a projection as a triangle, and ‖W T‖ for polynomials T of the
  /// degree behind the last of its grid.
  func project(
    _ grid: ChebyshevGrid, end: Double
  ) -> (triangle: ProjectedResiduals, sensitivity: Double) {
    let (count, nodeCount) = (sample.count, grid.count)
    let leading = (offsets.marginalised.map { [$0] } ?? []) + offsets.offsets.map(\.column)
    // The rows: offsets, nodes, data, and cosine and sine of the next degree's angle, which together
    // bound a polynomial wherever its zeros fall.
    let first = leading.count
    let data = first + nodeCount
    var columns = Matrix(
      rows: data + 3, columns: count,
      elements: [Double](repeating: 0, count: (data + 3) * count))
    for (row, column) in leading.enumerated() {
      for i in 0..<count { columns[row, i] = column[i] }
    }
    for i in 0..<count { columns[data, i] = offsets.magnitudes[i] }
    for (i, z) in zip(offsets.flow, distances.redshifts) {
      let u = Double.log(onePlus: z)
      let place = 2 * u / end - 1
      for (j, weight) in grid.weights(at: place).enumerated() { columns[first + j, i] = weight }
      columns[data, i] -= 5 * .log10(u)
      let angle = Double(nodeCount) * .acos(max(-1, min(1, place)))
      columns[data + 1, i] = .cos(angle)
      columns[data + 2, i] = .sin(angle)
    }
    errors.whiten(rowsOf: &columns)
    let kept = Matrix(
      rows: data + 1, columns: count, elements: Array(columns.elements.prefix((data + 1) * count)))
    let oscillation = columns.elements.suffix(2 * count)
    return (
      ProjectedResiduals(
        kept.triangularFactorOfTranspose(), dropsFirst: offsets.marginalised != nil),
      oscillation.reduce(0) { $0 + $1 * $1 }.squareRoot()
    )
  }
}
