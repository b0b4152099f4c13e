import LinearAlgebra
import RealModule

/// The functions F = 5 log₁₀(D/u) that a model reaches over a prior, by a few numbers: F ≈ F₀ + Σ qⱼ Fⱼ.
///
/// F is known at K Chebyshev nodes in u = ln(1+z). The directions Fⱼ are the principal ones of whitened magnitudes over
/// the prior, orthonormal there, so that the norm of what they leave out is an error in units of standard
/// deviations.
struct DistanceDirections: Sendable {
  let nodes: ProjectionNodes
  /// The number of directions.
  let count: Int
  /// F₀ in all blocks of the nodes.
  let center: [Double]
  /// The typical size of each q over the prior.
  let spreads: [Double]
  /// From F − F₀: the last four Chebyshev coefficients, the directions, and what they leave out.
  let forward: Panel
  /// From derivatives with respect to q to those with respect to F.
  let backward: Panel
  /// F₀ and then the directions, at the redshifts: magnitudes.
  let columns: [[Double]]
  /// The effect of an error of F on whitened residuals.
  private let sensitivity: Double

  /// The largest rank: with two offsets and the data, 253 products.
  private static let largestCount = 19

  /// - Parameters:
  ///   - distances: those to the redshifts.
  ///   - points: parameters of the distances that represent the prior.
  ///   - tolerance: the error of χ² that is accepted near the best parameters.
  ///   - whiten: whitens rows by the smallest covariance that occurs.
  init?(
    _ distances: some ComovingDistances, for points: [[Double]], tolerance: Double,
    whiten: (inout Matrix) -> Void
  ) {
    let redshifts = distances.redshifts
    let end = Double.log(onePlus: redshifts.max() ?? 1)
    var waves = ChebyshevGrid.waves(
      at: redshifts, places: Array(redshifts.indices), of: redshifts.count)
    whiten(&waves)
    sensitivity = waves.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = Double(redshifts.count)
    let nodes = ProjectionNodes.fewest(
      distances, largestLogStretch: end, for: points.map { ($0, expected) },
      sensitivity: sensitivity, acceptance: tolerance)
    self.nodes = nodes
    let (grid, sensitivity) = (nodes.grid, sensitivity)

    let functions = points.compactMap { nodes.function(at: $0) }.filter {
      ProjectionNodes.error(grid.truncation(of: $0), sensitivity, expected) < tolerance
    }
    guard !functions.isEmpty else { return nil }
    let mean = (0..<grid.count).map { j in
      functions.reduce(0) { $0 + $1[j] } / Double(functions.count)
    }

    // Whitened magnitudes of each cardinal function, as a triangle.
    let weights = redshifts.map { grid.weights(at: 2 * .log(onePlus: $0) / end - 1) }
    var cardinal = Matrix(
      rows: grid.count, columns: redshifts.count,
      elements: (0..<grid.count).flatMap { j in weights.map { $0[j] } })
    whiten(&cardinal)
    let triangle = cardinal.triangularFactorOfTranspose()
    func whitened(_ function: [Double]) -> [Double] {
      (0..<triangle.rows).map { row in
        (0..<grid.count).reduce(0) { $0 + triangle[row, $1] * (function[$1] - mean[$1]) }
      }
    }
    let images = functions.map(whitened)
    // As many as there are dimensions, so that the directions are a whole basis.
    let repeats = (triangle.rows + images.count - 1) / images.count
    let samples = Array(repeating: images, count: repeats).flatMap(\.self)
    let (basis, _) = Matrix(
      rows: samples.count, columns: triangle.rows, elements: samples.flatMap(\.self)
    ).singularVectorsOfTranspose()
    let amplitudes = images.map { image in
      (0..<triangle.rows).map { j in
        (0..<triangle.rows).reduce(0) { $0 + basis[j, $1] * image[$1] }
      }
    }

    let count = Self.count(of: amplitudes, chiSquared: expected, tolerance)
    self.count = count
    let spreads = (0..<count).map { j in
      (amplitudes.reduce(0) { $0 + $1[j] * $1[j] } / Double(amplitudes.count)).squareRoot()
    }
    self.spreads = spreads

    let rows = (0..<triangle.rows).map { j in
      (0..<grid.count).map { node in
        (0..<triangle.rows).reduce(0) { $0 + basis[j, $1] * triangle[$1, node] }
      }
    }
    forward = Panel(rows: 4 + triangle.rows, columns: grid.count) { row, node in
      row < 4 ? grid.transform[(node + 1) * grid.count - 4 + row] : rows[row - 4][node]
    }
    backward = Panel(rows: grid.count, columns: count) { rows[$1][$0] }
    center = mean + Array(repeating: 0, count: nodes.paddedCount - grid.count)

    // Fⱼ = Σ (F − F₀) qⱼ / Σ qⱼ² over the points.
    let directions = (0..<count).map { j in
      let sum = Double(functions.count) * spreads[j] * spreads[j]
      return (0..<grid.count).map { node in
        zip(functions, amplitudes).reduce(0) { $0 + ($1.0[node] - mean[node]) * $1.1[j] } / sum
      }
    }
    columns = ([mean] + directions).map { function in
      weights.map { zip($0, function).reduce(0) { $0 + $1.0 * $1.1 } }
    }
  }

  /// The number of directions that leave too much out of one in twenty functions at most.
  private static func count(
    of amplitudes: [[Double]], chiSquared: Double, _ tolerance: Double
  ) -> Int {
    let largest = min(largestCount, amplitudes.first?.count ?? 0)
    return (0..<largest).first { count in
      let good = amplitudes.count { amplitude in
        let rest = amplitude.dropFirst(count).reduce(0) { $0 + $1 * $1 }.squareRoot()
        return error(rest, chiSquared) < tolerance
      }
      return Double(good) >= 0.95 * Double(amplitudes.count)
    } ?? largest
  }

  /// The largest change of χ² by a change of whitened residuals of some norm.
  private static func error(_ norm: Double, _ chiSquared: Double) -> Double {
    (2 * chiSquared.squareRoot() + norm) * norm
  }

  /// The bound of the error of χ²; infinite if gradients would suffer.
  ///
  /// - Parameters:
  ///   - product: what `forward` gives.
  ///   - chiSquared: χ² there.
  func error(of product: UnsafePointer<Double>, _ chiSquared: Double) -> Double {
    let last = SIMD4(product[0], product[1], product[2], product[3])
    let truncation = ChebyshevGrid.truncation(last)
    var sum = 0.0
    for row in (4 + count)..<forward.rowCount { sum += product[row] * product[row] }
    return ProjectionNodes.error(truncation, sensitivity, chiSquared)
      + Self.error(sum.squareRoot(), chiSquared)
  }
}
