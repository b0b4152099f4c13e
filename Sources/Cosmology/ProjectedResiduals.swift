import LinearAlgebra
import RealModule

/// Whitened residuals as a triangle, χ² = ‖R x − b‖² + c, with the last Chebyshev coefficients of the
/// function in x, which show whether its nodes suffice.
struct ProjectedResiduals: Sendable {
  /// Four rows of coefficients on top of R, with −b as another column.
  private var forward: Panel
  /// Rᵀ.
  private let backward: Panel
  /// c, the residual that no x can remove.
  private let constant: Double

  /// - Parameters:
  ///   - factor: the triangular factor of the whitened columns: offsets, values at the nodes, data.
  ///   - dropsFirst: whether the first column is marginalised; its row then drops out.
  ///   - grid: the nodes.
  init(_ factor: Matrix, dropsFirst: Bool, _ grid: ChebyshevGrid) {
    let first = dropsFirst ? 1 : 0
    let last = factor.columns - 1
    let height = max(0, min(factor.rows, last) - first)
    let unknowns = last - first
    forward = Panel(rows: 4 + height, columns: unknowns + 1) { row, column in
      if row >= 4 { return factor[row - 4 + first, column + first] }
      let node = column - (unknowns - grid.count)
      guard node >= 0, node < grid.count else { return 0 }
      return grid.transform[(node + 1) * grid.count - 4 + row]
    }
    backward = Panel(rows: unknowns, columns: height) { factor[$1 + first, $0 + first] }
    constant = factor.rows > last ? factor[last, last] * factor[last, last] : 0
  }

  /// b, the numbers through which the data enter.
  var data: [Double] { (4..<forward.rowCount).map { forward.element($0, forward.columnCount - 1) } }

  /// The same with another b.
  func replacingData(_ data: [Double]) -> ProjectedResiduals {
    var other = self
    other.forward = Panel(rows: forward.rowCount, columns: forward.columnCount) { row, column in
      row >= 4 && column == forward.columnCount - 1
        ? data[row - 4] : forward.element(row, column)
    }
    return other
  }

  /// R x − b.
  ///
  /// - Parameter unknowns: x, then −1.
  func residuals(_ unknowns: [Double]) -> [Double] {
    (4..<forward.rowCount).map { row in
      (0..<forward.columnCount).reduce(0) { $0 + forward.element(row, $1) * unknowns[$1] }
    }
  }

  /// The number of elements that `evaluate` needs: x or the response, and residuals.
  var scratchCount: Int { responseCount + forward.paddedCount }

  private var responseCount: Int { max(forward.columnCount + 7, backward.paddedCount) }

  /// Replaces x by the response Rᵀ (R x − b), the gradient of ½ χ², and returns χ² with the estimated
  /// truncation of the function.
  ///
  /// - Parameter scratch: x, then −1.
  func evaluate(
    _ scratch: UnsafeMutablePointer<Double>
  ) -> (chiSquared: Double, truncation: Double) {
    let residuals = scratch + responseCount
    forward.multiply(scratch, into: residuals)
    backward.multiply(residuals + 4, into: scratch)
    var sum = SIMD4<Double>.zero
    for i in stride(from: 4, to: forward.paddedCount, by: 4) {
      let part = SIMD4(residuals[i], residuals[i + 1], residuals[i + 2], residuals[i + 3])
      sum += part * part
    }
    let last = SIMD4(residuals[0], residuals[1], residuals[2], residuals[3])
    return (constant + sum.sum(), ChebyshevGrid.truncation(last))
  }
}

extension SupernovaLikelihood {
  /// u of the farthest supernova.
  var largestLogStretch: Double { .log(onePlus: distances.redshifts.max() ?? 1) }

  /// ‖W T‖ for oscillating polynomials T of u: the effect of an error of a coefficient on whitened
  /// residuals.
  var sensitivity: Double {
    var waves = ChebyshevGrid.waves(
      at: distances.redshifts, places: offsets.hubbleFlow, of: sample.count)
    errors.whiten(rowsOf: &waves)
    return waves.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// The whitened design matrix of a projection as a triangle.
  func project(onto grid: ChebyshevGrid) -> ProjectedResiduals {
    let count = sample.count
    let leading = (offsets.marginalised.map { [$0] } ?? []) + offsets.offsets.map(\.column)
    // The rows: offsets, nodes, data.
    let first = leading.count
    let data = first + grid.count
    var columns = Matrix(
      rows: data + 1, columns: count,
      elements: [Double](repeating: 0, count: (data + 1) * count))
    for (row, column) in leading.enumerated() {
      for i in 0..<count { columns[row, i] = column[i] }
    }
    for i in 0..<count { columns[data, i] = offsets.magnitudes[i] }
    let end = largestLogStretch
    for (i, z) in zip(offsets.hubbleFlow, distances.redshifts) {
      let u = Double.log(onePlus: z)
      for (j, weight) in grid.weights(at: 2 * u / end - 1).enumerated() {
        columns[first + j, i] = weight
      }
      columns[data, i] -= 5 * .log10(u)
    }
    errors.whiten(rowsOf: &columns)
    return ProjectedResiduals(
      columns.triangularFactorOfTranspose(), dropsFirst: offsets.marginalised != nil, grid)
  }
}

extension ChebyshevGrid {
  /// Cosine and sine of an angle that oscillates with u, which together bound a polynomial of degree 24 wherever its
  /// zeros fall: 2 × count.
  ///
  /// - Parameters:
  ///   - redshifts: where they are evaluated.
  ///   - places: the columns of these redshifts; others are zero.
  ///   - count: the number of columns.
  static func waves(at redshifts: [Double], places: [Int], of count: Int) -> Matrix {
    var waves = Matrix(
      rows: 2, columns: count, elements: [Double](repeating: 0, count: 2 * count))
    let end = Double.log(onePlus: redshifts.max() ?? 1)
    for (i, z) in zip(places, redshifts) {
      let place = 2 * .log(onePlus: z) / end - 1
      let angle = 24 * Double.acos(max(-1, min(1, place)))
      waves[0, i] = .cos(angle)
      waves[1, i] = .sin(angle)
    }
    return waves
  }
}
