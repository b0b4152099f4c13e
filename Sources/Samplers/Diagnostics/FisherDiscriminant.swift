import LinearAlgebra

/// Fisher's linear discriminant of parameters, their squares and their products: the direction in which
/// the means of two sets are furthest apart, in units of the spread within them.
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
      (0.5 * (raw[0].covariance[k][k] + raw[1].covariance[k][k])).squareRoot()
    }
    // What a constant seems to vary by is rounding.
    guard zip(scales, centers).allSatisfy({ $0 > 1e-12 * abs($1) && $0.isFinite }) else {
      return nil
    }
    let (centers, scales) = (centers, scales)
    let moments = sets.map { set in
      Self.moments(set) { Self.features($0, centers, scales) }
    }
    let count = moments[0].mean.count
    var within = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0...i {
        let element = 0.5 * (moments[0].covariance[i][j] + moments[1].covariance[i][j])
        (within[i * count + j], within[j * count + i]) = (element, element)
      }
      // A parameter may be a function of others.
      within[i * count + i] *= 1 + 1e-8
    }
    guard let factor = try? Cholesky(Matrix(rows: count, columns: count, elements: within)) else {
      return nil
    }
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

  /// Weighted mean, and the lower triangle of the covariance.
  private static func moments(
    _ draws: ClassifierTest.Draws, _ features: ([Double]) -> [Double]
  ) -> (mean: [Double], covariance: [[Double]]) {
    let rows = draws.chains.joined().map(features)
    let weights = Array(draws.weights.joined())
    let sum = weights.reduce(0, +)
    let count = rows.first?.count ?? 0
    var mean = [Double](repeating: 0, count: count)
    for (row, weight) in zip(rows, weights) {
      for k in 0..<count { mean[k] += weight / sum * row[k] }
    }
    var covariance = (0..<count).map { [Double](repeating: 0, count: $0 + 1) }
    for (row, weight) in zip(rows, weights) {
      let change = (0..<count).map { row[$0] - mean[$0] }
      for i in 0..<count {
        let scaled = weight / sum * change[i]
        for j in 0...i { covariance[i][j] += scaled * change[j] }
      }
    }
    return (mean, covariance)
  }
}
