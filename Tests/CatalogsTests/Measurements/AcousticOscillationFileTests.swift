import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Files of baryon acoustic oscillations.
@Suite struct AcousticOscillationFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let mean =
    "# [z] [value at z] [quantity]\n0.51 13.6 DM_over_rs\n0.51 21.9 DH_over_rs\n0.295 7.94 DV_over_rs\n"
  private static let covariance = "0.03 -0.03 0\n-0.03 0.18 0\n0 0 0.006\n"

  private func read(
    _ text: String, covariance: String? = nil, fiducial: Double? = nil
  ) throws -> DataVector {
    try DataVector(
      acousticOscillations: folder.write(text, to: "values"),
      covariance: covariance.map { try folder.write($0, to: "covariance") },
      fiducialSoundHorizon: fiducial)
  }

  @Test("values and covariance as DESI writes them")
  func plain() throws {
    let data = try read(Self.mean, covariance: Self.covariance)
    #expect(
      data
        == DataVector(
          [
            .transverseDistance(redshift: 0.51), .radialDistance(redshift: 0.51),
            .volumeDistance(redshift: 0.295),
          ], values: [13.6, 21.9, 7.94],
          covariance: Matrix(
            rows: 3, columns: 3, elements: [0.03, -0.03, 0, -0.03, 0.18, 0, 0, 0, 0.006])))
  }

  static let layouts: [String: String] = [
    "other ends of lines, a mark before them":
      "\u{FEFF}# z value quantity\r\n0.51\t13.6\tDM_over_rs\r\n0.51\t21.9\tDH_over_rs\r\n\r\n0.295\t7.94\tDV_over_rs",
    "commas and names":
      "z,value,quantity\n0.51,13.6,DM_over_rs\n0.51,21.9,DH_over_rs\n0.295,7.94,DV_over_rs\n",
    "names in another order":
      "quantity,value,z\n\"DM/rd\",13.6,0.51\nDH_over_rd,21.9,0.51\nbao_DV_over_rs,7.94,0.295\n",
    "quantity first": "DM_over_rs 0.51 13.6\nDH_over_rs 0.51 21.9\nDV_over_rs 0.295 7.94\n",
    "tracers and comments":
      "LRG1 0.51 13.6 DM_over_rs # from 2025\nLRG1 0.51 21.9 DH_over_rs\nBGS 2.95e-1 7.94 DV_over_rs\n",
    "exponents of Fortran":
      "0.51 1.36D1 DM_over_rs\n0.51 2.19D+1 DH_over_rs\n0.295 7.94 DV_over_rs\n",
  ]

  @Test("layouts", arguments: layouts.keys.sorted())
  func layout(name: String) throws {
    let data = try read(try #require(Self.layouts[name]), covariance: Self.covariance)
    #expect(data == (try read(Self.mean, covariance: Self.covariance)))
  }

  @Test("a covariance in other forms")
  func covariances() throws {
    let plain = try read(Self.mean, covariance: Self.covariance)
    let withErrors =
      "0.51 13.6 0.2 DM_over_rs\n0.51 21.9 0.5 DH_over_rs\n0.295 7.94 0.1 DV_over_rs\n"
    #expect(
      try read(withErrors).covariance.elements.map { ($0 * 1e9).rounded() / 1e9 }
        == [0.04, 0, 0, 0, 0.25, 0, 0, 0, 0.01])
    // The covariance is used where there is one.
    #expect(try read(withErrors, covariance: Self.covariance) == plain)
    let correlated = try read(withErrors, covariance: "1 -0.5 0\n-0.5 1 0\n0 0 1\n").covariance
    #expect(abs(correlated[0, 1] + 0.05) < 1e-15 && abs(correlated[1, 1] - 0.25) < 1e-15)
    let inverse = try Cholesky(plain.covariance).inverse.elements.map { "\($0)" }
      .joined(separator: " ")
    let back = try read(Self.mean, covariance: "# COVTYPE = INVERSE\n\(inverse)\n")
    for (a, b) in zip(back.covariance.elements, plain.covariance.elements) {
      #expect(abs(a - b) < 1e-12)
    }
    let labelled = try read(
      Self.mean,
      covariance:
        ",DV_over_rs(0.295),DM_over_rs(0.51),DH_over_rs(0.51)\nDV_over_rs(0.295),0.006,0,0\n"
        + "DM_over_rs(0.51),0,0.03,-0.03\nDH_over_rs(0.51),0,-0.03,0.18\n")
    #expect(labelled == plain)
    let array = try folder.write(
      ZipBytes.array(
        "<f8", shape: "(3, 3)",
        plain.covariance.elements.flatMap { value in
          withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }), to: "c.npy")
    #expect(
      try DataVector(
        acousticOscillations: folder.write(Self.mean, to: "values"), covariance: array) == plain)
  }

  @Test(
    "older names",
    arguments: [
      ("DA_over_rs", 0.51, 9.0), ("rs_over_DV", 0.106, 0.34), ("rs_over_DM", 0.51, 0.0735),
      ("rs_over_DH", 0.51, 0.0457), ("rs_over_DA", 0.51, 0.11), ("Hz_rs", 0.38, 12000),
      ("F_AP", 0.57, 0.68), ("Az", 0.6, 0.442), ("A", 0.44, 0.474),
    ])
  func older(name: String, redshift: Double, value: Double) throws {
    let data = try read("\(redshift) \(value) \(value / 20) \(name)\n")
    let d = quantityOfTrial(.comovingDistance(redshift: redshift))
    let rate = quantityOfTrial(.inverseRate(redshift: redshift))
    let scale = 29.9792458
    let volume = scale * cbrt(redshift * d * d * rate)
    let acoustic = 0.31.squareRoot() * cbrt(rate * d * d / (redshift * redshift))
    let expected: [String: Double] = [
      "DA_over_rs": scale * d / (1 + redshift), "rs_over_DV": 1 / volume,
      "rs_over_DM": 1 / (scale * d), "rs_over_DH": 1 / (scale * rate),
      "rs_over_DA": (1 + redshift) / (scale * d), "Hz_rs": 10_000 / rate, "F_AP": d / rate,
      "Az": acoustic, "A": acoustic,
    ]
    let found = data.observables[0].value(quantityOfTrial)
    #expect(abs(found / (try #require(expected[name])) - 1) < 1e-12)
    #expect(data.observables[0].redshift == redshift)
  }

  /// Alam et al. 2017, arXiv:1607.03155, as in CobayaSampler/bao_data.
  private static let boss =
    "0.38 1512.39  DM_over_rs\n0.38 81.2087  bao_Hz_rs\n0.51 1975.22  DM_over_rs\n"
    + "0.51 90.9029  bao_Hz_rs\n0.61 2306.68  DM_over_rs\n0.61 98.9647  bao_Hz_rs\n"
  private static let bossCovariance =
    "624.707 23.729 325.332 8.34963 157.386 3.57778\n23.729 5.60873 11.6429 2.33996 6.39263 0.968056\n"
    + "325.332 11.6429 905.777 29.3392 515.271 14.1013\n8.34963 2.33996 29.3392 5.42327 16.1422 2.85334\n"
    + "157.386 6.39263 515.271 16.1422 1375.12 40.4327\n3.57778 0.968056 14.1013 2.85334 40.4327 6.25936\n"

  @Test("BOSS DR12 in Mpc and km/s/Mpc is the same as in units of the sound horizon")
  func fiducial() throws {
    let data = try read(Self.boss, covariance: Self.bossCovariance, fiducial: 147.78)
    for (observable, value) in zip(data.observables, data.values) {
      let z = try #require(observable.redshift)
      let (d, rate) = (
        quantityOfTrial(.comovingDistance(redshift: z)), quantityOfTrial(.inverseRate(redshift: z))
      )
      let expected =
        observable.name.hasPrefix("DM") ? 2997.92458 * d / 100 * 147.78 : 100 / rate * 100 / 147.78
      #expect(abs(observable.value(quantityOfTrial) / expected - 1) < 1e-12 && value > 80)
    }
    // The release in units of r_d, of eBOSS.
    let eboss = try #require(PublishedData.named("sdss_dr16")?.parts[1])
    guard case .measurement(let units) = eboss else {
      Issue.record("no measurement")
      return
    }
    for index in 0..<2 {
      #expect(abs(data.values[2 * index] / 147.78 / units.values[2 * index] - 1) < 2e-5)
      let radial = 299_792.458 / (data.values[2 * index + 1] * 147.78)
      #expect(abs(radial / units.values[2 * index + 1] - 1) < 2e-5)
    }
  }

  @Test("a fiducial sound horizon that is missing, not needed, or no length")
  func wrongFiducial() throws {
    func sentence(_ read: () throws -> DataVector) throws -> String {
      let error = try #require(#expect(throws: CatalogError.self) { try read() })
      return error.description.replacing(folder.path, with: "DIR")
    }
    #expect(
      try sentence { try read(Self.boss, covariance: Self.bossCovariance) }
        == "DIR/values, row 1, column 'value': found 1512.39 for DM_over_rs(0.38), where a value near 10.1 is expected;"
        + " if the file is in Mpc, or in km/s/Mpc, give the fiducial sound horizon of its release")
    #expect(
      try sentence { try read(Self.mean, covariance: Self.covariance, fiducial: 147.05) }
        == "DIR/values, row 2, column 'value': found 13.6 for DM_over_rs(0.51), where a value near 1920 is expected;"
        + " if the file is in units of the sound horizon, leave out the fiducial one")
    for fiducial in [0, -147, .nan, .infinity] {
      #expect(
        try sentence { try read(Self.mean, covariance: Self.covariance, fiducial: fiducial) }
          == "DIR/values: the fiducial sound horizon is \(fiducial), where a positive number is expected"
      )
    }
  }

  static let refusals: [MeasurementRefusal] = [
    .init("empty", "\n\n", "DIR/values: the file is empty"),
    .init(
      "comments alone", "# z value quantity\n",
      "DIR/values: there are no rows of numbers; is the file cut short?"),
    .init(
      "names alone", "z,value,quantity\n",
      "DIR/values, row 1: there are no rows of numbers; is the file cut short?"),
    .init(
      "a web page", "<!DOCTYPE html><html></html>",
      "DIR/values: this is a web page, not data; download the raw file (on GitHub, the 'Raw' button)"
    ),
    .init(
      "cut in a row", "0.51 13.6 DM_over_rs\n0.51 21.9\n",
      "DIR/values, row 2: found 2 words where 'z value quantity' is expected"),
    .init(
      "cut in a name", "0.51 13.6 DM_over_rs\n0.51 21.9 DH_ov", covariance: "1 0\n0 1\n",
      "DIR/values, row 2, column 'quantity': 'DH_ov' is not a quantity of acoustic oscillations; these are"
        + " DM_over_rs, DH_over_rs, DV_over_rs, DA_over_rs, rs_over_DM, rs_over_DH, rs_over_DV, rs_over_DA, Hz_rs, F_AP, Az"
    ),
    .init(
      "a typo", "# a title\n0.51 13.6 DM_ovr_rs\n",
      "DIR/values, row 2, column 'quantity': 'DM_ovr_rs' is not a quantity of acoustic oscillations; these are"
        + " DM_over_rs, DH_over_rs, DV_over_rs, DA_over_rs, rs_over_DM, rs_over_DH, rs_over_DV, rs_over_DA, Hz_rs, F_AP, Az;"
        + " did you mean 'DM_over_rs'?"),
    .init(
      "growth", "0.38 10.2 DM_over_rs\n0.38 0.49749 f_sigma8\n",
      "DIR/values, row 2, column 'quantity': 'f_sigma8' depends on the growth of structure, which is not computed; use"
        + " the file of the same release for distances alone"),
    .init(
      "no quantity", "0.51 13.6\n",
      "DIR/values, row 1: none of 0.51, 13.6 names a quantity; write rows of 'redshift value quantity', with a quantity"
        + " such as DM_over_rs"),
    .init(
      "no value", "0.51 DM_over_rs\n",
      "DIR/values, row 1: found 2 words where 'z value quantity' is expected"),
    .init(
      "no number", "0.51 13.6 DM_over_rs\n0.51 21..9 DH_over_rs\n",
      "DIR/values, row 2, column 'value': found '21..9' where a number is expected"),
    .init(
      "nan", "0.51 nan DM_over_rs\n",
      "DIR/values, row 1, column 'value': found nan where a finite number is expected"),
    .init(
      "a negative distance", "0.51 -13.6 DM_over_rs\n",
      "DIR/values, row 1, column 'value': found -13.6 where a positive number is expected"),
    .init(
      "a negative redshift", "-0.51 13.6 DM_over_rs\n",
      "DIR/values, row 1, column 'z': found -0.51 where a redshift above 0 and below 20 is expected"
    ),
    .init(
      "no redshift", "0 13.6 DM_over_rs\n",
      "DIR/values, row 1, column 'z': found 0.0 where a redshift above 0 and below 20 is expected"
    ),
    .init(
      "exchanged columns", "13.6 0.51 DM_over_rs\n", covariance: "0.01",
      "DIR/values, row 1, column 'value': found 0.51 for DM_over_rs(13.6), where a value near 68.4 is expected;"
        + " mind its name and unit"),
    .init(
      "exchanged distances of Lyman alpha", "2.33 8.63 DM_over_rs\n2.33 38.99 DH_over_rs\n",
      "DIR/values, row 1, column 'value': found 8.63 for DM_over_rs(2.33), where a value near 38.2 is expected;"
        + " mind its name and unit"),
    .init(
      "a row twice", "0.51 13.6 DM_over_rs\n# again\n0.510 13.60 DM_over_rs\n",
      "DIR/values, row 3: this is the same measurement as in row 1; leave one of them out"),
    .init(
      "no errors", mean,
      "DIR/values: the values have no errors; give their covariance, or a column of errors as in 'z value error quantity'"
    ),
    .init(
      "an error of zero", "0.51 13.6 0 DM_over_rs\n",
      "DIR/values, row 1, column 'error': found 0.0 where a positive number is expected"),
    .init(
      "errors above and below", "0.51 13.6 0.2 0.3 DM_over_rs\n",
      "DIR/values, row 1: found 5 words where 'z value error quantity' is expected"),
    .init(
      "a smaller covariance", mean, covariance: "0.03 0\n0 0.2\n",
      "DIR/covariance: the covariance is 2 × 2, but there are 3 values; use the covariance that belongs to them"
    ),
    .init(
      "a smaller covariance with labels", mean,
      covariance: "DM_over_rs(0.51),DH_over_rs(0.51)\n0.03,0\n0,0.2\n",
      "DIR/covariance: the covariance is 2 × 2, but there are 3 values; use the covariance that belongs to them"
    ),
    .init(
      "a covariance that is cut", mean, covariance: "0.03 -0.03 0\n-0.03 0.18 0\n0 0\n",
      "DIR/covariance: found 8 numbers where a covariance of 3 values has 9; use the covariance that belongs to them"
    ),
    .init(
      "no symmetry", mean, covariance: "0.03 -0.03 0\n-0.02 0.18 0\n0 0 0.006\n",
      "DIR/covariance: the covariance is not symmetric: element (1, 2) is -0.03, element (2, 1) is -0.02"
    ),
    .init(
      "not positive definite", mean, covariance: "1 2 0\n2 1 0\n0 0 1.5\n",
      "DIR/covariance: the covariance is not positive definite: its smallest eigenvalue is -1.0; was it rounded too far,"
        + " or is it only the systematic part?"),
    .init(
      "a gap", mean, covariance: "0.03 nan 0\nnan nan nan\n0 nan 0.006\n",
      "DIR/covariance, row 2, column '2': found nan where a finite number is expected"),
    .init(
      "an inverse without a word", mean, covariance: "40 6 0\n6 6 0\n0 0 170\n",
      "DIR/covariance, row 3: taken as a covariance, it gives 7.94 an error of 13; if this is an inverse, say so in a"
        + " comment '# COVTYPE = INVERSE'"),
    .init(
      "the systematic part", mean, covariance: "# COVTYPE = SYS\n0.03 0 0\n0 0.18 0\n0 0 0.006\n",
      "DIR/covariance: this is only the systematic part of a covariance; give the total"),
    .init(
      "correlations alone", mean, covariance: "1 0.1 0\n0.1 1 0\n0 0 1\n",
      "DIR/covariance: all elements on the diagonal are 1, so these are correlations, but there is no column of errors;"
        + " add one, or give a covariance"),
    .init(
      "another label", mean,
      covariance:
        ",DM_over_rs(0.51),DH_over_rs(0.51),DV_over_rs(0.3)\n1,0.03,-0.03,0\n2,-0.03,0.18,0\n3,0,0,0.006\n",
      "DIR/covariance: the covariance has the label 'DV_over_rs(0.3)', which is not among the values, but others are;"
        + " use the covariance that belongs to them"),
  ]

  @Test("what is refused", arguments: refusals)
  func refused(_ refusal: MeasurementRefusal) throws {
    try refusal.check(in: folder) { values, covariance in
      _ = try DataVector(acousticOscillations: values, covariance: covariance)
    }
  }

  @Test("files that are not there, and more rows than there are galaxies")
  func others() throws {
    #expect(throws: CatalogError.self) {
      try DataVector(acousticOscillations: folder.path("none"))
    }
    let rows = String(repeating: "0.5 13 0.1 DM_over_rs\n", count: 5001)
    let error = try #require(#expect(throws: CatalogError.self) { try read(rows) })
    #expect(
      error.description.hasSuffix(
        "there are more than 5000 rows, too many for measurements; leave some out"))
  }
}
