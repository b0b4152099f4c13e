import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Covariances within the fit of a light curve, rules of releases, and headers of SNANA where light
/// curves are asked for.
@Suite struct LightCurveCovarianceTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let shapes = [0.5, -1.2, 0.9, 1.4, -0.3, -0.8, 0.2, 1.1, -1, 0.4, -0.6, 0.7]
  private static let colors = [
    0.13, 0.08, 0.1, 0.06, 0.05, 0.01, 0.02, -0.04, -0.04, -0.05, -0.09, -0.08,
  ]
  private static let names =
    "CID zHD zHEL mB mBERR x1 x1ERR c cERR COV_mB_x1 COV_mB_c COV_x1_c MU MUERR"

  /// Rows of SNANA's table, with covariances in one of them.
  private static func rows(
    _ row: Int = 4, _ covariances: [Double] = [0.0004, 0.001, -0.0002], separator: String = " "
  ) -> [String] {
    (0..<12).map { index in
      let (z, mu) = (Twelve.redshifts[index], Twelve.moduli[index])
      let magnitude = mu - 19.3 - 0.14 * shapes[index] + 3.1 * colors[index]
      let numbers =
        [z, z, magnitude, 0.05, shapes[index], 0.1, colors[index], 0.03]
        + (index == row ? covariances : [0.0004, 0.001, -0.0002]) + [mu, 0.15]
      return (["S\(index)"] + numbers.map { "\($0)" }).joined(separator: separator)
    }
  }

  private static func snana(_ before: String, _ rows: [String] = rows()) -> String {
    before + "VARNAMES: \(names)\n" + rows.map { "SN: \($0)\n" }.joined()
  }

  private static let asked = Catalog.Options(format: .lightCurves)

  @Test(
    "lines above the names of SNANA's table are no obstacle to an option",
    arguments: [
      "", "NVAR: 14\n", "NVAR: 14\n\n", "MUERR_INCLUDE: zERR\nMUERR_INCLUDE: zPECERR=0.0008\n",
      "# prose\nNVAR: 14\n",
    ])
  func keysAboveNames(before: String) throws {
    let path = try folder.write(Self.snana(before), to: "t.fitres")
    #expect(try readSample(path).magnitudes == Twelve.moduli)
    let catalog = try Catalog(reading: path, Self.asked)
    #expect(catalog.lightCurves?.supernovae.map(\.shape) == Self.shapes)
    #expect(try Catalog(reading: path, .init(format: .table)).sample?.count == 12)
  }

  @Test("a list leads to light curves by the option too")
  func list() throws {
    _ = try folder.write(Self.snana("NVAR: 14\n"), to: "t.fitres")
    let list = try folder.write("data_file = t.fitres\npecz = 0.001\n", to: "l.dataset")
    #expect(try readSample(list).count == 12)
    let curves = try #require(try Catalog(reading: list, Self.asked).lightCurves)
    #expect(curves.count == 12 && curves.supernovae[0].magnitudeVariance > 0.0025)
  }

  @Test(
    "errors and covariances that no three quantities have",
    arguments: [
      [0.006, 0, 0], [0, 0.002, 0], [0, 0, -0.0031], [0.005, 0, 0], [0, 0.5, 0],
      // Each pair can be, all three cannot.
      [0.0045, 0.00135, -0.0027],
    ])
  func impossible(covariances: [Double]) throws {
    let path = try folder.write(Self.snana("", Self.rows(4, covariances)), to: "t.fitres")
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: path, Self.asked) })
    #expect(error.row == 6)
    #expect(
      error.problem
        == .impossibleCovariances(
          columns: ["mBERR", "x1ERR", "cERR", "COV_mB_x1", "COV_mB_c", "COV_x1_c"]))
    #expect(error.description.contains("--skip-missing"), "\(error.description)")
    let catalog = try Catalog(reading: path, .init(format: .lightCurves, skipsMissing: true))
    #expect(catalog.count == 11)
    #expect(
      catalog.notes.contains(
        "1 row is left out, because its covariances are impossible: 6"), "\(catalog.notes)")
  }

  @Test("strong covariances that can be")
  func possible() throws {
    for covariances in [[0.0049, 0.0014, 0.0028], [-0.0049, 0, 0], [0.0045, -0.00135, -0.0027]] {
      let path = try folder.write(Self.snana("", Self.rows(4, covariances)), to: "t.fitres")
      #expect(try Catalog(reading: path, Self.asked).count == 12)
    }
  }

  @Test("errors of shapes and colours that are all zero go with no covariances only")
  func exact() throws {
    let rows = (0..<12).map { index in
      let magnitude = Twelve.moduli[index] - 19.3
      return "S\(index) \(Twelve.redshifts[index]) \(magnitude) 0.1 0.5 0 0.1 0 "
    }
    let names = "VARNAMES: CID zHD mB mBERR x1 x1ERR c cERR COV_mB_x1\n"
    func table(_ covariance: String) throws -> String {
      try folder.write(names + rows.map { "SN: \($0)\(covariance)\n" }.joined(), to: "t.fitres")
    }
    #expect(try Catalog(reading: try table("0"), Self.asked).count == 12)
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: try table("0.001"), Self.asked) })
    #expect(error.row == 2)
  }

  @Test("the cut of a release holds for its light curves and in any kind of file")
  func releaseCut() throws {
    let columns: [Twelve.Column] =
      [
        ("zHD", Twelve.redshifts.enumerated().map { $0 < 2 ? 0.005 : $1 }),
        ("zHEL", Twelve.redshifts.enumerated().map { $0 < 2 ? 0.005 : $1 }),
        (
          "m_b_corr",
          Twelve.moduli.enumerated().map { ($0 < 2 ? 31.66 : $1) - 19.3 }
        ),
        ("m_b_corr_err", Twelve.errors),
        ("IS_CALIBRATOR", (0..<12).map { $0 < 2 ? 1 : 0 }),
        ("CEPH_DIST", (0..<12).map { $0 < 2 ? 31.66 : -9 }),
        (
          "mB",
          Twelve.moduli.enumerated().map {
            ($0 < 2 ? 31.66 : $1) - 19.3 - 0.14 * Self.shapes[$0] + 3.1 * Self.colors[$0]
          }
        ),
        ("mBERR", Twelve.errors), ("x1", Self.shapes), ("x1ERR", Twelve.errors),
        ("c", Self.colors), ("cERR", [Double](repeating: 0.03, count: 12)),
      ]
    for path in [
      try folder.write(Twelve.table(columns), to: "t.csv"),
      try folder.write(Twelve.table(columns, separator: " "), to: "t.dat"),
      try folder.write(Twelve.fits(columns), to: "t.fits"),
    ] {
      #expect(try readSample(path).count == 10, "\(path)")
      #expect(try Catalog(reading: path, Self.asked).count == 10, "\(path)")
      #expect(
        try Catalog(reading: path, .init(format: .lightCurves, minimumRedshift: 0)).count == 12)
    }
  }

  @Test(
    "published fits of light curves",
    .needs("data/pantheon2018/Ancillary_G10.FITRES"),
    .needs("data/pantheon_plus/Pantheon+SH0ES.dat"))
  func published() throws {
    let pantheon = try #require(ProjectFiles.shared("data/pantheon2018/Ancillary_G10.FITRES"))
    // Two of its 1048 fits have impossible covariances.
    #expect(
      try Catalog(reading: pantheon, .init(format: .lightCurves, skipsMissing: true)).count == 1046)
    let plus = try #require(ProjectFiles.shared("data/pantheon_plus/Pantheon+SH0ES.dat"))
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: plus, Self.asked) })
    guard case .impossibleCovariances = error.problem else {
      Issue.record("\(error.description)")
      return
    }
    let catalog = try Catalog(reading: plus, .init(format: .lightCurves, skipsMissing: true))
    #expect(catalog.notes.contains { $0.hasPrefix("zHD > 0.01 keeps 1590 of 1701 rows") })
    #expect(catalog.notes.contains { $0.contains("their covariances are impossible") })
  }
}
