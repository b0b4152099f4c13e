import Foundation
import Inference
import TestSupport
import Testing

/// Coordinates in which every prior is N(0, 1).
@Suite struct StandardNormalCoordinateTests {
  static let priors: [Prior] = [
    .uniform(lower: 0, upper: 1), .uniform(lower: -3, upper: 0.3),
    .normal(mean: -19, standardDeviation: 0.5),
    .softUniform(center: 0, halfWidth: 3, sharpness: 1),
    .softUniform(center: 1.5, halfWidth: 2, sharpness: 40),
    .softUniform(center: 0, halfWidth: 0.001, sharpness: 1),
    .logNormal(logMean: -0.3, logStandardDeviation: 0.4),
  ]

  @Test("prior and Jacobian make N(0, 1), in both tails too", arguments: priors)
  func density(prior: Prior) {
    for u in stride(from: -37.0, through: 37, by: 0.5) {
      let image = Transform.standardNormal(prior)(u)
      let logDensity = prior.logDensity(at: image.value).value + image.logJacobian
      let exact = -0.5 * u * u - 0.5 * .log(2 * .pi)
      #expect(abs(logDensity - exact) <= 1e-13 * max(1, abs(exact)), "at \(u)")
      let slope =
        prior.logDensity(at: image.value).derivative * image.derivative
        + image.logJacobianDerivative
      #expect(abs(slope + u) <= 1e-12 * max(1, abs(u)), "at \(u)")
    }
  }

  @Test("derivative and log-Jacobian belong to the value", arguments: priors)
  func derivatives(prior: Prior) {
    let transform = Transform.standardNormal(prior)
    for u in stride(from: -5.0, through: 5, by: 0.5) {
      let image = transform(u)
      func slope(_ step: Double, _ part: KeyPath<Transform.Image, Double>) -> Double {
        func difference(_ step: Double) -> Double {
          (transform(u + step)[keyPath: part] - transform(u - step)[keyPath: part]) / (2 * step)
        }
        return (4 * difference(step / 2) - difference(step)) / 3
      }
      // A value near 19 has rounding of its own.
      #expect(abs(slope(1e-3, \.value) - image.derivative) < 1e-9 * max(1e-2, image.derivative))
      #expect(abs(slope(1e-3, \.logJacobian) - image.logJacobianDerivative) < 1e-8)
      #expect(abs(image.logJacobian - .log(image.derivative)) < 1e-12)
    }
  }

  @Test("the coordinate of the image is the point", arguments: priors)
  func inverse(prior: Prior) {
    let transform = Transform.standardNormal(prior)
    for u in stride(from: -37.0, through: 37, by: 0.5) {
      // A parameter next to an edge that is not zero has no digits left for the distance to it.
      if let flat = prior.density as? UniformPrior, u > 5 || (u < -5 && flat.lower != 0) {
        continue
      }
      let back = transform.coordinate(of: transform(u).value)
      #expect(abs(back - u) < 1e-9 * max(1, abs(u)), "at \(u)")
    }
  }

  @Test("a soft-uniform parameter is where the integral of its density says")
  func softUniform() {
    let prior = Prior.softUniform(center: 1.5, halfWidth: 2, sharpness: 4)
    for u in [-3.0, -1, 0, 0.7, 2.5] {
      let end = Transform.standardNormal(prior)(u).value
      // Simpson's rule from where the density is 1e-22.
      let (start, count) = (-13.0, 200_000)
      let step = (end - start) / Double(count)
      var sum = 0.0
      for i in 0...count {
        let weight = i == 0 || i == count ? 1.0 : (i % 2 == 1 ? 4 : 2)
        sum += weight * .exp(prior.logDensity(at: start + step * Double(i)).value)
      }
      #expect(abs(sum * step / 3 - NormalDistribution.probability(below: u)) < 1e-11)
    }
  }

  @Test("far out nothing is NaN", arguments: priors)
  func farOut(prior: Prior) throws {
    let posterior = try Posterior(
      ParameterSpace([Parameter("x", prior: prior)], coordinates: .standardNormal))
    for u in [-1e300, -1e80, -1000, -39, -37.5, 37.5, 39, 1000, 1e80, 1e300] {
      let (value, gradient) = posterior.logDensityAndGradient(at: [u])
      #expect(!value.isNaN && value < -600, "\(value) at \(u)")
      #expect(value == -.infinity || gradient[0].isFinite, "\(gradient) at \(u)")
    }
  }

  @Test("log Φ is that of mpmath, down to where Φ has underflowed")
  func logProbability() {
    // mpmath 1.4.1, log(erfc(-x/√2)/2) with 40 digits.
    for (x, exact) in Self.logProbabilities {
      #expect(abs(NormalDistribution.logProbability(below: x) / exact - 1) < 1e-14, "at \(x)")
    }
  }

  static let logProbabilities: [(Double, Double)] = [
    (3, -0.0013508099647481938), (0.5, -0.368946415288656393), (-1, -1.84102164500926351),
    (-8, -35.0134371599145499), (-36.5, -670.642000000313701), (-37.5, -707.668989317507191),
    (-50, -1254.8313611394199), (-1000, -500007.826694812184),
  ]

  @Test("a posterior is the same density in either coordinates")
  func posteriors() throws {
    let space = try ParameterSpace(PosteriorTests.parameters)
    let natural = try Posterior(space, PosteriorTests.Line(), PosteriorTests.SlopePenalty())
    let probit = try Posterior(
      space.standardised, PosteriorTests.Line(), PosteriorTests.SlopePenalty())
    #expect(probit.space.coordinates == .standardNormal && space.coordinates == .natural)
    var random = RandomStream(seed: 4, "probit")
    for _ in 0..<50 {
      let u = (0..<3).map { _ in 2.4 * random.nextUniform() - 1.2 }
      #expect(gradientError(of: probit, at: u) < 1e-8)
      let there = probit.draw(at: u, logDensity: probit.logDensityAndGradient(at: u).logDensity)
      let q = zip(space.free, there.values).map { $0.transform.coordinate(of: $1) }
      let here = natural.draw(at: q, logDensity: natural.logDensityAndGradient(at: q).logDensity)
      for (a, b) in zip(here.values, there.values) { #expect(abs(a - b) < 1e-12) }
      #expect(abs(here.logDensity - there.logDensity) < 1e-10)
      let parts = probit.parts(at: u).reduce(0) { $0 + $1.value }
      #expect(abs(parts - probit.logDensityAndGradient(at: u).logDensity) < 1e-11)
    }
    // Starting points are standard normal.
    let starts = (0..<20_000).map { _ in probit.startingPoint(using: &random)[1] }
    let mean = starts.reduce(0, +) / 20_000
    let square = starts.reduce(0) { $0 + $1 * $1 } / 20_000
    #expect(abs(mean) < 4 / 20_000.0.squareRoot() && abs(square - 1) < 4 * 0.01)
  }
}
