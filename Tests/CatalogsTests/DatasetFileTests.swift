import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Lists of files: what they name is used, by the rules of the release that the table is from.
@Suite struct DatasetFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let des =
    "CID,IDSURVEY,zCMB,zHD,zHEL,MU,MUERR_FINAL\n"
    + (0..<12).map { row in
      let z = Twelve.redshifts[row]
      return "\(row),10,\(z),\(z),\(z),\(Twelve.moduli[row]),0.15\n"
    }.joined()

  private static let pantheonPlus =
    "CID zHD zHEL m_b_corr m_b_corr_err_DIAG CEPH_DIST IS_CALIBRATOR\n"
    + (0..<12).map { row in
      // The first three are near, and one of them is a calibrator.
      let z = row < 3 ? [0.002, 0.004, 0.008][row] : Twelve.redshifts[row]
      let magnitude = row == 0 ? 9.9 : 5 * log10(299_792.458 / 70 * z * (1 + 0.77 * z)) + 5.7
      return "S\(row) \(z) \(z) \(magnitude) 0.15 \(row == 0 ? 29.2 : -9) \(row == 0 ? 1 : 0)\n"
    }.joined()

  private static let cosmomc =
    "#name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar cov_m_s cov_m_c cov_s_c set ra dec biascor\n"
    + (0..<12).map { row in
      let z = Twelve.redshifts[row]
      return
        "\(row) \(z) \(z) 0 \(Twelve.moduli[row] - 19.3) 0.15 0 0 0 0 0 0 0 0 0 0 0 0\n"
    }.joined()

  private static let systematic = "12\n" + Twelve.text(Twelve.covariance(0.2))
  private static let total = "12\n" + Twelve.text(Twelve.covariance())

  /// A release in small: the list, its table and matrix, and options that go with the table.
  struct Release: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let list: String
    let table: (name: String, text: String)
    let matrix: (name: String, text: String)
    var format: CatalogFormat
  }

  static let releases: [Release] = [
    Release(
      testDescription: "Cobaya's DESY5",
      list:
        "name = DESY5\ndata_file = DESY5/DES-SN5YR_HD.csv\nmag_covmat_file = DESY5/STAT+SYS.txt\n",
      table: ("DES-SN5YR_HD.csv", des), matrix: ("STAT+SYS.txt", systematic), format: .des),
    Release(
      testDescription: "Cobaya's DES-Dovekie",
      list:
        "name = DES-Dovekie\ndata_file = DES-Dovekie/DES-Dovekie_HD.csv\nmag_covmat_file = DES-Dovekie/covtot_000.txt\n",
      table: ("DES-Dovekie_HD.csv", des), matrix: ("covtot_000.txt", total), format: .des),
    Release(
      testDescription: "Cobaya's PantheonPlus",
      list:
        "name = PantheonPlus\ndata_file = PantheonPlus/Pantheon+SH0ES.dat\nmag_covmat_file = PantheonPlus/Pantheon+SH0ES_STAT+SYS.cov\n",
      table: ("Pantheon+SH0ES.dat", pantheonPlus),
      matrix: ("Pantheon+SH0ES_STAT+SYS.cov", total), format: .pantheonPlus),
    Release(
      testDescription: "MontePython's Pantheon+",
      list:
        "#Pantheon+\nname = PANTHEON\ndata_file = data/Pantheon_Plus/Pantheon+SH0ES.dat\npecz = 0\nintrinsicdisp = 0\n"
        + "twoscriptmfit = F\nscriptmcut = 10.0\nhas_mag_covmat = T\nmag_covmat_file = data/Pantheon_Plus/PP.cov\n"
        + "has_stretch_covmat = F\nhas_colour_covmat = F\n",
      table: ("Pantheon+SH0ES.dat", pantheonPlus), matrix: ("PP.cov", total),
      format: .pantheonPlus),
    Release(
      testDescription: "Cobaya's Pantheon",
      list:
        "#a reference\n\nname = PANTHEON\ndata_file = Pantheon/lcparam_full_long.txt\npecz = 0\nintrinsicdisp = 0\n"
        + "twoscriptmfit = F\nscriptmcut = 10.0\nhas_mag_covmat = T\nmag_covmat_file = Pantheon/sys_full_long.txt\n"
        + "has_stretch_covmat = F\nhas_colour_covmat = F\nhas_mag_stretch_covmat = F\n",
      table: ("lcparam_full_long.txt", cosmomc), matrix: ("sys_full_long.txt", systematic),
      format: .cosmomc),
    Release(
      testDescription: "Cobaya's Union3",
      list:
        "name = Union3\ndata_file = Union3/lcparam_full.txt\nhas_mag_covmat = T\nmag_covmat_file = Union3/mag_covmat.txt\n",
      table: ("lcparam_full.txt", cosmomc), matrix: ("mag_covmat.txt", systematic),
      format: .cosmomc),
  ]

  @Test(
    "a list and its table with --covariance are one catalog, to the last digit", arguments: releases
  )
  func passport(_ release: Release) throws {
    let list = try folder.write(release.list, to: "config.dataset")
    let table = try folder.write(release.table.text, to: release.table.name)
    let matrix = try folder.write(release.matrix.text, to: release.matrix.name)
    for calibrators in release.format == .pantheonPlus ? [false, true] : [false] {
      let byList = try Catalog(reading: list, .init(includesCalibrators: calibrators))
      let byTable = try Catalog(
        reading: table, .init(covariance: matrix, includesCalibrators: calibrators))
      #expect(byList.content == byTable.content)
      #expect(byList.fingerprint == byTable.fingerprint)
      #expect(byList.format == .dataset && byTable.format == release.format)
      #expect(Set(byList.files.keys) == [list, table, matrix])
      #expect(byTable.notes.allSatisfy(byList.notes.contains))
      #expect(byList.count == (release.format == .pantheonPlus ? calibrators ? 10 : 9 : 12))
    }
  }

  @Test("a packed inverse in a list, and marks of a release")
  func packedInverse() throws {
    let rows = Self.des.replacing("36.323", with: "-9")
    _ = try folder.write(rows, to: "hd.csv")
    let inverse = try Cholesky(
      Matrix(rows: 12, columns: 12, elements: Twelve.covariance())
    ).inverse
    let triangle = (0..<12).flatMap { row in (row..<12).map { inverse[row, $0] } }
    _ = try folder.write(
      ZipBytes.packedCovariance(size: 12, triangle), to: "covtot_inv_000.npz")
    let list = try folder.write(
      "data_file = hd.csv\nmag_covmat_file = covtot_inv_000.npz\n", to: "config.dataset")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: list) })
    #expect(error.row == 4 && error.problem == .missingValue(found: "-9"))
    let catalog = try Catalog(reading: list, .init(skipsMissing: true))
    #expect(
      catalog.count == 11 && catalog.notes.contains { $0.contains("was inverted before the cut") })
  }

  @Test("what a list names and is not used is said")
  func unused() throws {
    _ = try folder.write(Self.des, to: "hd.csv")
    _ = try folder.write(Self.total, to: "cov.txt")
    let list = try folder.write(
      "data_file = hd.csv\nhas_mag_covmat = F\nmag_covmat_file = cov.txt\nabsdist_file = distances.txt\n"
        + "has_stretch_covmat = T\nstretch_covmat_file = cov.txt\n", to: "config.dataset")
    let catalog = try Catalog(reading: list)
    #expect(catalog.sample?.covariance == .independent(Twelve.errors))
    for note in [
      "'mag_covmat_file' is not used: has_mag_covmat = F",
      "'absdist_file' names a file that is not used here",
      "'stretch_covmat_file' is not used: the magnitudes are standardised already",
    ] { #expect(catalog.notes.contains(note), "\(catalog.notes)") }
  }

  @Test("a covariance that is named without a flag, and is not there")
  func absent() throws {
    _ = try folder.write(Self.des, to: "hd.csv")
    let list = try folder.write("data_file = hd.csv\nmag_covmat_file = none.txt\n", to: "c.dataset")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: list) })
    #expect(
      error.problem == .noSuchPart(name: "none.txt", key: "mag_covmat_file", flag: "has_mag_covmat")
    )
  }

  @Test("a name that is longer than paths can be", .timeLimit(.minutes(1)))
  func longName() throws {
    let name = String(repeating: "a/", count: 20_000)
    let list = try folder.write("data_file = \(name)\n", to: "c.dataset")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: list) })
    guard case .noSuchPart = error.problem else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("FITS and VOTable in a list")
  func fits() throws {
    _ = try folder.write(Twelve.fits(), to: "sn.fits")
    _ = try folder.write(Self.total, to: "cov.txt")
    let list = try folder.write("data_file = sn.fits\nmag_covmat_file = cov.txt\n", to: "c.dataset")
    #expect(
      try readSample(list)
        == readSample(folder.path("sn.fits"), .init(covariance: folder.path("cov.txt"))))
  }

  @Test("files outside of the list's folder are not read unless that is asked for")
  func outside() throws {
    let outside = try TemporaryFolder()
    let table = try outside.write(Self.des, to: "hd.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path("lists"), withIntermediateDirectories: true)
    _ = try folder.write(Self.des, to: "near.csv")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("lists/link.csv"), withDestinationPath: table)
    // Whether anything is there makes no difference to what is said.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("lists/nowhere.csv"), withDestinationPath: outside.path("nothing"))
    for name in ["/nowhere/x.csv", "../nothing.csv", "nowhere.csv", "../nothing/near.csv"] {
      let list = try folder.write("data_file = \(name)\n", to: "lists/c.dataset")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: list) })
      guard case .outsideFolder = error.problem else {
        Issue.record("\(name): \(error)")
        continue
      }
    }
    for name in [table, "../near.csv", "link.csv", "./../lists/../near.csv"] {
      let list = try folder.write("data_file = \(name)\n", to: "lists/c.dataset")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: list) })
      guard case .outsideFolder = error.problem else {
        Issue.record("\(name): \(error)")
        continue
      }
      #expect(try Catalog(reading: list, .init(allowsOutsidePaths: true)).count == 12)
    }
    // An absolute path, or one with dots, that stays inside.
    _ = try folder.write(Self.des, to: "lists/inside.csv")
    for name in [folder.path("lists/inside.csv"), "../lists/inside.csv"] {
      let list = try folder.write("data_file = \(name)\n", to: "lists/c.dataset")
      #expect(try Catalog(reading: list).count == 12)
    }
  }

  @Test(
    "an error shows nothing of a file that a list names",
    arguments: [
      "machine example.org login someone password s3cret\n",
      "s3cret,mu,z\ns3cret,38.3,0.1\n", "z,mu,mu_err\n0.1,s3cret,0.2\n",
      "z,mu,mu_err\n0.1,38.3,\"s3cret\"s3cret\n", "z,s3cret\n0.1,38\n",
      "VARNAMES: z mu mu_err\ns3cret 0.1 38.3 0.2\n",
      "a,s3cret\na,x\nb,0.1\n", ",s3cret,b\ns3cret2,0.1,0\nb,0,0.1\n",
      "z,mu [s3cret],mu_err\n0.1,38.3,0.2\n",
    ])
  func secrets(text: String) throws {
    _ = try folder.write(text, to: "table")
    _ = try folder.write(Self.des, to: "hd.csv")
    for list in ["data_file = table\n", "data_file = hd.csv\nmag_covmat_file = table\n"] {
      let path = try folder.write(list, to: "c.dataset")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
      #expect(!error.description.contains("s3cret"), "\(error.description)")
    }
  }
}
