import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Every file in the collection of published data next to the checkout.
@Suite(.needs("data/README.md")) struct PublishedFilesTests {
  /// What must come of a file.
  enum Outcome: Sendable {
    /// Magnitudes: format, number, quantity, kind of the errors.
    case sample(CatalogFormat, Int, SupernovaSample.Quantity, String)
    /// Light curves: format, number, blocks.
    case lightCurves(CatalogFormat, Int, blocks: Int)
    /// A refusal with these words.
    case refused(String)
  }

  /// A file or a pair, and χ² of flat ΛCDM at the best offset where the folder's README tells it.
  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    var options = Catalog.Options()
    let outcome: Outcome
    /// Ωm and χ², computed on 2026-11-20 by exact quadrature, as the README of the folder says.
    var chiSquared: (omegaMatter: Double, value: Double)?

    var testDescription: String { file + (options.covariance.map { " + \($0)" } ?? "") }

    /// - Parameter covariance: a matrix in the folder of the file.
    init(
      _ file: String, with covariance: String? = nil, options: Catalog.Options = .init(),
      _ outcome: Outcome, chiSquared: (Double, Double)? = nil
    ) {
      self.file = file
      self.options = options
      self.options.covariance = covariance.map { "\(file.prefix { $0 != "/" })/\($0)" }
      self.outcome = outcome
      self.chiSquared = chiSquared.map { (omegaMatter: $0.0, value: $0.1) }
    }
  }

  private static func moduli(
    _ format: CatalogFormat, _ count: Int, _ kind: String = "independent"
  ) -> Outcome { .sample(format, count, .distanceModulus, kind) }
  private static func magnitudes(
    _ format: CatalogFormat, _ count: Int, _ kind: String = "independent"
  ) -> Outcome { .sample(format, count, .apparentMagnitude, kind) }
  private static let noErrors = "the magnitudes have no errors"
  private static func matrix(_ size: Int) -> Outcome {
    .refused("this is a matrix of \(size) × \(size) numbers, not a table")
  }
  private static let acoustic = "these are distances from baryon acoustic oscillations"
  private static let chronometers = "these are expansion rates H(z) of cosmic chronometers"

  static let cases: [Case] = [
    Case("jla_binned/jla_mub.txt", .refused(noErrors)),
    Case("jla_binned/jla_binned_distances_31nodes_v1.txt", .refused(noErrors)),
    Case("jla_binned/jla_mub_covmatrix.dat", matrix(31)),
    Case("jla_binned/cov_jla_binned_distances_31nodes_v1.txt", matrix(31)),
    Case(
      "jla_binned/jla_mub.txt", with: "jla_mub_covmatrix.dat", moduli(.table, 31, "total"),
      chiSquared: (0.2945, 33.62)),
    Case(
      "jla_binned/jla_binned_distances_31nodes_v1.txt",
      with: "cov_jla_binned_distances_31nodes_v1.txt", moduli(.table, 31, "total"),
      chiSquared: (0.2969, 33.21)),

    Case("jla_full/jla_lcparams.txt", .lightCurves(.lightCurves, 740, blocks: 0)),
    Case("jla_full/jla_lcparams_cosmomc.txt", .lightCurves(.lightCurves, 740, blocks: 0)),
    Case("jla_full/jla.dataset", .refused("mag_covmat_file names 'jla_v0_covmatrix.dat', which")),

    Case("snls3/snls_3rdyear_lcparams.txt", .lightCurves(.lightCurves, 472, blocks: 0)),
    Case("snls3/snls_3rdyear.dataset", .lightCurves(.dataset, 472, blocks: 6)),
    Case("snls3/snls3_v0_covmatrix.dat.gz", matrix(472)),
    Case("snls3/snls3_va_covmatrix.dat.gz", matrix(472)),
    Case("snls3/snls3_vb_covmatrix.dat.gz", matrix(472)),
    Case("snls3/snls3_v0a_covmatrix.dat.gz", matrix(472)),
    Case("snls3/snls3_v0b_covmatrix.dat.gz", matrix(472)),
    Case("snls3/snls3_vab_covmatrix.dat.gz", matrix(472)),

    Case(
      "pantheon_binned/lcparam_DS17f.txt", magnitudes(.cosmomc, 40), chiSquared: (0.2841, 49.74)),
    Case(
      "pantheon_binned/lcparam_DS17f.txt", with: "sys_DS17f.txt",
      magnitudes(.cosmomc, 40, "systematic"), chiSquared: (0.2963, 39.30)),
    Case("pantheon_binned/sys_DS17f.txt", matrix(40)),

    Case(
      "pantheon2018/lcparam_full_long_zhel.txt", magnitudes(.cosmomc, 1048),
      chiSquared: (0.2850, 1033.95)),
    Case(
      "pantheon2018/lcparam_full_long.txt", magnitudes(.cosmomc, 1048),
      chiSquared: (0.2845, 1035.68)),
    Case(
      "pantheon2018/full_long.dataset", .refused("mag_covmat_file names 'sys_full_long.txt', which")
    ),
    Case("pantheon2018/Ancillary_G10.FITRES", moduli(.snana, 1048)),

    Case("pantheon_plus/Pantheon+SH0ES.dat", .refused("these errors are for plots only")),
    Case(
      "pantheon_plus/Pantheon+SH0ES.dat", options: .init(columns: [.error: "m_b_corr_err_DIAG"]),
      magnitudes(.pantheonPlus, 1590), chiSquared: (0.3504, 697.30)),
    Case(
      "pantheon_plus/Pantheon+SH0ES.dat",
      options: .init(columns: [.error: "m_b_corr_err_DIAG"], includesCalibrators: true),
      magnitudes(.pantheonPlus, 1657)),
    Case(
      "pantheon_plus/Pantheon+SH0ES.dat",
      options: .init(columns: [.error: "m_b_corr_err_DIAG"], minimumRedshift: 0),
      magnitudes(.pantheonPlus, 1701)),

    Case(
      "union1/sn_z_mu_dmu.txt", with: "sn_covmat_nosys.txt", moduli(.union, 307, "total"),
      chiSquared: (0.2869, 311.94)),
    Case(
      "union1/sn_z_mu_dmu.txt", with: "sn_covmat_sys.txt", moduli(.union, 307, "total"),
      chiSquared: (0.3195, 308.00)),
    Case("union1/sn_z_mu_dmu.txt", moduli(.union, 307), chiSquared: (0.2869, 311.94)),
    Case("union1/sn_covmat_nosys.txt", matrix(307)),
    Case("union1/sn_covmat_sys.txt", matrix(307)),

    Case("union2/sn_z_mu_dmu_union2.txt", moduli(.union, 557), chiSquared: (0.2704, 542.68)),
    Case(
      "union2/sn_z_mu_dmu_union2.txt", with: "sn_covmat_nosys_union2.txt",
      moduli(.union, 557, "total"), chiSquared: (0.2704, 542.68)),
    Case("union2/sn_covmat_nosys_union2.txt", matrix(557)),

    Case("union2.1/SCPUnion2.1_mu_vs_z.txt", moduli(.union, 580), chiSquared: (0.2776, 562.23)),
    Case(
      "union2.1/sn_z_mu_dmu_plow_union2.1.txt", moduli(.union, 580), chiSquared: (0.2776, 562.23)),
    Case("union2.1/binned-sne-union21-v2.txt", .refused(noErrors)),
    Case("union2.1/binned-covariance-sne-union21-v2.txt", matrix(30)),
    Case(
      "union2.1/binned-sne-union21-v2.txt", with: "binned-covariance-sne-union21-v2.txt",
      moduli(.table, 30, "total"), chiSquared: (0.2954, 21.28)),

    Case(
      "old_sets/perlmutter1999/sn_data.dat", magnitudes(.table, 60), chiSquared: (0.318, 103.14)),
    Case("old_sets/riess2004_gold/sn_data_riess.dat", moduli(.table, 186)),
    Case("old_sets/snls1_astier2006/snls.dat", moduli(.union, 115), chiSquared: (0.262, 111.00)),

    Case("bao/desi_dr1/desi_2024_gaussian_bao_ALL_GCcomb_mean.txt", .refused(acoustic)),
    Case("bao/desi_dr1/desi_2024_gaussian_bao_ALL_GCcomb_cov.txt", matrix(12)),
    Case("bao/desi_dr2/desi_gaussian_bao_ALL_GCcomb_mean.txt", .refused(acoustic)),
    Case("bao/desi_dr2/desi_gaussian_bao_ALL_GCcomb_cov.txt", matrix(13)),
    Case("bao/sdss_dr12/sdss_DR12Consensus_bao.dat", .refused(acoustic)),
    Case("bao/sdss_dr12/BAO_consensus_covtot_dM_Hz.txt", matrix(6)),
    Case("bao/sdss_mgs/sdss_MGS_prob.txt", .refused("no line of column names before the numbers")),
    Case("chronometers/HDiagramCompilacion-data_31.txt", .refused(chronometers)),
    Case("chronometers/HDiagramCompilacion-cov_31.txt", matrix(31)),
    Case("chronometers/HzTable_MM_BC03.dat", .refused(chronometers)),
    Case("chronometers/Hz_2016.dat", .refused(chronometers)),
    Case("chronometers/cov_cc_MM_BC03.txt", matrix(15)),
    Case("chronometers/data_MM20.dat", .refused(chronometers)),
    Case(
      "fits_examples/DES-SN5YR_Foundation_HEAD.FITS.gz",
      .refused("these are SNANA's headers of light curves")),
    Case(
      "fits_examples/DES-SN5YR_LOWZ_HEAD.FITS.gz",
      .refused("these are SNANA's headers of light curves")),
    Case(
      "fits_examples/alll_shoes_ceph_topantheonwt6.0_112221.fits.gz",
      .refused("its image of 3492 × 47 pixels is not the square")),
    Case(
      "fits_examples/ally_shoes_ceph_topantheonwt6.0_112221.fits",
      .refused("its image of 3492 pixels is not the square")),
  ]

  @Test("each file is read as it is, or refused with the right reason", arguments: cases)
  func file(_ test: Case) throws {
    let data = try #require(ProjectFiles.shared("data"))
    var options = test.options
    options.covariance = options.covariance.map { "\(data)/\($0)" }
    let read = Result { try Catalog(reading: "\(data)/\(test.file)", options) }
    switch (test.outcome, read) {
    case (.refused(let words), .failure(let error as CatalogError)):
      #expect(error.description.contains(words), "\(error.description)")
      return
    case (.sample(let format, let count, let quantity, let kind), .success(let catalog)):
      let sample = try #require(catalog.sample)
      #expect(catalog.format == format && sample.count == count && sample.quantity == quantity)
      #expect("\(sample.covariance)".hasPrefix(kind))
      if let (omegaMatter, value) = test.chiSquared {
        #expect(abs(try chiSquared(sample, omegaMatter) - value) < 0.01)
      }
    case (.lightCurves(let format, let count, let blocks), .success(let catalog)):
      let sample = try #require(catalog.lightCurves)
      #expect(catalog.format == format && sample.count == count && sample.blocks.count == blocks)
    case (_, .success(let catalog)):
      Issue.record("read as \(catalog.format) with \(catalog.count) rows")
    case (_, .failure(let error)): throw error
    }
  }

  /// χ² of flat ΛCDM, a parabola in the offset, at the best offset.
  private func chiSquared(_ sample: SupernovaSample, _ omegaMatter: Double) throws -> Double {
    let likelihood = try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts))
    let values = [-1.0, 0, 1].map { offset in
      likelihood.chiSquared(
        at: [
          omegaMatter,
          sample.quantity == .distanceModulus ? 0.7 * pow(10, -offset / 5) : -19.3 + offset,
        ])
    }
    let (slope, curvature) = (
      (values[2] - values[0]) / 2, values[2] - 2 * values[1] + values[0]
    )
    return values[1] - slope * slope / (2 * curvature)
  }

  @Test("no file of a folder that stands here is forgotten")
  func completeness() throws {
    let data = try #require(ProjectFiles.shared("data"))
    let manager = FileManager.default
    let files = try manager.subpathsOfDirectory(atPath: data).filter {
      var isFolder: ObjCBool = false
      return manager.fileExists(atPath: "\(data)/\($0)", isDirectory: &isFolder)
        && !isFolder.boolValue && !$0.hasSuffix("README.md")
    }
    func folder(_ file: String) -> String {
      file.split(separator: "/").dropLast().joined(separator: "/")
    }
    let folders = Set(Self.cases.map { folder($0.file) })
    #expect(folders.count > 10)
    let known = Set(Self.cases.map(\.file))
    #expect(files.filter { folders.contains(folder($0)) && !known.contains($0) } == [])
  }

  @Test("SNLS3: the numbers of the first supernova, and what is added to its variance")
  func snls3() throws {
    let data = try #require(ProjectFiles.shared("data/snls3"))
    let sample = try #require(
      try Catalog(reading: "\(data)/snls_3rdyear.dataset").lightCurves)
    let first = sample.supernovae[0]
    #expect(first.redshift == 0.01029 && first.heliocentricRedshift == 0.00937)
    #expect(first.magnitude == 14.18292 && first.color == 0.03497 && first.hasMassiveHost)
    #expect(abs(first.shape - -0.02696) < 1e-12)
    #expect(first.magnitudeColorCovariance == 0.00061041)
    // Set 1: 0.0423² + 0.1133² + (5/ln 10)² (0.00002² + 0.0005²) [1.01029/(0.01029 · 1.005145)]².
    let slope = 5 / log(10) * 1.01029 / (0.01029 * 1.005145)
    let expected = 0.0423 * 0.0423 + 0.1133 * 0.1133 + slope * slope * (4e-10 + 2.5e-7)
    #expect(abs(first.magnitudeVariance - expected) < 1e-14)
    #expect(sample.blocks[.magnitude]?.rows == 472)
  }

  @Test("Pantheon+: calibrators keep their Cepheid moduli after the cut")
  func calibrators() throws {
    let path = try #require(ProjectFiles.shared("data/pantheon_plus/Pantheon+SH0ES.dat"))
    let catalog = try Catalog(
      reading: path, .init(columns: [.error: "m_b_corr_err_DIAG"], includesCalibrators: true))
    let sample = try #require(catalog.sample)
    #expect(sample.calibratorModuli.count == 77)
    // The first row of the file: 2011fe in M101.
    #expect(sample.calibratorModuli[0] == 29.177 && sample.magnitudes[0] == 9.74571)
    #expect(
      catalog.notes.contains("zHD > 0.01, or calibrators, keeps 1657 of 1701 rows"),
      "\(catalog.notes)")
  }
}
