import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// Simulation-based calibration (Talts et al. 2018, arXiv 1804.06788): parameters from the prior,
/// data from the parameters, a posterior from the data. The rank of the parameters among posterior
/// draws is then uniform, if everything from the prior to the sampler is right.
@Suite(.enabled(if: fullTestsAreAskedFor, "a study of 500 posteriors; make test-full runs it"))
struct CalibrationTests {
  static let redshifts = (0..<31).map { 0.01 * pow(130, Double($0) / 30) }
  static let space = [
    Parameter("omega_m", prior: .uniform(lower: 0.1, upper: 0.6)),
    Parameter("h", prior: .uniform(lower: 0.6, upper: 0.8)),
  ]

  /// Errors of 0.1 mag, of which 0.03 mag are common to all.
  static let covariance: Matrix = {
    let count = redshifts.count
    let elements = (0..<count * count).map { $0 % (count + 1) == 0 ? 0.01 : 0.0009 }
    return Matrix(rows: count, columns: count, elements: elements)
  }()

  /// χ² of the ranks' histogram in 20 bins, for each parameter; the analysis believes a covariance
  /// scaled by a factor.
  private func chiSquared(covarianceScale: Double) async throws -> [Double] {
    let (replicates, bins, draws) = (500, 20, 399)
    let factor = try Cholesky(Self.covariance)
    let believed = Matrix(
      rows: Self.covariance.rows, columns: Self.covariance.columns,
      elements: Self.covariance.elements.map { covarianceScale * $0 })
    var histograms = [[Double]](repeating: [Double](repeating: 0, count: bins), count: 2)
    for replicate in 0..<replicates {
      var random = RandomStream(seed: 1, "calibration", replicate)
      let truth = Self.space.map { $0.prior.sample(using: &random) }
      let universe = Universe(FlatLambdaCDM(), [truth[0]], h: truth[1])
      let noise = Self.redshifts.map { _ in random.nextStandardNormal() }
      let moduli = Self.redshifts.indices.map { i in
        universe.distanceModulus(redshift: Self.redshifts[i])
          + (0...i).reduce(0) { $0 + factor[i, $1] * noise[$1] }
      }
      let sample = SupernovaSample(
        redshifts: Self.redshifts, magnitudes: moduli, covariance: .total(believed))
      let posterior = try Posterior(
        ParameterSpace(Self.space),
        SupernovaLikelihood(
          sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: Self.redshifts)))
      // Every fifth draw, so that the ranks are nearly those among independent draws.
      let chain = try await ChainRunner(chainCount: 1, warmUpCount: 300, drawCount: 5 * draws).run(
        posterior, in: RunContext(seed: Seed(UInt64(replicate + 1))))[0]
      for parameter in 0..<2 {
        let column = chain.column(parameter)
        let rank = stride(from: 0, to: column.count, by: 5).count { column[$0] < truth[parameter] }
        histograms[parameter][rank * bins / (draws + 1)] += 1
      }
    }
    let expected = Double(replicates) / Double(bins)
    return histograms.map { $0.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected } }
  }

  @Test("ranks are uniform; an analysis that halves the covariance is caught")
  func ranks() async throws {
    // 19 degrees of freedom: a χ² above 43.8 comes once in a thousand.
    for value in try await chiSquared(covarianceScale: 1) { #expect(value < 43.8) }
    for value in try await chiSquared(covarianceScale: 0.5) { #expect(value > 43.8) }
  }
}
