import Inference
import Testing

@Suite struct PriorTests {
  static let priors: [Prior] = [
    .uniform(lower: -2, upper: 0.5), .normal(mean: 1, standardDeviation: 0.3),
    .softUniform(center: 0, halfWidth: 3, sharpness: 1),
    .softUniform(center: 1.5, halfWidth: 2, sharpness: 4),
    .logNormal(logMean: -0.3, logStandardDeviation: 0.4),
  ]

  @Test("every density integrates to one", arguments: priors)
  func normalization(prior: Prior) {
    // The trapezoidal rule converges exponentially for densities that vanish at both ends; the
    // uniform one gets its interval.
    let support = prior.support
    let (lower, upper) = (max(support.lower, -45), min(support.upper, 45))
    let count = 200_000
    let step = (upper - lower) / Double(count)
    var sum = 0.0
    for i in 0...count {
      let weight = i == 0 || i == count ? 0.5 : 1
      sum += weight * .exp(prior.logDensity(at: lower + step * Double(i)).value)
    }
    #expect(abs(sum * step - 1) < 1e-10)
  }

  @Test(
    "the soft-uniform density equals values by scipy's quadrature",
    arguments: [
      (0.0, 3.0, 1.0, 0.0, -1.8914160017444985), (0, 3, 1, 2.5, -2.272396726047692),
      (0, 3, 1, -4, -3.108414452569012), (1.5, 2, 4, 0, -1.513223316226418),
      (1.5, 2, 4, 2.5, -1.4044505457663592), (1.5, 2, 4, -4, -15.38629530518354),
    ])
  func softUniform(center: Double, halfWidth: Double, sharpness: Double, x: Double, exact: Double) {
    let prior = Prior.softUniform(center: center, halfWidth: halfWidth, sharpness: sharpness)
    #expect(abs(prior.logDensity(at: x).value - exact) < 1e-12)
  }

  @Test("the derivative belongs to the log density", arguments: priors)
  func derivative(prior: Prior) {
    for x in [-1.3, -0.2, 0.4] where prior.logDensity(at: x).value > -.infinity {
      let step = 1e-5
      let slope =
        (prior.logDensity(at: x + step).value - prior.logDensity(at: x - step).value) / (2 * step)
      #expect(abs(prior.logDensity(at: x).derivative - slope) < 1e-6)
    }
  }

  @Test(
    "draws have the mean and variance of the density",
    arguments: zip(
      priors, [(-0.75, 2.5 / 12.0.squareRoot()), (1, 0.3), (0, 2.50800), (1.5, 1.24021)]))
  func sampling(prior: Prior, moments: (mean: Double, deviation: Double)) {
    var random = RandomStream(seed: 11, "prior test")
    let count = 40_000
    let draws = (0..<count).map { _ in prior.sample(using: &random) }
    let mean = draws.reduce(0, +) / Double(count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    let standardError = moments.deviation / Double(count).squareRoot()
    #expect(abs(mean - moments.mean) < 4 * standardError)
    // The standard error of the standard deviation is this for a normal density, and at most twice
    // it for these.
    #expect(abs(variance.squareRoot() - moments.deviation) < 4 * standardError * 2.0.squareRoot())
  }

  @Test("outside a uniform prior the log density is minus infinity")
  func outside() {
    let prior = Prior.uniform(lower: 0, upper: 1)
    #expect(prior.logDensity(at: -0.01).value == -.infinity)
    #expect(prior.logDensity(at: 1.01).value == -.infinity)
    #expect(prior.logDensity(at: .nan).value == -.infinity)
  }

  @Test(
    "numbers that are no density are found",
    arguments: [
      .uniform(lower: 1, upper: 0), .uniform(lower: 0, upper: 0),
      .uniform(lower: 0, upper: .infinity),
      .uniform(lower: .nan, upper: 1), .normal(mean: 0, standardDeviation: 0),
      .normal(mean: .infinity, standardDeviation: 1),
      .softUniform(center: 0, halfWidth: -1, sharpness: 1),
      .softUniform(center: 0, halfWidth: 1, sharpness: 0), .fixed(.nan),
    ] as [Prior])
  func invalid(prior: Prior) throws {
    #expect(!prior.isValid)
    #expect(throws: ModelError.self) {
      try ParameterSpace([Parameter("x", prior: prior), Parameter("y", prior: .fixed(1))])
    }
  }
}
