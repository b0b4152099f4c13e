import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct OffsetTests {
  let moduli = ProjectionTests.synthetic(40)
  var magnitudes: SupernovaSample { sample(calibrators: 0) }
  /// The first five supernovae calibrated.
  var calibrated: SupernovaSample { sample(calibrators: 5) }

  private func sample(calibrators: Int) -> SupernovaSample {
    SupernovaSample(
      redshifts: moduli.redshifts, magnitudes: moduli.magnitudes.map { $0 - 19.3 },
      quantity: .apparentMagnitude, covariance: moduli.covariance,
      calibratorModuli: Dictionary(
        uniqueKeysWithValues: (0..<calibrators).map { ($0, moduli.magnitudes[$0] + 0.05) }))
  }

  private func direct(_ sample: SupernovaSample, _ offset: OffsetTreatment = .sampled) throws
    -> SupernovaLikelihood<ModelDistances<FlatLambdaCDM>>
  {
    try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.hubbleFlowRedshifts),
      offset: offset)
  }

  @Test("marginalising analytically is integrating numerically over the magnitude offset")
  func marginalisation() throws {
    let (sampled, marginal) = (try direct(magnitudes), try direct(magnitudes, .marginalised))
    #expect(sampled.parameterNames == ["omega_m", "M"] && marginal.parameterNames == ["omega_m"])
    for omegaMatter in [0.1, 0.33, 0.8] {
      // A trapezoidal rule over ±12 standard deviations is exact to rounding for a Gaussian.
      let peak = sampled.evaluate(at: [omegaMatter, -19.3]).value
      let steps = stride(from: -21.0, through: -17.5, by: 0.002)
      let sum = steps.reduce(0) { $0 + exp(sampled.evaluate(at: [omegaMatter, $1]).value - peak) }
      let numeric = peak + log(sum * 0.002)
      #expect(abs(marginal.evaluate(at: [omegaMatter]).value - numeric) < 1e-9)
    }
  }

  @Test("calibrators: h is measured, by a model written out independently")
  func calibrators() throws {
    let sample = calibrated
    let likelihood = try direct(sample)
    #expect(likelihood.parameterNames == ["omega_m", "h", "M"])
    guard case .total(let matrix) = sample.covariance else { throw CancellationError() }
    let factor = try Cholesky(matrix)
    for (omegaMatter, h, zeroPoint) in [(0.3, 0.7, -19.3), (0.5, 0.6, -19.0)] {
      let universe = Universe(FlatLambdaCDM(), [omegaMatter], h: h)
      var residuals = sample.redshifts.indices.map { i in
        sample.magnitudes[i] - zeroPoint
          - (sample.calibratorModuli[i] ?? universe.distanceModulus(redshift: sample.redshifts[i]))
      }
      var span = residuals.mutableSpan
      factor.whiten(&span)
      let exact = residuals.reduce(0) { $0 + $1 * $1 }
      #expect(abs(likelihood.chiSquared(at: [omegaMatter, h, zeroPoint]) / exact - 1) < 1e-10)
    }
    // Moduli that are 0.05 too large make M fainter by that much and h larger.
    let marginal = try direct(sample, .marginalised)
    #expect(marginal.parameterNames == ["omega_m", "h"])
    let scan = stride(from: 0.5, through: 0.95, by: 0.001).map {
      ($0, marginal.chiSquared(at: [0.33, $0]))
    }
    let best = try #require(scan.min { $0.1 < $1.1 })
    #expect(abs(best.0 - 0.7) < 0.1)
  }

  @Test("gradients of every treatment equal central differences, direct and projected")
  func gradients() throws {
    for sample in [moduli, magnitudes, calibrated] {
      for treatment in OffsetTreatment.allCases {
        let likelihood = try direct(sample, treatment)
        let space = try ProjectionTests.space(likelihood.parameterNames)
        let projected = ProjectedSupernovaLikelihood(likelihood, over: space)
        var random = RandomStream(seed: 3, "points")
        for _ in 0..<20 {
          let point = space.samplePrior(using: &random)
          #expect(gradientError(of: try Posterior(space, likelihood), at: point) < 1e-6)
          #expect(gradientError(of: try Posterior(space, projected), at: point) < 1e-6)
          let draw = space.parameters.map { $0.prior.sample(using: &random) }
          #expect(
            abs(likelihood.evaluate(at: draw).value - projected.evaluate(at: draw).value) < 1e-6)
        }
      }
    }
  }

  @Test("all kinds of the same covariance give the same likelihood")
  func kinds() throws {
    guard case .total(let matrix) = moduli.covariance else { throw CancellationError() }
    let count = moduli.count
    // D + U Uᵀ with three modes, and as total, systematic and inverse.
    let modes = Matrix(
      rows: count, columns: 3,
      elements: (0..<count).flatMap { i in
        let z = moduli.redshifts[i]
        return [0.05, 0.04 * z, 0.03 * sin(5 * z)]
      })
    let variances = (0..<count).map { 0.01 + 0.0005 * Double($0) }
    var total = Matrix(diagonal: variances)
    for i in 0..<count {
      for j in 0..<count {
        for mode in 0..<3 { total[i, j] += modes[i, mode] * modes[j, mode] }
      }
    }
    var systematic = total
    for i in 0..<count { systematic[i, i] -= 0.5 * variances[i] }
    #expect(matrix.rows == count)
    let kinds: [SupernovaSample.Covariance] = [
      .total(total), .systematic(systematic, errors: variances.map { (0.5 * $0).squareRoot() }),
      .inverse(try Cholesky(total).inverse), .factored(variances: variances, modes: modes),
    ]
    let likelihoods = try kinds.map { kind in
      try direct(
        SupernovaSample(
          redshifts: moduli.redshifts, magnitudes: moduli.magnitudes, covariance: kind))
    }
    let space = try ParameterSpace([.omegaMatter, .hubble])
    for point in [[0.3, 0.7], [0.9, 0.5]] {
      let (expected, slopes) = likelihoods[0].evaluate(at: point)
      for likelihood in likelihoods {
        let projected = ProjectedSupernovaLikelihood(likelihood, over: space)
        for (a, gradient) in [likelihood.evaluate(at: point), projected.evaluate(at: point)] {
          #expect(abs(a - expected) < 1e-6)
          for (x, y) in zip(gradient, slopes) { #expect(abs(x - y) < 1e-8 * abs(y)) }
        }
      }
    }
    for kind in kinds {
      for (a, b) in zip(kind.variances, total.diagonal) { #expect(abs(a / b - 1) < 1e-10) }
    }
  }

  @Test("Pen's fit is projected as well")
  func pen() throws {
    let likelihood = try SupernovaLikelihood(
      moduli, distances: Pen1999(redshifts: moduli.hubbleFlowRedshifts))
    let space = try ParameterSpace([
      Parameter("omega_m", prior: .uniform(lower: 0.05, upper: 0.95)),
      Parameter("h", prior: .uniform(lower: 0.4, upper: 1)),
    ])
    let projected = ProjectedSupernovaLikelihood(likelihood, over: space)
    var random = RandomStream(seed: 4, "points")
    for _ in 0..<200 {
      let draw = space.parameters.map { $0.prior.sample(using: &random) }
      #expect(abs(likelihood.evaluate(at: draw).value - projected.evaluate(at: draw).value) < 1e-6)
    }
  }
}
