import Cosmology
import Foundation
import LinearAlgebra

/// A covariance of the peak magnitudes, shapes and colours of all light curves, as shifts of all supernovae together and what is left
/// to each.
///
/// The rows of supernova i are 3i, 3i + 1 and 3i + 2, from 0: its mb, x1 and c, as in the matrices of JLA (Betoule et al. 2014,
/// A&A 568, A22, section 5). In units of the deviations of the supernovae themselves, C = Σ λ v vᵀ. An axis with λ above `least` is a shift
/// √λ v with an amplitude of unit variance; the others are taken as independent between supernovae: their own 3 × 3 blocks, which
/// the errors of each take up, so that no variance is lost. Whatever is measured, as a sum over all supernovae, what that
/// neglects is about a fraction λ of its statistical variance, or less.
///
/// Cost: about 9 (3N)³ operations.
struct SystematicCovariance {
  /// The shifts, the largest first.
  let shifts: [HierarchicalModel.Systematic]
  /// The covariance of magnitude, shape and colour that is left to each supernova.
  let blocks: [Matrix]
  /// What was done, in words.
  let notes: [String]

  /// An axis below this variance changes no error by more than half a percent.
  private static let least = 0.01
  /// More amplitudes make chains slow.
  private static let mostShifts = 60

  /// Reads the matrix of a catalog.
  ///
  /// - Parameters:
  ///   - path: a matrix in any format in which covariances are read.
  ///   - rows: the rows of the table that were kept.
  ///   - rowCount: the number of rows of the table.
  ///   - supernovae: those that were kept.
  /// - Throws: `CatalogError` if it cannot be read, has another size, or is not positive semi-definite.
  init(
    reading path: String, rows: [Int], rowCount: Int, _ supernovae: [LightCurveSample.Supernova]
  ) throws(CatalogError) {
    let result = try Self.matrix(path, rowCount: rowCount)
    if let kind = result.kind, kind == .inverse || kind == .correlation {
      throw CatalogError(path, .lightCurves(.notTriples(kind)))
    }
    // Labels could only name supernovae, of which each has three rows.
    guard result.labels == nil else { throw CatalogError(path, .lightCurves(.labelledTriples)) }
    let kept = rows.flatMap { [3 * $0, 3 * $0 + 1, 3 * $0 + 2] }
    try SymmetricMatrix.requireRows(result.matrix, kept, path)
    try self.init(SymmetricMatrix.cut(result.matrix, to: kept), supernovae, path)
  }

  private static func matrix(
    _ path: String, rowCount: Int
  ) throws(CatalogError) -> CovarianceReader.Result {
    do {
      return try CovarianceReader.read(path, counts: [3 * rowCount])
    } catch {
      // The reader expects one row for each supernova.
      switch error.problem {
      case .wrongSize(let rows, let columns, _):
        throw CatalogError(
          path, .lightCurves(.wrongTriples(found: "\(rows) × \(columns)", supernovae: rowCount)))
      case .wrongElementCount(let found, _):
        throw CatalogError(
          path, .lightCurves(.wrongTriples(found: "\(found)", supernovae: rowCount)))
      default: throw error
      }
    }
  }

  /// Takes a matrix apart.
  init(
    _ matrix: Matrix, _ supernovae: [LightCurveSample.Supernova], _ path: String
  ) throws(CatalogError) {
    let variances = supernovae.flatMap { supernova in
      [supernova.magnitudeVariance, supernova.shapeVariance, supernova.colorVariance]
    }
    // Supernovae scatter by more than their errors: 0.1 mag, and shapes and colours that change the magnitude by about as much.
    let scatters = [
      0.01, Self.variance(supernovae.map(\.shape)), 0.25 * Self.variance(supernovae.map(\.color)),
    ]
    let scales = variances.indices.map { index in
      let variance = variances[index] + scatters[index % 3]
      return variance > 0 ? variance.squareRoot() : 1
    }
    var scaled = matrix
    for i in 0..<matrix.rows {
      for j in 0..<matrix.rows { scaled[i, j] /= scales[i] * scales[j] }
    }
    guard let axes = scaled.principalAxes(), let largest = axes.first, let smallest = axes.last
    else {
      throw CatalogError(path, .lightCurves(.notPositiveSemidefinite(smallestEigenvalue: .nan)))
    }
    // Six digits are the least that releases print.
    guard smallest.variance > -1e-6 * (1 + largest.variance) else {
      throw CatalogError(
        path,
        .lightCurves(
          .notPositiveSemidefinite(
            smallestEigenvalue: matrix.symmetricEigenvalues()?.first ?? smallest.variance)))
    }
    let count = min(axes.count { $0.variance > Self.least }, Self.mostShifts)
    shifts = axes.prefix(count).enumerated().map { index, axis in
      func part(_ quantity: Int) -> [Double] {
        supernovae.indices.map { i in
          axis.variance.squareRoot() * axis.direction[3 * i + quantity] * scales[3 * i + quantity]
        }
      }
      return HierarchicalModel.Systematic(
        name: "mode_\(index + 1)", magnitudes: part(0), shapes: part(1), colors: part(2))
    }
    let rest = axes.dropFirst(count).filter { $0.variance > 0 }
    blocks = supernovae.indices.map { i in
      var block = Matrix(rows: 3, columns: 3, elements: [Double](repeating: 0, count: 9))
      for axis in rest {
        for j in 0..<3 {
          for k in 0..<3 {
            block[j, k] +=
              axis.variance * axis.direction[3 * i + j] * axis.direction[3 * i + k]
              * scales[3 * i + j] * scales[3 * i + k]
          }
        }
      }
      return block
    }
    let whole = axes.reduce(0) { $0 + max(0, $1.variance) }
    let share = rest.reduce(0) { $0 + $1.variance } / (whole > 0 ? whole : 1)
    let number = count == 1 ? "1 shift" : "\(count) shifts"
    var notes = [
      "the covariance of all light curves is \(number) of all supernovae together"
        + (count > 0 ? ", with amplitudes sys_mode_1, …" : "")
        + String(
          format:
            "; %.2g %% of its variance in units of errors and scatter, in each direction at most %.2g, is left to each supernova's own errors",
          100 * share, rest.first?.variance ?? 0)
    ]
    if !matrix.elements.isEmpty,
      variances.indices.allSatisfy({ matrix[$0, $0] >= 0.99 * variances[$0] })
    {
      notes.append(
        "no variance of it is below that of the table: if it holds the table's errors already, they count twice"
      )
    }
    self.notes = notes
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }

  /// Light curves with what is left to each.
  func added(to supernovae: [LightCurveSample.Supernova]) -> [LightCurveSample.Supernova] {
    zip(supernovae, blocks).map { supernova, block in
      var supernova = supernova
      supernova.magnitudeVariance += block[0, 0]
      supernova.shapeVariance += block[1, 1]
      supernova.colorVariance += block[2, 2]
      supernova.magnitudeShapeCovariance += block[0, 1]
      supernova.magnitudeColorCovariance += block[0, 2]
      supernova.shapeColorCovariance += block[1, 2]
      return supernova
    }
  }
}
