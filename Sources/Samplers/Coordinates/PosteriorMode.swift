import Inference
import LinearAlgebra
import RealModule

/// A mode of a posterior: its maximum, and the normal density with its curvature there.
///
/// In coordinates in which the prior is N(0, I), whose curvature 1 is the least that a maximum can have except
/// for what the likelihood takes away: eigenvalues below ½ are raised to ½.
struct PosteriorMode: Sendable {
  let position: [Double]
  /// The log density there.
  let logDensity: Double
  /// −∇∇ log density.
  let precision: Matrix
  /// The inverse.
  let covariance: Matrix
  /// log of the integral of the normal density.
  let logMass: Double

  /// Optimises from a point at which the density is finite; stops early if that takes long, and is nil if
  /// it leads to nothing.
  init?(_ density: any LogDensity, from start: [Double]) {
    // Curvatures are learned one step after the other.
    let minimizer = QuasiNewtonMinimizer(
      maximumIterations: start.count > 9 ? 20 * start.count : 60, gradientTolerance: 1e-4,
      decreaseTolerance: 1e-3, firstStep: 0.5)
    let top = minimizer.mode(of: density, from: start)
    self.init(density, at: top.position, logDensity: -top.value)
  }

  /// The curvature at a point, by 2 D gradients.
  private init?(_ density: any LogDensity, at point: [Double], logDensity: Double) {
    guard logDensity.isFinite, point.allSatisfy(\.isFinite) else { return nil }
    let count = point.count
    var hessian = LaplaceApproximation.negativeHessian(
      density, at: point, steps: point.map { 1e-4 * max(1, abs($0)) })
    for i in 0..<count where !(0..<count).allSatisfy({ hessian[i, $0].isFinite }) {
      // Beside a wall only the curvature of the prior is available.
      for j in 0..<count { (hessian[i, j], hessian[j, i]) = (0, 0) }
      hessian[i, i] = 1
    }
    guard let (values, vectors) = hessian.symmetricEigenvectors() else { return nil }
    let zero = Matrix(diagonal: point.map { _ in 0 })
    var (precision, covariance, logDeterminant) = (zero, zero, 0.0)
    for (k, value) in values.enumerated() {
      let curvature = max(0.5, value)
      logDeterminant += .log(curvature)
      for i in 0..<count {
        for j in 0..<count {
          let product = vectors[k, i] * vectors[k, j]
          precision[i, j] += curvature * product
          covariance[i, j] += product / curvature
        }
      }
    }
    (position, self.logDensity) = (point, logDensity)
    (self.precision, self.covariance) = (precision, covariance)
    logMass = logDensity + 0.5 * (Double(count) * .log(2 * .pi) - logDeterminant)
  }

  /// (u − maximum)ᵀ H (u − maximum).
  func squaredDistance(to point: [Double]) -> Double {
    precision.quadraticForm(zip(point, position).map { $0 - $1 })
  }

  /// The modes among the end points of several ascents, the highest first.
  ///
  /// Ends more than 12 nats below the best are left out. An end belongs to an earlier mode if it is near in terms of
  /// its curvature, or if no valley of 3 nats or more separates them, along the straight line or a string
  /// that is pulled uphill from it.
  static func distinct(_ ends: [PosteriorMode], of density: any LogDensity) -> [PosteriorMode] {
    let sorted = ends.sorted { $0.logDensity > $1.logDensity }
    guard let best = sorted.first else { return [] }
    var modes: [PosteriorMode] = []
    for end in sorted where end.logDensity > best.logDensity - 12 {
      let isKnown = modes.contains { mode in
        let allowance =
          4 * Double(end.position.count) + 4 * max(0, mode.logDensity - end.logDensity)
        return mode.squaredDistance(to: end.position) < allowance
          || !hasValley(density, mode, end)
      }
      if !isKnown { modes.append(end) }
    }
    return modes
  }

  private static let stringCount = 24

  /// Whether the log density drops by more than 3 nats on the way from one maximum to another.
  private static func hasValley(
    _ density: any LogDensity, _ a: PosteriorMode, _ b: PosteriorMode
  ) -> Bool {
    let count = a.position.count
    var string = (0..<stringCount).map { index -> [Double] in
      let t = Double(index) / Double(stringCount - 1)
      return (0..<count).map { (1 - t) * a.position[$0] + t * b.position[$0] }
    }
    let floor = min(a.logDensity, b.logDensity) - 3
    for step in 0...10 {
      let values = string.map { density.logDensityAndGradient(at: $0) }
      if values.allSatisfy({ $0.logDensity > floor }) { return false }
      if step == 10 { break }
      for index in 1..<stringCount - 1 where values[index].logDensity.isFinite {
        // Across the string only, by at most half the distance of its points.
        let along = zip(string[index + 1], string[index - 1]).map { $0 - $1 }
        let length = max(norm(along), 1e-12)
        var across = values[index].gradient
        let part = zip(across, along).reduce(0) { $0 + $1.0 * $1.1 } / (length * length)
        for i in 0..<count { across[i] -= part * along[i] }
        let size = norm(across)
        guard size > 0, size.isFinite else { continue }
        let scale = min(0.25 * length / size, 0.2)
        for i in 0..<count { string[index][i] += scale * across[i] }
      }
      string = equallySpaced(string)
    }
    return true
  }

  /// The same polygon with its points at equal distances.
  private static func equallySpaced(_ points: [[Double]]) -> [[Double]] {
    var lengths = [0.0]
    for (a, b) in zip(points, points.dropFirst()) {
      lengths.append(lengths[lengths.count - 1] + norm(zip(a, b).map { $0 - $1 }))
    }
    let total = lengths[lengths.count - 1]
    guard total > 0 else { return points }
    var segment = 0
    return points.indices.map { index in
      let place = total * Double(index) / Double(points.count - 1)
      while segment < points.count - 2, lengths[segment + 1] < place { segment += 1 }
      let width = lengths[segment + 1] - lengths[segment]
      let t = width > 0 ? min(1, max(0, (place - lengths[segment]) / width)) : 0
      return zip(points[segment], points[segment + 1]).map { (1 - t) * $0 + t * $1 }
    }
  }

  private static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
