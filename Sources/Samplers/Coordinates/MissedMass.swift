import Inference
import LinearAlgebra

/// Densities for what a mixture misses: corners in which weighted points have far more mass than it
/// gives them.
///
/// A map is accurate where most of the mass is; a thousandth of it in a thin corner hardly changes its
/// likelihood, but dominates the weights. Points at which the target is more than twice the mixture
/// are sorted into clusters, and each becomes a Student t density.
enum MissedMass {
  /// The densities, none where nothing is missed.
  ///
  /// - Parameters:
  ///   - sample: the points, with weights that add up to 1.
  ///   - logRatios: log (target / mixture) of each, with an integral of 1 of both.
  ///   - count: how many clusters at most.
  static func densities(
    _ sample: WeightedPoints, logRatios: [Double], count: Int
  ) -> [StudentDensity] {
    let dimension = sample.dimension
    let excess = zip(sample.weights, logRatios).map { weight, logRatio in
      weight > 0 && logRatio > .log(2) ? weight * (1 - 2 * .exp(-logRatio)) : 0
    }
    let missed = excess.indices.filter { excess[$0] > 0 }
    guard missed.count >= 4 * dimension, excess.reduce(0, +) > 1e-5 else { return [] }
    let points = WeightedPoints(
      missed.flatMap { sample.points[$0 * dimension..<($0 + 1) * dimension] },
      weights: missed.map { excess[$0] }, dimension: dimension)
    return points.clusters(count).compactMap { cluster in
      guard cluster.count >= 3 * dimension, cluster.effectiveSampleSize > 1 + Double(dimension),
        let frame = cluster.frame
      else { return nil }
      return try? StudentDensity(
        mean: frame.mean, covariance: frame.covariance, stretch: 1.2, freedom: 4)
    }
  }
}

extension ProposalMixture {
  /// The mixture with more densities.
  ///
  /// - Parameter share: that of all of them, relative to the rest.
  func adding(_ densities: [StudentDensity], share: Double) -> ProposalMixture {
    ProposalMixture(
      parts + densities.map { .student($0) },
      shares: shares + densities.map { _ in share / Double(densities.count) },
      dimension: dimension)
  }
}

extension WeightedPoints {
  /// The points sorted by the nearest of some centers (k-means, in units of the standard deviations),
  /// which begin far from each other.
  func clusters(_ count: Int) -> [WeightedPoints] {
    guard let frame else { return [] }
    let scales = frame.covariance.diagonal.map { 1 / $0.squareRoot() }
    func distance(_ index: Int, _ center: [Double]) -> Double {
      var sum = 0.0
      for i in 0..<dimension {
        let difference = (points[index * dimension + i] - center[i]) * scales[i]
        sum += difference * difference
      }
      return sum
    }
    func point(_ index: Int) -> [Double] {
      Array(points[index * dimension..<(index + 1) * dimension])
    }
    guard let heaviest = weights.indices.max(by: { weights[$0] < weights[$1] }) else { return [] }
    var centers = [point(heaviest)]
    while centers.count < count {
      let far = weights.indices.max { a, b in
        func score(_ index: Int) -> Double {
          weights[index] * (centers.map { distance(index, $0) }.min() ?? 0)
        }
        return score(a) < score(b)
      }
      guard let far else { break }
      centers.append(point(far))
    }
    var owners = [Int](repeating: 0, count: weights.count)
    for _ in 0..<10 {
      for index in weights.indices {
        owners[index] =
          centers.indices.min { distance(index, centers[$0]) < distance(index, centers[$1]) } ?? 0
      }
      for center in centers.indices {
        let own = weights.indices.filter { owners[$0] == center }
        let sum = own.reduce(0) { $0 + weights[$1] }
        guard sum > 0 else { continue }
        centers[center] = (0..<dimension).map { i in
          own.reduce(0) { $0 + weights[$1] * points[$1 * dimension + i] } / sum
        }
      }
    }
    return centers.indices.map { center in
      let own = weights.indices.filter { owners[$0] == center }
      return WeightedPoints(
        own.flatMap { point($0) }, weights: own.map { weights[$0] }, dimension: dimension)
    }
  }
}
