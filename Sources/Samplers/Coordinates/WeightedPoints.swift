import Inference
import LinearAlgebra
import RealModule

/// Points with weights that add up to 1, and what a map is fitted from.
struct WeightedPoints: Sendable {
  /// u, points × dimension.
  let points: [Double]
  let weights: [Double]
  let dimension: Int

  /// Points whose weights are scaled to add up to 1; none if all are zero.
  init(_ points: [Double], weights: [Double], dimension: Int) {
    let sum = weights.reduce(0, +)
    (self.points, self.dimension) = (points, dimension)
    self.weights = weights.map { $0 / sum }
  }

  var count: Int { weights.count }

  /// (Σ W)² / Σ W².
  var effectiveSampleSize: Double { 1 / weights.reduce(0) { $0 + $1 * $1 } }

  /// Fewer points for the same density: heavy ones stay, light ones are kept at random with a common weight,
  /// without bias (Fearnhead & Clifford 2003, J. R. Stat. Soc. B 65, 887).
  func thinned(to wanted: Int, using generator: inout some RandomNumberGenerator) -> WeightedPoints
  {
    let heaviest = weights.indices.filter { weights[$0] > 0 }
      .sorted { (weights[$0], $1) > (weights[$1], $0) }
    guard heaviest.count > wanted else {
      return picking(heaviest.sorted().map { ($0, weights[$0]) })
    }
    // Those above the threshold c stay, with c such that the others are Σ w / c draws.
    var (rest, kept) = (1.0, 0)
    while kept < wanted, weights[heaviest[kept]] * Double(wanted - kept) >= rest {
      rest -= weights[heaviest[kept]]
      kept += 1
    }
    let light = heaviest[kept...].sorted()
    let threshold = rest / Double(max(1, wanted - kept))
    let chosen = systematicResample(
      light.map { weights[$0] }, count: wanted - kept, start: generator.nextUniform())
    return picking(
      heaviest[..<kept].map { ($0, weights[$0]) } + chosen.map { (light[$0], threshold) })
  }

  private func picking(_ chosen: [(index: Int, weight: Double)]) -> WeightedPoints {
    WeightedPoints(
      chosen.flatMap { points[$0.index * dimension..<($0.index + 1) * dimension] },
      weights: chosen.map(\.weight), dimension: dimension)
  }

  /// The frame of the points: their mean and principal axes; nil if they do not span the space.
  var frame: (mean: [Double], covariance: Matrix, coordinates: WhiteningCoordinates)? {
    let moments = WeightedMoments(points, weights, dimension: dimension)
    var covariance = moments.covariance
    let spread = covariance.diagonal.reduce(0, +)
    guard spread > 0, spread.isFinite else { return nil }
    // A few heavy points lie in a plane but for rounding.
    covariance.add(1e-12 * spread, .identity(dimension))
    guard
      let coordinates = try? WhiteningCoordinates(mean: moments.mean, covariance: covariance)
    else { return nil }
    return (moments.mean, covariance, coordinates)
  }
}
