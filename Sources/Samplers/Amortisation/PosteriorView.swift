import Inference
import LinearAlgebra
import RealModule

/// A posterior as an amortised flow sees it: from its mode, in coordinates of curvature 1.
struct PosteriorView: Sendable {
  let posterior: any LogDensity
  let coordinates: WhiteningCoordinates
  private let wide: ProposalMixture
  /// m and log |aᵢ|.
  let summary: [Double]

  /// Starting points besides the mean of the prior, where that leads to no mode.
  private static let starts = 4

  /// Finds the mode; nil where there is none.
  init?(_ posterior: any LogDensity) {
    let dimension = posterior.dimension
    var generator = RandomStream(seed: 1, "starts of amortised modes")
    var found = try? LaplaceApproximation(
      posterior, from: [Double](repeating: 0, count: dimension))
    for _ in 0..<Self.starts where found == nil {
      found = try? LaplaceApproximation(
        posterior, from: (0..<dimension).map { _ in generator.nextStandardNormal() })
    }
    guard let laplace = found,
      let coordinates = try? WhiteningCoordinates(
        mean: laplace.mode, covariance: laplace.covariance, order: Array(0..<dimension)),
      let wide = try? ProposalMixture.wide(mean: laplace.mode, covariance: laplace.covariance)
    else { return nil }
    self.posterior = posterior
    self.coordinates = coordinates
    self.wide = wide
    summary =
      laplace.mode + laplace.covariance.diagonal.map { 0.5 * .log($0) }
  }

  /// Coordinates of draws of a wide density around the mode.
  func wideDraws(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Double] {
    (0..<count).flatMap { _ in
      var point = [Double](repeating: 0, count: wide.dimension)
      var span = point.mutableSpan
      wide.sample(into: &span, using: &generator)
      return coordinates.coordinates(of: point).coordinates
    }
  }

  /// Draws of a flow, and of the wide density with a share of all.
  func weigh(
    _ drawn: FlowDraws, _ wideDrawn: FlowDraws, _ flow: NeuralHamiltonianFlow, share: Double
  ) -> AmortisedPosterior.Draws {
    let target = TransformedDensity(posterior, in: coordinates)
    let proposal = FlowProposal(target, flow: flow, wide: wide, share: share)
    let draws = proposal.weigh(drawn, wideDrawn)
    // The density of a mixture with N(0, I) in the place of the flow; the wide part is what is left of that with the flow.
    let laplace = draws.coordinates.indices.map { index in
      let x = draws.coordinates[index]
      let squares = x.reduce(0) { $0 + $1 * $1 }
      let normal = -0.5 * (squares + Double(x.count) * .log(2 * .pi))
      let ofWide = 1 - (1 - share) * draws.controls[index]
      let wide = draws.logDensities[index] - draws.logWeights[index] + .log(max(0, ofWide))
      return (
        draws.logWeights[index],
        logSum(.log(1 - share) + normal, wide) - draws.logDensities[index]
      )
    }
    return AmortisedPosterior.Draws(
      points: draws.coordinates.map { coordinates.point(at: $0).point },
      weights: ImportanceWeights(draws.logWeights),
      laplaceEfficiency: Self.efficiency(ofRatios: laplace))
  }

  /// The efficiency of draws from q for π, 1 / E_π[π / q] for densities of norm 1, estimated at weighted draws of π.
  private static func efficiency(ofRatios draws: [(logWeight: Double, logRatio: Double)]) -> Double
  {
    let largest = draws.map(\.logWeight).reduce(-.infinity, max)
    let weights = draws.map { Double.exp($0.logWeight - largest) }
    let sum = weights.reduce(0, +)
    let logEvidence = largest + .log(sum / Double(draws.count))
    let mean = zip(weights, draws).reduce(0) { total, pair in
      pair.0 > 0 ? total + pair.0 / sum * .exp(-pair.1.logRatio - logEvidence) : total
    }
    return 1 / mean
  }
}

extension FlowDraws {
  /// Some of the draws.
  func taking(_ range: Range<Int>, _ flow: NeuralHamiltonianFlow) -> FlowDraws {
    let dimension = flow.dimension
    let numbers = range.lowerBound * dimension..<range.upperBound * dimension
    return FlowDraws(
      points: PhasePoints(
        positions: Array(points.positions[numbers]), momenta: Array(points.momenta[numbers])),
      logFlow: Array(logFlow[range]), logFinalMomentum: Array(logFinalMomentum[range]))
  }
}
