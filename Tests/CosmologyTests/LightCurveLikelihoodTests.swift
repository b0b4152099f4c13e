import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

@Suite struct LightCurveLikelihoodTests {
  /// Thirty supernovae with errors of all kinds; blocks between them if asked.
  static func sample(blocks: Bool) -> LightCurveSample {
    var random = RandomStream(seed: 8, "light curves")
    let universe = Universe(FlatLambdaCDM(), [0.3], h: 0.7)
    let count = 30
    let supernovae = (0..<count).map { index in
      let z = 0.02 + 0.03 * Double(index)
      let (shape, color) = (random.nextStandardNormal(), 0.1 * random.nextStandardNormal())
      let isMassive = index % 3 == 0
      return LightCurveSample.Supernova(
        redshift: z, heliocentricRedshift: z + 0.0005,
        magnitude: universe.distanceModulus(redshift: z, heliocentric: z + 0.0005) - 19.1
          - 0.14 * shape + 3.1 * color - (isMassive ? 0.07 : 0)
          + 0.12 * random.nextStandardNormal(),
        shape: shape, color: color, magnitudeVariance: 0.012, shapeVariance: 0.04,
        colorVariance: 0.001, magnitudeShapeCovariance: 0.002, magnitudeColorCovariance: 0.0005,
        shapeColorCovariance: -0.001, hasMassiveHost: isMassive)
    }
    guard blocks else { return LightCurveSample(supernovae) }
    let sizes: [LightCurveSample.Block: Double] = [
      .magnitude: 0.002, .shape: 0.003, .color: 2e-4, .magnitudeShape: 1e-4,
      .magnitudeColor: -1e-4, .shapeColor: 5e-5,
    ]
    return LightCurveSample(
      supernovae,
      blocks: sizes.mapValues { size in
        Matrix(
          rows: count, columns: count,
          elements: (0..<count * count).map { index in
            let (i, j) = (Double(index / count), Double(index % count))
            return size * exp(-abs(i - j) / 5)
          })
      })
  }

  private func likelihood(
    blocks: Bool, _ offset: OffsetTreatment = .sampled
  ) -> LightCurveLikelihood<ModelDistances<FlatLambdaCDM>> {
    let sample = Self.sample(blocks: blocks)
    return LightCurveLikelihood(
      sample,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
      offset: offset)
  }

  /// χ² of flat ΛCDM by the formula written out, one pair of supernovae after the other.
  static func naiveChiSquared(
    _ sample: LightCurveSample, matter: Double, _ a: Double, _ b: Double, zero: Double,
    step: Double
  ) throws -> Double {
    let universe = Universe(FlatLambdaCDM(), [matter], h: 0.7)
    var residuals = sample.supernovae.map { s -> Double in
      let modulus = universe.distanceModulus(
        redshift: s.redshift, heliocentric: s.heliocentricRedshift)
      let model = modulus + zero + (s.hasMassiveHost ? step : 0) - a * s.shape + b * s.color
      return s.magnitude - model
    }
    var matrix = Matrix(diagonal: [Double](repeating: 0, count: sample.count))
    for i in 0..<sample.count {
      for j in 0..<sample.count {
        func block(_ name: LightCurveSample.Block) -> Double { sample.blocks[name]?[i, j] ?? 0 }
        var element = block(.magnitude)
        element += a * a * block(.shape)
        element += b * b * block(.color)
        element += 2 * a * block(.magnitudeShape)
        element -= 2 * b * block(.magnitudeColor)
        element -= 2 * a * b * block(.shapeColor)
        if i == j {
          let s = sample.supernovae[i]
          element += s.magnitudeVariance
          element += a * a * s.shapeVariance
          element += b * b * s.colorVariance
          element += 2 * a * s.magnitudeShapeCovariance
          element -= 2 * b * s.magnitudeColorCovariance
          element -= 2 * a * b * s.shapeColorCovariance
        }
        matrix[i, j] = element
      }
    }
    let factor = try Cholesky(matrix)
    var span = residuals.mutableSpan
    factor.whiten(&span)
    return residuals.reduce(0) { $0 + $1 * $1 }
  }

  @Test("log L is the formula written out, one pair of supernovae after the other")
  func naiveTwin() throws {
    let likelihood = likelihood(blocks: true)
    #expect(likelihood.parameterNames == ["omega_m", "alpha", "beta", "M", "delta_M"])
    for (matter, a, b, zero, step) in [(0.3, 0.14, 3.1, -19.1, -0.07), (0.6, 0.5, 2, -19, 0.1)] {
      let chiSquared = try Self.naiveChiSquared(
        likelihood.sample, matter: matter, a, b, zero: zero, step: step)
      // No log det C.
      let normalisation = Double(likelihood.sample.count) * log(2 * .pi)
      let exact = -0.5 * (chiSquared + normalisation)
      #expect(abs(likelihood.evaluate(at: [matter, a, b, zero, step]).value - exact) < 1e-8)
      #expect(abs(likelihood.chiSquared(at: [matter, a, b, zero, step]) / chiSquared - 1) < 1e-10)
    }
  }

  @Test(
    "standardised moduli are those of the formula, and have the χ² of their light curves",
    arguments: [false, true])
  func standardised(blocks: Bool) throws {
    let sampled = likelihood(blocks: blocks)
    let distances = sampled.distances
    let point = [0.3, 0.14, 3.1, -19.1, -0.07]
    let moduli = try #require(sampled.standardised(at: point))
    for (modulus, curve) in zip(moduli.magnitudes, sampled.sample.supernovae) {
      let exact =
        curve.magnitude + 0.14 * curve.shape - 3.1 * curve.color + 19.1
        + (curve.hasMassiveHost ? 0.07 : 0)
      #expect(abs(modulus - exact) < 1e-12)
    }
    let others = try SupernovaLikelihood(moduli, distances: distances, offset: .sampled)
    let chiSquared = sampled.chiSquared(at: point)
    #expect(abs(others.chiSquared(at: [0.3, 0.7]) / chiSquared - 1) < 1e-10)

    // Marginalised offsets have the values that no others have a smaller χ² than.
    let marginalised = likelihood(blocks: blocks, .marginalised)
    let best = try #require(marginalised.standardised(at: [0.3, 0.14, 3.1]))
    let differences = zip(moduli.magnitudes, best.magnitudes).map { $0 - $1 }
    let absolute = point[3] + differences[1]
    let step = point[4] + differences[0] - differences[1]
    let smallest = marginalised.chiSquared(at: [0.3, 0.14, 3.1])
    let there = sampled.chiSquared(at: [0.3, 0.14, 3.1, absolute, step])
    #expect(abs(there / smallest - 1) < 1e-10)
    #expect(smallest < chiSquared)
    #expect(sampled.standardised(at: [0.3, .nan, 3.1, -19.1, -0.07]) == nil)
  }

  @Test("gradients equal central differences, for all treatments", arguments: [false, true])
  func gradients(blocks: Bool) throws {
    for offset in OffsetTreatment.allCases {
      let likelihood = likelihood(blocks: blocks, offset)
      let priors: [String: Prior] = [
        "omega_m": .uniform(lower: 0, upper: 1), "alpha": .uniform(lower: 0, upper: 1),
        "beta": .uniform(lower: 1, upper: 5), "M": .uniform(lower: -20, upper: -18),
        "delta_M": .uniform(lower: -1, upper: 1),
      ]
      let space = try ParameterSpace(
        likelihood.parameterNames.map { Parameter($0, prior: priors[$0] ?? .fixed(0)) })
      let posterior = try Posterior(space, likelihood)
      var random = RandomStream(seed: 6, "points")
      for _ in 0..<10 {
        let error = gradientError(of: posterior, at: space.samplePrior(using: &random))
        #expect(error < 1e-6, "\(offset): \(error)")
      }
    }
  }

  @Test("marginalising both offsets is integrating over them", arguments: [false, true])
  func marginalisation(blocks: Bool) {
    let (sampled, marginal) = (
      likelihood(blocks: blocks), likelihood(blocks: blocks, .marginalised)
    )
    let point = [0.35, 0.2, 2.9]
    let peak = sampled.evaluate(at: point + [-19.1, -0.07]).value
    var sum = 0.0
    for zero in stride(from: -19.8, through: -18.4, by: 0.01) {
      for step in stride(from: -0.8, through: 0.7, by: 0.01) {
        sum += exp(sampled.evaluate(at: point + [zero, step]).value - peak)
      }
    }
    let numeric = peak + log(sum * 1e-4)
    #expect(abs(marginal.evaluate(at: point).value - numeric) < 1e-8)
  }

  @Test("without blocks and with blocks of zeros it is the same")
  func diagonal() {
    let diagonal = likelihood(blocks: false)
    let zeros = Matrix(diagonal: [Double](repeating: 0, count: diagonal.sample.count))
    let whole = LightCurveLikelihood(
      LightCurveSample(diagonal.sample.supernovae, blocks: [.magnitude: zeros]),
      distances: diagonal.distances)
    let point = [0.4, 0.1, 3.3, -19.2, 0]
    let (a, b) = (diagonal.evaluate(at: point), whole.evaluate(at: point))
    #expect(abs(a.0 - b.0) < 1e-9)
    for (x, y) in zip(a.1, b.1) { #expect(abs(x - y) < 1e-8 * max(1, abs(y))) }
  }

  @Test("one class of hosts has no step; α that makes the covariance no covariance is impossible")
  func edges() {
    let plain = Self.sample(blocks: false).supernovae.map { supernova in
      var copy = supernova
      copy.hasMassiveHost = false
      return copy
    }
    let likelihood = LightCurveLikelihood(
      LightCurveSample(plain),
      distances: ModelDistances(FlatLambdaCDM(), redshifts: plain.map(\.redshift)))
    #expect(likelihood.parameterNames == ["omega_m", "alpha", "beta", "M"])
    let negative = plain.map { supernova in
      var copy = supernova
      copy.magnitudeShapeCovariance = -1
      return copy
    }
    let broken = LightCurveLikelihood(
      LightCurveSample(negative), distances: likelihood.distances)
    #expect(broken.chiSquared(at: [0.3, 0.5, 3, -19]) == .infinity)
    #expect(broken.chiSquared(at: [0.3, .nan, 3, -19]) == .infinity)
  }

  /// The moments of Ωm, α and β by Hamiltonian Monte Carlo, within a tenth of a standard deviation of
  /// those of quadrature.
  private func check(
    _ table: String, _ exact: [String: (mean: Double, deviation: Double)], chiSquared: Double,
    logIntegral: Double? = nil, draws: Int
  ) async throws {
    let path = try #require(ProjectFiles.shared("data/\(table)"))
    let sample = try #require(try Catalog(reading: path).lightCurves)
    let likelihood = LightCurveLikelihood(
      sample,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
      offset: .marginalised)
    let posterior = try Posterior(
      ParameterSpace(likelihood.parameterNames.map { Parameter.usual($0) }), likelihood)
    let chains = try await ChainRunner(
      chainCount: 2, warmUpCount: 150, drawCount: draws, start: .mode
    ).run(posterior, in: RunContext(seed: 1))
    let summary = PosteriorSummary(chains)
    for parameter in summary.parameters {
      let (mean, deviation) = try #require(exact[parameter.name])
      let error = 4 * parameter.standardErrorOfMean
      #expect(abs(parameter.mean - mean) < 0.1 * deviation + error, "\(parameter)")
      #expect(abs(parameter.standardDeviation / deviation - 1) < 0.1, "\(parameter)")
    }
    let laplace = try LaplaceApproximation(posterior, from: [-0.8, -2, 0])
    let best = posterior.draw(at: laplace.mode, logDensity: 0).values
    #expect(abs(likelihood.chiSquared(at: best) - chiSquared) < 0.5)
    if let logIntegral {
      // The priors of Ωm, α and β are 1, 1/3 and 1/6; the posterior is nearly normal.
      #expect(abs(laplace.logEvidence + log(18) - logIntegral) < 0.1, "\(laplace.logEvidence)")
    }
    // What check finds without sampling.
    let fit = try BestFit(likelihood, over: posterior.space)
    #expect(abs(fit.goodness.chiSquared - chiSquared) < 0.1, "\(fit)")
    for name in ["alpha", "beta"] {
      let (mean, deviation) = try #require(exact[name])
      #expect(abs(try #require(fit.parameters[name]) - mean) < 0.1 * deviation, "\(fit)")
    }
  }

  /// Light curves of a normal population with errors of all three measurements, at z up to 1.
  private static func survey(_ index: Int) -> LightCurveSample {
    var random = RandomStream(seed: 3, "survey", index)
    let universe = Universe(FlatLambdaCDM(), [0.3], h: 0.7)
    return LightCurveSample(
      (0..<300).map { i in
        let z = 0.02 + 0.98 * Double(i) / 300
        let (shape, color) = (random.nextStandardNormal(), 0.08 * random.nextStandardNormal())
        return LightCurveSample.Supernova(
          redshift: z, heliocentricRedshift: z,
          magnitude: universe.distanceModulus(redshift: z, heliocentric: z) - 19.1 - 0.14 * shape
            + 3.1 * color + 0.12 * random.nextStandardNormal(),
          shape: shape + 0.4 * random.nextStandardNormal(),
          color: color + 0.03 * random.nextStandardNormal(), magnitudeVariance: 0.0144,
          shapeVariance: 0.16, colorVariance: 0.0009)
      })
  }

  @Test("α and β of simulated surveys are those that they were made with")
  func unbiased() throws {
    var sums = ["alpha": 0.0, "beta": 0.0]
    let count = 8
    for index in 0..<count {
      let sample = Self.survey(index)
      let likelihood = LightCurveLikelihood(
        sample,
        distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
        offset: .marginalised)
      let space = try ParameterSpace(likelihood.parameterNames.map { Parameter.usual($0) })
      let best = try BestFit(likelihood, over: space)
      for name in sums.keys { sums[name]? += try #require(best.parameters[name]) }
      #expect(best.goodness.grade == .plausible, "\(best)")
    }
    // The errors of one survey are 0.010 and 0.13, those of the means 0.004 and 0.05; with log det C β
    // would be 2.6.
    let means = sums.mapValues { $0 / Double(count) }
    #expect(abs(try #require(means["alpha"]) - 0.14) < 0.015, "\(means)")
    #expect(abs(try #require(means["beta"]) - 3.1) < 0.2, "\(means)")
  }

  @Test("JLA's light curves with diagonal errors", .needs("data/jla_full"))
  func jla() async throws {
    try await check(
      "jla_full/jla_lcparams.txt",
      ["omega_m": (0.2873, 0.0183), "alpha": (0.1401, 0.0064), "beta": (3.147, 0.078)],
      // Quadrature with another program, −½ N log 2π included.
      chiSquared: 722.6, logIntegral: -1058.0498, draws: 2000)
  }

  @Test(
    "SNLS3 with all its covariance blocks",
    .enabled(
      if: fullTestsAreAskedFor && ProjectFiles.shared("data/snls3") != nil,
      "thousands of 472 × 472 factorisations; make test-full runs them"))
  func snls3() async throws {
    try await check(
      "snls3/snls_3rdyear.dataset",
      ["omega_m": (0.231, 0.039), "alpha": (1.436, 0.108), "beta": (3.266, 0.110)],
      chiSquared: 407.8, draws: 750)
  }
}
