import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Fits of light curves in the names that programs and surveys give them.
@Suite struct LightCurveNameTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let shapes = [0.5, -1.2, 0.9, 1.4, -0.3, -0.8, 0.2, 1.1, -1, 0.4, -0.6, 0.7]
  private static let colors = [
    0.13, 0.08, 0.1, 0.06, 0.05, 0.01, 0.02, -0.04, -0.04, -0.05, -0.09, -0.08,
  ]
  private static let magnitudes = zip(Twelve.moduli, zip(shapes, colors)).map {
    $0 - 19.3 - 0.14 * $1.0 + 3.1 * $1.1
  }
  private static func all(_ value: Double) -> [Double] { [Double](repeating: value, count: 12) }

  private static let amplitudes = magnitudes.map { pow(10, -0.4 * ($0 - 10.635)) }

  private static func common(
    z: String, zhel: String, shape: String, shapeError: String, color: String, colorError: String
  ) -> [Twelve.Column] {
    [
      (z, Twelve.redshifts), (zhel, Twelve.redshifts), (shape, shapes), (shapeError, all(0.1)),
      (color, colors), (colorError, all(0.03)),
    ]
  }

  private static let jla: [Twelve.Column] =
    common(
      z: "zcmb", zhel: "zhel", shape: "x1", shapeError: "dx1", color: "color", colorError: "dcolor")
    + [
      ("mb", magnitudes), ("dmb", all(0.05)), ("cov_m_s", all(0.0004)), ("cov_m_c", all(0.001)),
      ("cov_s_c", all(-0.0002)),
    ]

  /// With the covariances of the amplitude that belong to those of the magnitude.
  private static func ofAmplitude(_ names: [String]) -> [Twelve.Column] {
    let slopes = amplitudes.map { -log(10) * $0 / 2.5 }
    return [
      (names[0], amplitudes), (names[1], slopes.map { abs($0) * 0.05 }),
      (names[2], slopes.map { $0 * 0.0004 }), (names[3], slopes.map { $0 * 0.001 }),
    ]
  }

  static let tables: [String: [Twelve.Column]] = [
    "SNANA":
      common(
        z: "zHD", zhel: "zHEL", shape: "x1", shapeError: "x1ERR", color: "c", colorError: "cERR")
      + [
        ("mB", magnitudes), ("mBERR", all(0.05)), ("COV_mB_x1", all(0.0004)),
        ("COV_mB_c", all(0.001)), ("COV_x1_c", all(-0.0002)),
      ],
    "SNANA with covariances of x0":
      common(
        z: "zHD", zhel: "zHEL", shape: "x1", shapeError: "x1ERR", color: "c", colorError: "cERR")
      + [("mB", magnitudes), ("mBERR", all(0.05)), ("COV_x1_c", all(-0.0002))]
      + ofAmplitude(["x0", "x0ERR", "COV_x1_x0", "COV_c_x0"]),
    "sncosmo":
      common(
        z: "z", zhel: "zhel", shape: "x1", shapeError: "x1_err", color: "c", colorError: "c_err")
      + [("cov_x1_c", all(-0.0002))]
      + ofAmplitude(["x0", "x0_err", "cov_x0_x1", "cov_x0_c"]),
    "ZTF":
      common(
        z: "redshift", zhel: "zhel", shape: "x1", shapeError: "x1_err", color: "c",
        colorError: "c_err") + [("cov_x1_c", all(-0.0002))]
      + ofAmplitude(["x0", "x0_err", "cov_x0_x1", "cov_x0_c"])
      + [("t0", all(58000)), ("cov_t0_x0", all(0))],
    "with e_mB":
      common(
        z: "zcmb", zhel: "zhel", shape: "x1", shapeError: "e_x1", color: "c", colorError: "e_c")
      + [
        ("mB", magnitudes), ("e_mB", all(0.05)), ("cov_mb_x1", all(0.0004)),
        ("cov_mb_c", all(0.001)), ("cov_x1_c", all(-0.0002)),
      ],
  ]

  private func curves(
    _ columns: [Twelve.Column], _ options: Catalog.Options = .init()
  ) throws -> LightCurveSample {
    try #require(
      try Catalog(reading: try folder.write(Twelve.table(columns), to: "t.csv"), options)
        .lightCurves)
  }

  @Test("all names lead to the numbers of JLA's", arguments: tables.keys.sorted())
  func names(name: String) throws {
    let expected = try curves(Self.jla)
    let columns = try #require(Self.tables[name])
    for text in [
      Twelve.table(columns),
      "VARNAMES: CID " + columns.map(\.name).joined(separator: " ") + "\n"
        + (0..<12).map { row in
          "SN: a\(row) " + columns.map { "\($0.values[row])" }.joined(separator: " ") + "\n"
        }.joined(),
    ] {
      let catalog = try Catalog(reading: try folder.write(text, to: "t.txt"))
      let sample = try #require(catalog.lightCurves)
      for (read, expected) in zip(sample.supernovae, expected.supernovae) {
        #expect(abs(read.magnitude - expected.magnitude) < 1e-12)
        #expect(abs(read.magnitudeVariance / expected.magnitudeVariance - 1) < 1e-12)
        #expect(abs(read.magnitudeShapeCovariance - 0.0004) < 1e-15)
        #expect(abs(read.magnitudeColorCovariance - 0.001) < 1e-15)
        #expect(read.shapeColorCovariance == -0.0002)
        #expect(read.shape == expected.shape && read.color == expected.color)
        #expect(read.shapeVariance == expected.shapeVariance)
      }
      #expect(catalog.notes.contains { $0.contains("no errors by peculiar velocities") })
    }
  }

  @Test("corrected moduli come before light curves, which an option asks for")
  func corrected() throws {
    let snana = try #require(Self.tables["SNANA"])
    let columns = snana + [("MU", Twelve.moduli), ("MUERR", Twelve.errors)]
    let path = try folder.write(Twelve.table(columns), to: "t.csv")
    #expect(try readSample(path).magnitudes == Twelve.moduli)
    #expect(try Catalog(reading: path, .init(format: .lightCurves)).lightCurves?.count == 12)
    let fits = try folder.write(Twelve.fits(columns), to: "t.fits")
    #expect(try readSample(fits).magnitudes == Twelve.moduli)
    #expect(try Catalog(reading: fits, .init(format: .lightCurves)).lightCurves?.count == 12)
  }

  @Test("without covariances light curves are read on demand, and that is said")
  func withoutCovariances() throws {
    let columns = try #require(Self.tables["SNANA"]).filter { !$0.name.hasPrefix("COV") }
    let path = try folder.write(Twelve.table(columns), to: "t.csv")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.description.contains("--light-curves"))
    let catalog = try Catalog(reading: path, .init(format: .lightCurves))
    #expect(
      catalog.notes.contains("no covariances of peak magnitude, shape and colour: taken as 0"))
    #expect(catalog.lightCurves?.supernovae[0].magnitudeColorCovariance == 0)
  }

  @Test("covariances of which some are missing are used as far as they are there, and that is said")
  func someCovariances() throws {
    let all = try #require(Self.tables["SNANA"])
    let columns = all.filter { !$0.name.hasPrefix("COV_mB") }
    let path = try folder.write(Twelve.table(columns), to: "t.csv")
    let catalog = try Catalog(reading: path, .init(format: .lightCurves))
    #expect(
      catalog.notes.contains(
        "no covariance of peak magnitude and shape, nor of peak magnitude and colour: taken as 0"))
    let first = try #require(catalog.lightCurves?.supernovae.first)
    #expect(first.shapeColorCovariance == -0.0002 && first.magnitudeColorCovariance == 0)
    // One of the magnitude next to one of the amplitude.
    let mixed =
      all.filter { $0.name != "COV_mB_c" }
      + Self.ofAmplitude(["x0", "x0ERR", "COV_x1_x0", "COV_c_x0"])
    let both = try #require(try curves(mixed).supernovae.first)
    #expect(abs(both.magnitudeColorCovariance - 0.001) < 1e-15)
    #expect(both.magnitudeShapeCovariance == 0.0004)
  }

  @Test("what light curves there are is said where no distance is")
  func amplitudesAlone() throws {
    let columns = try #require(Self.tables["sncosmo"]).filter { !$0.name.hasPrefix("cov") }
    let error = try #require(#expect(throws: CatalogError.self) { try curves(columns) })
    #expect(error.problem == .amplitudesAlone && error.description.contains("--light-curves"))
    #expect(try curves(columns, .init(format: .lightCurves)).count == 12)
    // Without what a correction needs it is not offered.
    let raw: [Twelve.Column] = [
      ("z", Twelve.redshifts), ("mb", Self.magnitudes), ("mb_err", Twelve.errors),
      ("dm15", Self.shapes), ("EBV", Self.colors),
    ]
    let refusal = try #require(#expect(throws: CatalogError.self) { try curves(raw) })
    #expect(!refusal.description.contains("--light-curves"), "\(refusal.description)")
  }

  @Test("massive hosts of SNANA's tables, where the mass is known")
  func hosts() throws {
    let masses = [9.5, 10.5, -9, 11, 10, 8, -9, 10.1, 9.9, 12, 7, 10.2]
    let columns = try #require(Self.tables["SNANA"]) + [("HOST_LOGMASS", masses)]
    #expect(try curves(columns).supernovae.map(\.hasMassiveHost) == masses.map { $0 > 10 })
  }

  @Test("what is missing or impossible in a fit of a light curve")
  func mistakes() throws {
    for (name, value, words) in [
      ("mB", -9.0, "found -9.0, which marks a missing value"),
      ("mB", 12, "is expected at redshift 0.083"), ("x1", -9, "which marks a missing value"),
      ("c", -99, "which marks a missing value"), ("COV_x1_c", -9, "which marks a missing value"),
      ("mBERR", .nan, "which marks a missing value"),
      ("c", 10.5, "where a number from -9.0 to 9.0"),
      ("mBERR", 0, "where a positive number is expected"),
      ("x1ERR", 0, "where a positive number is expected"),
      ("mBERR", 100, "where a number from 0.0 to 9.0"),
      ("mBERR", 3, "where the other errors and the scatter suggest one"),
      ("mBERR", 1e-9, "where the other errors and the scatter suggest one"),
      ("zHEL", 0.2, "heliocentric redshift within 0.02"),
    ] {
      let columns = try #require(Self.tables["SNANA"]).map { column in
        var values = column.values
        if column.name == name { values[4] = value }
        return (column.name, values)
      }
      let error = try #require(#expect(throws: CatalogError.self) { try curves(columns) })
      #expect(error.row == 6 && error.column == name, "\(error.description)")
      #expect(error.description.contains(words), "\(error.description)")
      if words.contains("missing") {
        #expect(try curves(columns, .init(skipsMissing: true)).count == 11)
      }
    }
  }
}
