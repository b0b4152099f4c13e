import LinearAlgebra
import RealModule

/// Whitened residuals as a triangle: χ² = ‖R x − b‖² + c.
struct ProjectedResiduals: Sendable {
  /// The number of rows of R.
  let rowCount: Int
  /// The number of columns of R, hence of unknowns x.
  let columnCount: Int
  /// R, column by column.
  private let columns: [Double]
  /// R, row by row.
  private let rows: [Double]
  /// b.
  private let target: [Double]
  /// c, what no x can explain.
  private let constant: Double

  /// - Parameters:
  ///   - factor: the triangular factor of the whitened columns, the last of which is the data.
  ///   - dropsFirst: whether the first column is marginalised; its row then drops out.
  init(_ factor: Matrix, dropsFirst: Bool) {
    let first = dropsFirst ? 1 : 0
    let last = factor.columns - 1
    columnCount = last - first
    rowCount = max(0, min(factor.rows, last) - first)
    let (height, width) = (rowCount, columnCount)
    rows = (0..<height).flatMap { i in (0..<width).map { factor[i + first, $0 + first] } }
    columns = (0..<width).flatMap { j in (0..<height).map { factor[$0 + first, j + first] } }
    target = (0..<height).map { factor[$0 + first, last] }
    constant = factor.rows > last ? factor[last, last] * factor[last, last] : 0
  }

  /// Writes the residuals R x − b and their image Rᵀ (R x − b), the gradient of ½ χ², and returns χ².
  func evaluate(
    _ unknowns: UnsafePointer<Double>, _ residuals: UnsafeMutablePointer<Double>,
    _ response: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = constant
    target.withUnsafeBufferPointer { target in
      for i in 0..<rowCount { residuals[i] = -target[i] }
    }
    columns.withUnsafeBufferPointer { columns in
      guard let columns = columns.baseAddress else { return }
      for j in 0..<columnCount {
        // Nothing stands below the diagonal.
        add(unknowns[j], columns + j * rowCount, to: residuals, count: min(j + 1, rowCount))
      }
    }
    for j in 0..<columnCount { response[j] = 0 }
    rows.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      for i in 0..<rowCount {
        let residual = residuals[i]
        sum += residual * residual
        add(residual, rows + i * columnCount + i, to: response + i, count: columnCount - i)
      }
    }
    return sum
  }
}

extension SupernovaLikelihood {
  /// The whitened design matrix of a projection as a triangle, and ‖W T‖ for the last polynomials T
  /// of its grid.
  func project(
    _ grid: ChebyshevGrid, end: Double
  ) -> (triangle: ProjectedResiduals, sensitivity: Double) {
    let (count, offsetColumns) = (sample.count, offsets.offsets.map(\.column))
    var vectors: [Double] = []
    let leading = (offsets.marginalised.map { [$0] } ?? []) + offsetColumns
    vectors.reserveCapacity((leading.count + grid.count + 3) * count)
    for column in leading { vectors += column }
    // Row by row of the design matrix, since a row is what one redshift gives.
    let start = vectors.count
    vectors += [Double](repeating: 0, count: (grid.count + 3) * count)
    for (index, z) in zip(offsets.flow, distances.redshifts) {
      let u = Double.log(onePlus: z)
      let place = 2 * u / end - 1
      let weights = grid.weights(at: place)
      for j in 0..<grid.count { vectors[start + j * count + index] = weights[j] }
      let angle = Double.acos(max(-1, min(1, place)))
      vectors[start + grid.count * count + index] = .cos(Double(grid.count) * angle)
      vectors[start + (grid.count + 1) * count + index] = .sin(Double(grid.count) * angle)
      vectors[start + (grid.count + 2) * count + index] = -5 * .log10(u)
    }
    for i in 0..<count { vectors[start + (grid.count + 2) * count + i] += offsets.magnitudes[i] }

    var columns = Matrix(
      rows: leading.count + grid.count + 3, columns: count, elements: vectors)
    errors.whiten(rowsOf: &columns)
    // Cosine and sine together bound a polynomial of degree K wherever its zeros fall.
    let oscillation = columns.elements[(start + grid.count * count)..<(start + (grid.count + 2) * count)]
    let sensitivity = oscillation.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let kept =
      Array(columns.elements[..<(start + grid.count * count)])
      + Array(columns.elements[(start + (grid.count + 2) * count)...])
    let factor = Matrix(rows: columns.rows - 2, columns: count, elements: kept)
      .triangularFactorOfTranspose()
    return (ProjectedResiduals(factor, dropsFirst: offsets.marginalised != nil), sensitivity)
  }
}
