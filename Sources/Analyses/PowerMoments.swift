import Inference
import LinearAlgebra

/// Mean and covariance of draws in the coordinates of products of powers, and the same without each of several
/// stretches of the draws, for errors by the jackknife.
struct PowerMoments: Sendable {
  /// How many stretches, each much longer than the autocorrelation of usual chains.
  private static let blockCount = 20

  private let blocks: [(weight: Double, moments: WeightedMoments)]
  private let dimension: Int
  /// The share of the weight of draws that have no coordinates.
  let lostShare: Double

  /// The moments of draws; nil without two of them.
  init?(_ chains: [Chain], _ coordinates: [PowerCoordinate]) {
    guard let columns = chains.first?.columns.map(\.name) else { return nil }
    let places = coordinates.compactMap { columns.firstIndex(of: $0.parameter) }
    guard places.count == coordinates.count, !places.isEmpty else { return nil }
    let dimension = places.count
    var (points, weights, lost, sum) = ([Double](), [Double](), 0.0, 0.0)
    for chain in chains {
      for (index, weight) in chain.weights.enumerated() where weight > 0 {
        let draw = chain.draw(index)
        let point = zip(places, coordinates).map { $1(draw[$0]) }
        let isFinite = point.allSatisfy(\.isFinite)
        sum += weight
        if !isFinite { lost += weight }
        points += isFinite ? point : point.map { _ in 0 }
        weights.append(isFinite ? weight : 0)
      }
    }
    guard weights.count(where: { $0 > 0 }) > 1 else { return nil }
    self.dimension = dimension
    lostShare = lost / sum
    let (count, blockCount) = (weights.count, min(Self.blockCount, weights.count))
    blocks = (0..<blockCount).compactMap { block in
      let range = block * count / blockCount..<(block + 1) * count / blockCount
      let own = Array(weights[range])
      let weight = own.reduce(0, +)
      guard weight > 0 else { return nil }
      let rows = points[range.lowerBound * dimension..<range.upperBound * dimension]
      return (weight, WeightedMoments(Array(rows), own, dimension: dimension))
    }
  }

  /// The moments of all draws, or of those outside one of the stretches.
  func moments(without left: Int? = nil) -> (mean: [Double], covariance: Matrix) {
    let kept = blocks.enumerated().filter { $0.offset != left }.map(\.element)
    let sum = kept.reduce(0) { $0 + $1.weight }
    var mean = [Double](repeating: 0, count: dimension)
    for (weight, moments) in kept {
      for i in 0..<dimension { mean[i] += weight / sum * moments.mean[i] }
    }
    var covariance = Matrix(diagonal: mean.map { _ in 0 })
    for (weight, moments) in kept {
      for i in 0..<dimension {
        for j in 0..<dimension {
          let between = (moments.mean[i] - mean[i]) * (moments.mean[j] - mean[j])
          covariance[i, j] += weight / sum * (moments.covariance[i, j] + between)
        }
      }
    }
    return (mean, covariance)
  }

  /// The components, the best measured first, with errors of the exponents by the jackknife; nil where the
  /// covariance has no eigenvectors.
  func components() -> [PowerComponent]? {
    let (mean, covariance) = moments()
    guard var components = PowerComponent.all(mean: mean, covariance: covariance) else {
      return nil
    }
    guard blocks.count > 2 else { return components }
    let others = blocks.indices.compactMap { left in
      let (mean, covariance) = moments(without: left)
      return PowerComponent.all(mean: mean, covariance: covariance)
    }
    for index in components.indices {
      let vectors = others.map { $0[index].exponents(along: components[index]) }
      components[index].exponentErrors = (0..<dimension).map { place in
        let values = vectors.map { $0[place] }
        let middle = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        return (squares * Double(values.count - 1) / Double(values.count)).squareRoot()
      }
    }
    return components
  }
}
