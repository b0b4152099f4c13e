import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Small files in the layouts of releases that are not next to the checkout.
@Suite struct ReleaseLayoutTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  // MARK: Pantheon+

  static let pantheonPlus = """
    CID zHD zHEL m_b_corr m_b_corr_err_DIAG CEPH_DIST IS_CALIBRATOR x1 c 
    a 0.002 0.0021 9.7 1.5 29.1 1 0.1 0.2 
    b 0.005 0.0051 11.9 1.2 -9 0 0.1 0.2 
    c 0.02 0.0201 15.2 0.2 -9 0 0.1 0.2 
    d 0.03 0.0301 16.0 0.2 33.2 1 0.1 0.2 

    """
  static let four = Matrix(
    rows: 4, columns: 4,
    elements: [
      0.04, 0.001, 0.002, 0.003, 0.001, 0.05, 0.004, 0.005, 0.002, 0.004, 0.06, 0.006, 0.003, 0.005,
      0.006, 0.07,
    ])

  private func matrixText(_ matrix: Matrix) -> String {
    "\(matrix.rows)\n" + matrix.elements.map { "\($0)\n" }.joined()
  }

  @Test("Pantheon+: the published cut, and the covariance of all rows cut to the same rows")
  func pantheonPlusCut() throws {
    let table = try folder.write(Self.pantheonPlus, to: "Pantheon+SH0ES.dat")
    let covariance = try folder.write(matrixText(Self.four), to: "stat+sys.cov")
    let catalog = try Catalog(reading: table, covariance: covariance)
    let sample = try #require(catalog.sample)
    #expect(catalog.format == .pantheonPlus && catalog.notes == ["zHD > 0.01 keeps 2 of 4 rows"])
    #expect(sample.redshifts == [0.02, 0.03] && sample.heliocentricRedshifts == [0.0201, 0.0301])
    #expect(sample.magnitudes == [15.2, 16] && sample.calibratorModuli.isEmpty)
    #expect(
      sample.covariance
        == .total(Matrix(rows: 2, columns: 2, elements: [0.06, 0.006, 0.006, 0.07])))

    let withCalibrators = try readSample(
      table, .init(covariance: covariance, includesCalibrators: true))
    #expect(withCalibrators.magnitudes == [9.7, 15.2, 16])
    #expect(withCalibrators.calibratorModuli == [0: 29.1, 2: 33.2])
    // As any table: no cut, no calibrators.
    #expect(try readSample(table, .init(covariance: covariance, format: .table)).count == 4)
    let narrow = try readSample(
      table, .init(covariance: covariance, minimumRedshift: 0.004, maximumRedshift: 0.025))
    #expect(narrow.redshifts == [0.005, 0.02])
  }

  @Test("an inverse is inverted before it is cut")
  func inverseCut() throws {
    let table = try folder.write(Self.pantheonPlus, to: "Pantheon+SH0ES.dat")
    let inverse = try Cholesky(Self.four).inverse
    let file = try folder.write(matrixText(inverse), to: "cov_inv.txt")
    let sample = try readSample(table, .init(covariance: file))
    guard case .total(let matrix) = sample.covariance else {
      Issue.record("expected a total covariance")
      return
    }
    for (read, expected) in zip(matrix.elements, [0.06, 0.006, 0.006, 0.07]) {
      #expect(abs(read - expected) < 1e-14)
    }
  }

  // MARK: DES and SNANA

  static let des = """
    CID,IDSURVEY,zCMB,zHD,zHEL,MU,MUERR_FINAL
    1,10,0.11,0.1,0.101,38.3,0.2
    2,10,0.51,0.5,0.499,42.2,0.1

    """

  @Test("DES: the errors are added to a systematic covariance, which is reported")
  func desSystematic() throws {
    let table = try folder.write(Self.des, to: "DES-SN5YR_HD.csv")
    for (name, text) in [
      ("covsys_000.txt", "2\n0.05\n0.001\n0.001\n0.04\n"),
      ("other.txt", "2\n0.002\n0.001\n0.001\n0.004\n"),
    ] {
      let file = try folder.write(text, to: name)
      let catalog = try Catalog(reading: table, covariance: file)
      #expect(catalog.format == .des)
      guard case .systematic(_, let errors) = catalog.sample?.covariance else {
        Issue.record("expected a systematic covariance")
        return
      }
      #expect(errors == [0.2, 0.1] && catalog.columns[.error] == "MUERR_FINAL")
      // One file says it by its name; of the other it is a guess, and reported as one.
      let guess =
        "the covariance is taken as the systematic part, judging by its diagonal and 'MUERR_FINAL';"
        + " --covariance-kind overrides this"
      #expect(
        catalog.notes == (name == "other.txt" ? [guess] : []) + [
          "the covariance is the systematic part: the squares of 'MUERR_FINAL' are added to its diagonal"
        ])
      let whole = try Catalog(reading: table, .init(covariance: file, covarianceKind: .total))
      #expect(whole.notes == [])
      let forced = try readSample(table, .init(covariance: file, covarianceKind: .total))
      guard case .total = forced.covariance else {
        Issue.record("expected a total covariance")
        return
      }
    }
  }

  static let snana = """

    NVAR: 5
    VARNAMES: CID zHD zHEL MU MUERR
    # comment, with "one quote
    SN: 1 0.1 0.101 38.3 0.2
    ROW: 2 0.5 0.499 42.2 0.1

    """

  @Test("SNANA's text, also compressed, and bins relative to a reference")
  func snanaText() throws {
    for name in ["hd.txt", "hd.txt.gz"] {
      _ = try folder.write(Self.snana, to: "hd.txt")
      if name.hasSuffix(".gz") { try folder.compress("hd.txt", keepingName: true) }
      let catalog = try Catalog(reading: folder.path(name))
      let sample = try #require(catalog.sample)
      #expect(catalog.format == .snana && sample.redshifts == [0.1, 0.5])
      #expect(sample.heliocentricRedshifts == [0.101, 0.499] && sample.magnitudes == [38.3, 42.2])
      #expect(sample.covariance == .independent([0.2, 0.1]))
    }
    let bins = try folder.write(
      "VARNAMES: ROW z MUDIF MUDIFERR MUREF\nROW: 1 0.1 -0.5 0.2 38.5\n", to: "m0dif.txt")
    let sample = try readSample(bins)
    #expect(sample.magnitudes == [38.0] && sample.covariance == .independent([0.2]))
  }

  // MARK: Packed matrices

  @Test("a packed upper triangle; the name, else the diagonal, says what it is")
  func packed() throws {
    let table = try folder.write(Self.des, to: "hd.csv")
    let total = [0.0625, 0.0078125, 0.015625]
    func kind(_ name: String, _ triangle: [Double]) throws -> SupernovaSample.Covariance {
      let file = try folder.write(ZipBytes.packedCovariance(size: 2, triangle), to: name)
      return try readSample(table, .init(covariance: file)).covariance
    }
    let matrix = Matrix(rows: 2, columns: 2, elements: [0.0625, 0.0078125, 0.0078125, 0.015625])
    #expect(try kind("cov.npz", total) == .total(matrix))
    #expect(try kind("covtot_000.npz", total) == .total(matrix))
    #expect(try kind("covtot_inv_000.npz", total) == .inverse(matrix))
    #expect(try kind("covsys_000.npz", total) == .systematic(matrix, errors: [0.2, 0.1]))
    // DES-Dovekie calls the inverse of the statistical errors STATONLY.
    let inverse = Matrix(rows: 2, columns: 2, elements: [25, 0, 0, 100])
    #expect(try kind("STATONLY.npz", [25, 0, 100]) == .inverse(inverse))
    let error = #expect(throws: CatalogError.self) { try kind("cov.npz", [5000, 0, 5000]) }
    #expect(error?.problem == .ambiguousCovariance(column: "MUERR_FINAL"))
  }

  @Test("a deflated archive as NumPy 2.4 writes it")
  func numpy() throws {
    let table = try folder.write(Self.des, to: "hd.csv")
    let bytes = try #require(
      Data(base64Encoded: Self.numpyArchive, options: .ignoreUnknownCharacters))
    let file = try folder.write(Array(bytes), to: "cov.npz")
    #expect(
      try readSample(table, .init(covariance: file)).covariance
        == .total(
          Matrix(rows: 2, columns: 2, elements: [0.0625, 0.0078125, 0.0078125, 0.015625])))
  }

  /// `savez_compressed(nsn=array(2), cov=array([0.0625, 0.0078125, 0.015625], 'f4'))`, 2026-11-21.
  private static let numpyArchive = """
    UEsDBC0AAAAIAAAAIQBHthAk//////////8HABQAbnNuLm5weQEAEACIAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQ
    xlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkamjoKtQoUAS4mBggAAFBLAwQt
    AAAACAAAACEAZmndUf//////////BwAUAGNvdi5ucHkBABAAjAAAAAAAAABPAAAAAAAAAJvsF+obEMnIUMZQrZ6S
    WpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GsY6mjoKtQoUAC4GhgZbBgYGGyBtAwBQ
    SwECLQMtAAAACAAAACEAR7YQJEYAAACIAAAABwAAAAAAAAAAAAAAgAEAAAAAbnNuLm5weVBLAQItAy0AAAAIAAAA
    IQBmad1RTwAAAIwAAAAHAAAAAAAAAAAAAACAAX8AAABjb3YubnB5UEsFBgAAAAACAAIAagAAAAcBAAAAAA==
    """

  @Test("an error that cannot be read does not turn a systematic covariance into a total one")
  func unreadableErrors() throws {
    let table = try folder.write("z,mu,mu_err\n0.1,38.3,0.1\n0.5,42.2,nan\n", to: "t.csv")
    let matrix = try folder.write("2\n0.001 0\n0 0.001\n", to: "m.txt")
    #expect(throws: CatalogError.self) { try readSample(table, .init(covariance: matrix)) }
    #expect(
      try readSample(table, .init(covariance: matrix, covarianceKind: .total)).covariance
        == .total(Matrix(diagonal: [0.001, 0.001])))
  }

  @Test("CosmoMC's table of Union3 has errors of zero: its matrix is all")
  func cosmomcWithoutErrors() throws {
    let table = try folder.write(
      "#name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar cov_m_s cov_m_c cov_s_c set\n"
        + "1 0.1 0.1 0 19.0 0 0 0 0 0 0 0 0 0 0 0\n", to: "lcparam_full.txt")
    let covariance = try folder.write("1\n0.02\n", to: "mag_covmat.txt")
    #expect(
      try readSample(table, .init(covariance: covariance)).covariance
        == .total(Matrix(rows: 1, columns: 1, elements: [0.02])))
  }

  // MARK: Union3

  @Test("Union3: redshifts, moduli and the inverse covariance in one image")
  func union3() throws {
    let pixels: [Double] = [0, 0.1, 0.5, 38.3, 30, -2, 42.2, -2, 60]
    let path = try folder.write(FITSBytes(primaryImage: [3, 3], pixels).bytes, to: "mu_mat.fits")
    let catalog = try Catalog(reading: path)
    let sample = try #require(catalog.sample)
    #expect(catalog.format == .fitsImage)
    #expect(sample.redshifts == [0.1, 0.5] && sample.magnitudes == [38.3, 42.2])
    #expect(
      sample.covariance == .inverse(Matrix(rows: 2, columns: 2, elements: [30, -2, -2, 60])))
    let cut = try readSample(path, .init(minimumRedshift: 0.2))
    guard case .total(let matrix) = cut.covariance else {
      Issue.record("expected a total covariance")
      return
    }
    #expect(abs(matrix[0, 0] - 30.0 / (30 * 60 - 4)) < 1e-15)
  }

  // MARK: Writing

  @Test(
    "what convert writes is read back the same, whatever the kind of the covariance",
    arguments: [CovarianceKind.total, .systematic, .inverse], [true, false])
  func roundTrip(kind: CovarianceKind, isFITS: Bool) throws {
    let table = try folder.write(Self.pantheonPlus, to: "p.dat")
    let covariance = try folder.write(matrixText(Self.four), to: "c.txt")
    let catalog = try Catalog(
      reading: table,
      .init(
        covariance: covariance, covarianceKind: kind, columns: [.error: "m_b_corr_err_DIAG"],
        minimumRedshift: 0, includesCalibrators: true))
    let path = folder.path(isFITS ? "o.fits" : "o.csv")
    if isFITS {
      try catalog.writeFITS(to: path)
      #expect(try Catalog(reading: path).content == catalog.content)
    } else {
      let matrix = try #require(try catalog.writeCSV(to: path))
      #expect(matrix == path + ".cov.txt")
      #expect(try Catalog(reading: path, covariance: matrix).content == catalog.content)
      #expect(throws: CatalogError.self) { try catalog.writeCSV(to: path) }
    }
    #expect(catalog.sample?.calibratorModuli == [0: 29.1, 3: 33.2])
  }
}
