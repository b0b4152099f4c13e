import LinearAlgebra

/// Fisher's linear discriminant of parameters, their squares and their products: the direction in which
/// the means of two sets are furthest apart relative to the spread within them.
///
/// It is the first Newton step of a logistic regression, and all of it where the sets hardly differ.
/// Source: Fisher 1936, Annals of Eugenics 7, 179.
struct FisherDiscriminant {
  private let centers: [Double]
  private let scales: [Double]
  private let direction: [Double]

  /// Nil where the parameters are not finite or do not vary.
  init?(_ first: ClassifierTest.Draws, _ second: ClassifierTest.Draws) {
    let sets = [first, second]
    let raw = sets.map { Self.moments($0) { $0 } }
    centers = zip(raw[0].mean, raw[1].mean).map { 0.5 * ($0 + $1) }
    scales = centers.indices.map { k in
      (0.5 * (raw[0].covariance[k, k] + raw[1].covariance[k, k])).squareRoot()
    }
    // The apparent variation of a constant is rounding.
    guard zip(scales, centers).allSatisfy({ $0 > 1e-12 * abs($1) && $0.isFinite }) else {
      return nil
    }
    let (centers, scales) = (centers, scales)
    let moments = sets.map { set in
      Self.moments(set) { Self.features($0, centers, scales) }
    }
    var within = moments[0].covariance
    within.add(1, moments[1].covariance)
    // A parameter may be a function of others.
    for i in 0..<within.rows { within[i, i] *= 1 + 1e-8 }
    guard let factor = try? Cholesky(within) else { return nil }
    var direction = zip(moments[0].mean, moments[1].mean).map { $0 - $1 }
    var span = direction.mutableSpan
    factor.whiten(&span)
    factor.solveTransposed(&span)
    self.direction = direction
  }

  /// Higher for draws that look more like those of the first set.
  func score(_ draw: [Double]) -> Double {
    zip(direction, Self.features(draw, centers, scales)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func features(
    _ draw: [Double], _ centers: [Double], _ scales: [Double]
  ) -> [Double] {
    let z = draw.indices.map { (draw[$0] - centers[$0]) / scales[$0] }
    var features = z
    for i in z.indices {
      for j in 0...i { features.append(z[i] * z[j]) }
    }
    return features
  }

  private static func moments(
    _ draws: ClassifierTest.Draws, _ features: ([Double]) -> [Double]
  ) -> WeightedMoments {
    let rows = draws.chains.joined().map(features)
    return WeightedMoments(
      rows.flatMap(\.self), Array(draws.weights.joined()), dimension: rows.first?.count ?? 0)
  }
}
