import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct ProjectionTests {
  /// Redshifts as in a large compilation, with a dense covariance.
  static func synthetic(_ count: Int, quantity: SupernovaSample.Quantity = .distanceModulus)
    -> SupernovaSample
  {
    var random = RandomStream(seed: 5, "synthetic")
    let redshifts = (0..<count).map { _ in 0.01 * pow(226, random.nextUniform()) }
    let universe = Universe(FlatLambdaCDM(), [0.33], h: 0.7)
    let moduli = redshifts.map {
      universe.distanceModulus(redshift: $0) + 0.15 * random.nextStandardNormal()
    }
    var elements = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        let distance = log(redshifts[i] / redshifts[j])
        elements[i * count + j] = 0.002 * exp(-distance * distance) + (i == j ? 0.0225 : 0)
      }
    }
    return SupernovaSample(
      redshifts: redshifts, magnitudes: moduli, quantity: quantity,
      covariance: .total(Matrix(rows: count, columns: count, elements: elements)))
  }

  private func check<Model: ExpansionModel>(
    _ model: Model, _ sample: SupernovaSample, _ offset: OffsetTreatment = .marginalised
  ) throws {
    let ranges: [String: (Double, Double)] = [
      "omega_m": (0, 1), "omega_k": (-0.8, 0.8), "w": (-3, 0.3), "w0": (-3, 1), "wa": (-3, 2),
      "h": (0.4, 1),
    ]
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(model, redshifts: sample.flowRedshifts), offset: offset)
    let space = try ParameterSpace(
      direct.parameterNames.map { name in
        let (lower, upper) = try #require(ranges[name])
        return Parameter(name, prior: .uniform(lower: lower, upper: upper))
      })
    let projected = ProjectedSupernovaLikelihood(direct, over: space)
    var random = RandomStream(seed: 7, "prior points")
    var (largest, largestSlope, valid, same) = (0.0, 0.0, 0, 0)
    for index in 0..<1000 {
      var point = space.parameters.map { $0.prior.sample(using: &random) }
      if index < 1 << point.count {
        for (bit, parameter) in space.parameters.enumerated() {
          let (lower, upper) = parameter.prior.support
          point[bit] = (index >> bit) & 1 == 1 ? upper - 1e-6 : lower + 1e-6
        }
      }
      var (a, b) = (point, point)
      var spanA = a.mutableSpan
      var spanB = b.mutableSpan
      let exact = direct.logLikelihood(at: point.span, gradient: &spanA)
      let fast = projected.logLikelihood(at: point.span, gradient: &spanB)
      guard exact.isFinite else {
        #expect(fast == exact)
        continue
      }
      valid += 1
      if exact == fast { same += 1 }
      largest = max(largest, abs(exact - fast))
      let size = a.reduce(0) { max($0, abs($1)) }
      for (x, y) in zip(a, b) { largestSlope = max(largestSlope, abs(x - y) / size) }
    }
    #expect(projected.quality.largestError < 1e-6 && projected.quality.coverage > 0.8)
    #expect(valid > 900 && same < valid / 4, "the projection answers most of the time")
    #expect(largest < 1e-6)
    #expect(largestSlope < 1e-5)
  }

  @Test("the projection is the direct path")
  func models() throws {
    for sample in [Self.synthetic(40), Self.synthetic(600)] {
      try check(FlatLambdaCDM(), sample, .sampled)
      try check(FlatLambdaCDM(), sample)
      try check(LambdaCDM(), sample)
      try check(FlatWCDM(), sample)
      try check(WCDM(), sample)
      try check(FlatW0WaCDM(), sample, .sampled)
      try check(W0WaCDM(), sample)
    }
  }
}
