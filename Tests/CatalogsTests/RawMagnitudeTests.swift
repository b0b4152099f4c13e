import Catalogs
import Cosmology
import TestSupport
import Testing

/// Names of shapes and colours, which tell that magnitudes are still to be corrected.
@Suite struct RawMagnitudeTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let values = [0.5, -1.2, 0.9, 1.4, -0.3, -0.8, 0.2, 1.1, -1, 0.4, -0.6, 0.7]

  private func table(_ name: String, values: [Double] = values) throws -> String {
    try folder.write(
      Twelve.table([
        ("z", Twelve.redshifts), ("mag", Twelve.moduli.map { $0 - 19.3 }),
        ("mag_err", Twelve.errors), (name, values),
      ]), to: "t.csv")
  }

  @Test(
    "one such column is enough to ask",
    arguments: [
      "x1_salt2", "SALT2x1", "SALT3_c", "salt3_c", "x1_fit", "stretch_x1", "shape", "Shape_Param",
      "dm15(B)", "dm15_B", "Delta_m15(B)", "ebv_host", "host_ebv", "log_s", "log10_stretch",
      "theta", "tau", "B-V_max", "(B-V)max", "E(B-V)_host", "sBV_snoopy", "color_max", "AV_host",
      "mlcs_delta", "lc_color", "x1_err", "c_err", "e_c", "dx1", "x1ERR", "sigma_color", "cov_x1_c",
      "dm15_err", "SALT2x1ERR",
    ])
  func raw(name: String) throws {
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: try table(name)) })
    #expect(
      error.problem == .notStandardized(columns: [name], areLightCurves: false),
      "\(error.description)")
    // Where there is nothing left to correct, and where the user says that nothing is.
    #expect(
      try readSample(try table(name, values: [Double](repeating: 0, count: 12))).count == 12)
    #expect(try readSample(try table(name), .init(columns: [.magnitude: "mag"])).count == 12)
  }

  @Test(
    "other columns are no sign",
    arguments: [
      "ra", "dec", "mjd", "ebv_mw", "MWEBV", "EBV_MW", "E(B-V)_gal", "color_flag", "host_color",
      "logmass", "host_logmass", "survey", "sigma_int", "biascor", "prob_ia", "vpec", "chi2",
      "ndof",
      "delta_z", "snr", "v_mag", "set", "weight", "idsurvey", "zerr",
    ])
  func others(name: String) throws {
    #expect(try readSample(try table(name)).count == 12)
  }
}
