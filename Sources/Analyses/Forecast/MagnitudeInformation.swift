import Cosmology
import LinearAlgebra

/// The information of magnitudes on parameters and on the amplitudes of systematic errors together.
///
/// E = [J U]ᵀ D⁻¹ [J U] + diag(0, 1): with the amplitudes integrated out this is Jᵀ (D + U Uᵀ)⁻¹ J by Woodbury's identity, and no matrix
/// of supernovae × supernovae is ever formed. A systematic error that is not there has its rows and columns left out; a zero
/// point that is integrated out is an amplitude without a prior.
struct MagnitudeInformation {
  /// E, parameters first.
  let matrix: Matrix
  /// The number of parameters.
  let parameterCount: Int
  /// The amplitudes of each systematic error, by their places in E.
  let groups: [(name: String, places: Range<Int>)]
  /// [J U]ᵀ: parameters and amplitudes × supernovae.
  private let design: Matrix
  private let parts: MagnitudeParts

  /// The information of a catalog.
  ///
  /// - Parameters:
  ///   - parts: what its errors consist of.
  ///   - jacobian: the derivatives of all magnitudes, one row for each parameter.
  ///   - marginalised: columns of zero points that are integrated out.
  init(_ parts: MagnitudeParts, _ jacobian: [[Double]], marginalised: [[Double]] = []) {
    let (count, modes) = (parts.redshifts.count, parts.modes)
    var elements = (jacobian + marginalised).flatMap(\.self)
    let first = jacobian.count + marginalised.count
    elements += modes.columns == 0 ? [] : modes.transposed.elements
    design = Matrix(rows: first + modes.columns, columns: count, elements: elements)
    self.parts = parts
    parameterCount = jacobian.count
    groups = parts.groups.map {
      ($0.name, first + $0.modes.lowerBound..<first + $0.modes.upperBound)
    }
    firstMode = first
    matrix = Self.information(design, parts.total, firstMode: first)
  }

  private let firstMode: Int

  /// The sources of independent errors that are not zero everywhere.
  var sources: [String] {
    parts.variances.filter { $0.values.contains { $0 > 0 } }.map(\.name)
  }

  /// The same without a source of independent errors; nil where none are left.
  func matrix(withoutVariance name: String) -> Matrix? {
    var total = parts.redshifts.map { _ in 0.0 }
    for part in parts.variances where part.name != name {
      for i in total.indices { total[i] += part.values[i] }
    }
    guard total.allSatisfy({ $0 > 0 }) else { return nil }
    return Self.information(design, total, firstMode: firstMode)
  }

  private static func information(
    _ design: Matrix, _ variances: [Double], firstMode: Int
  ) -> Matrix {
    let (rows, columns) = (design.rows, design.columns)
    var whitened = design.elements
    let scales = variances.map { 1 / $0.squareRoot() }
    for row in 0..<rows {
      for i in 0..<columns { whitened[row * columns + i] *= scales[i] }
    }
    var square = [Double](repeating: 0, count: rows * rows)
    whitened.withUnsafeBufferPointer { whitened in
      square.withUnsafeMutableBufferPointer { square in
        guard let start = whitened.baseAddress, let target = square.baseAddress else { return }
        Double.addSquare(of: start, rows: rows, columns: columns, to: target)
      }
    }
    for i in 0..<rows {
      for j in 0..<i { square[j * rows + i] = square[i * rows + j] }
    }
    var matrix = Matrix(rows: rows, columns: rows, elements: square)
    for place in firstMode..<max(firstMode, rows) { matrix[place, place] += 1 }
    return matrix
  }

  /// How much one more supernova in a range of redshifts adds to the logarithm of the figure of merit, on average over those that are
  /// there.
  ///
  /// ln FoM grows by ½ (C v)_Sᵀ C_SS⁻¹ (C v)_S / σ² for a small weight of v = (∂m/∂θ, u): the derivative in the number of supernovae.
  ///
  /// - Parameters:
  ///   - covariance: the inverse of E with all else that is known.
  ///   - places: S, the parameters of interest.
  ///   - supernovae: those of the range.
  func gain(_ covariance: Matrix, _ places: [Int], of supernovae: [Int]) -> Double? {
    guard let inverse = FisherMatrix.inverse(FigureOfMerit.block(covariance, places)) else {
      return nil
    }
    let total = parts.total
    var sum = 0.0
    for i in supernovae {
      let moved = places.map { row in
        (0..<design.rows).reduce(0) { $0 + covariance[row, $1] * design[$1, i] }
      }
      sum += 0.5 * inverse.quadraticForm(moved) / total[i]
    }
    return supernovae.isEmpty ? nil : sum / Double(supernovae.count)
  }
}
