import Catalogs
import Cosmology
import Foundation
import Inference
import TestSupport
import Testing

/// Ωm in flat ΛCDM from releases as published, against exact quadrature that was done independently
/// (values and publications in the collection's notes).
@Suite(.needs("data/union2")) struct ReleaseResultsTests {
  struct Release: Sendable, CustomTestStringConvertible {
    let table: String
    var covariance: String?
    var columns: [ColumnRole: String] = [:]
    let mean: Double
    let deviation: Double
    let chiSquared: Double
    var testDescription: String { table }
  }

  static let releases = [
    Release(
      table: "union1/sn_z_mu_dmu.txt", covariance: "union1/sn_covmat_nosys.txt", mean: 0.2888,
      deviation: 0.0277, chiSquared: 311.94),
    Release(
      table: "union1/sn_z_mu_dmu.txt", covariance: "union1/sn_covmat_sys.txt", mean: 0.3253,
      deviation: 0.0464, chiSquared: 308.00),
    Release(
      table: "union2/sn_z_mu_dmu_union2.txt", covariance: "union2/sn_covmat_nosys_union2.txt",
      mean: 0.2714, deviation: 0.0204, chiSquared: 542.68),
    Release(
      table: "union2.1/binned-sne-union21-v2.txt",
      covariance: "union2.1/binned-covariance-sne-union21-v2.txt", mean: 0.3001,
      deviation: 0.0419, chiSquared: 21.28),
    Release(
      table: "union2.1/SCPUnion2.1_mu_vs_z.txt", mean: 0.2786, deviation: 0.0195,
      chiSquared: 562.23),
    Release(
      table: "jla_binned/jla_binned_distances_31nodes_v1.txt",
      covariance: "jla_binned/cov_jla_binned_distances_31nodes_v1.txt", mean: 0.2994,
      deviation: 0.0339, chiSquared: 33.21),
    Release(
      table: "pantheon_binned/lcparam_DS17f.txt", covariance: "pantheon_binned/sys_DS17f.txt",
      mean: 0.2974, deviation: 0.0218, chiSquared: 39.30),
    Release(
      table: "pantheon2018/lcparam_full_long_zhel.txt", mean: 0.2854, deviation: 0.0125,
      chiSquared: 1033.95),
    Release(
      table: "pantheon_plus/Pantheon+SH0ES.dat", columns: [.error: "m_b_corr_err_DIAG"],
      mean: 0.3510, deviation: 0.0188, chiSquared: 697.30),
    Release(
      table: "old_sets/snls1_astier2006/snls.dat", mean: 0.265, deviation: 0.036,
      chiSquared: 111.00),
  ]

  @Test("Ωm and χ² of a release", arguments: releases)
  func result(release: Release) throws {
    let table = try #require(ProjectFiles.shared("data/\(release.table)"))
    let covariance = release.covariance.map { ProjectFiles.shared("data/\($0)") ?? $0 }
    let sample = try #require(
      try Catalog(
        reading: table, Catalog.Options(covariance: covariance, columns: release.columns)
      ).sample)
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.hubbleFlowRedshifts),
      offset: .marginalised)
    let projected = ProjectedSupernovaLikelihood(
      direct, over: try ParameterSpace([.omegaMatter]))
    for likelihood in [direct, projected] as [any GaussianLikelihood] {
      let grid = stride(from: 0.0005, to: 1, by: 0.001).map {
        ($0, likelihood.chiSquared(at: [$0]))
      }
      let best = grid.map(\.1).min() ?? .nan
      let weights = grid.map { exp(-0.5 * ($0.1 - best)) }
      let sum = weights.reduce(0, +)
      let mean = zip(grid, weights).reduce(0) { $0 + $1.0.0 * $1.1 } / sum
      let square = zip(grid, weights).reduce(0) { $0 + $1.0.0 * $1.0.0 * $1.1 } / sum
      let deviation = (square - mean * mean).squareRoot()
      #expect(abs(mean - release.mean) < 0.1 * release.deviation, "\(mean)")
      #expect(abs(deviation / release.deviation - 1) < 0.03, "\(deviation)")
      #expect(abs(best - release.chiSquared) < 0.02, "\(best)")
    }
  }
}
