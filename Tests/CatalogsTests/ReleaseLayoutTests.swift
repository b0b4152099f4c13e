import Catalogs
import Cosmology
import Digests
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Small files in the layouts of releases that are not beside the checkout.
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

  @Test("DES: the errors are added to a systematic covariance, which is told")
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
      // One file says it by its name; of the other it is a guess, and told as one.
      let guess =
        "the covariance is taken for the systematic part, as its diagonal beside 'MUERR_FINAL' suggests;"
        + " --covariance-kind says otherwise"
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

  /// A FITS file of as many supernovae as variances, with two modes.
  private func writeModes(_ modes: [Double], variances: [Double]) throws -> String {
    let count = variances.count
    var file = FITSBytes()
    file.append(
      table: "SNIA",
      [
        .init("z", doubles: Array([0.1, 0.5, 0.7].prefix(count))),
        .init("mu", doubles: Array([38.3, 42.2, 43].prefix(count))),
        .init("variance", doubles: variances),
      ])
    file.append(image: "MODES", axes: [2, count], modes)
    return try folder.write(file.bytes, to: "sn.fits")
  }

  @Test("variances and modes in a FITS file are a factored covariance, also after a cut")
  func factored() throws {
    let path = try writeModes([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], variances: [0.04, 0.01, 0.02])
    let sample = try readSample(path)
    #expect(
      sample.covariance
        == .factored(
          variances: [0.04, 0.01, 0.02],
          modes: Matrix(rows: 3, columns: 2, elements: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])))
    #expect(
      try readSample(path, .init(minimumRedshift: 0.2)).covariance
        == .factored(
          variances: [0.01, 0.02],
          modes: Matrix(rows: 2, columns: 2, elements: [0.3, 0.4, 0.5, 0.6])))
    let copy = folder.path("copy.fits")
    try Catalog(reading: path).writeFITS(to: copy)
    #expect(try readSample(copy) == sample)
    // A covariance that is given wins, and its kind is not that of the factors.
    let matrix = try folder.write("3\n1 0 0\n0 2 0\n0 0 3\n", to: "total.txt")
    #expect(
      try readSample(path, .init(covariance: matrix)).covariance
        == .total(Matrix(diagonal: [1, 2, 3])))
    #expect(throws: CatalogError.self) { try readSample(path, .init(covarianceKind: .inverse)) }
  }

  @Test("modes of rows in which a variance is missing are left out with them")
  func missingVariance() throws {
    let path = try writeModes([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], variances: [0.04, .nan, 0.02])
    let error = #expect(throws: CatalogError.self) { try readSample(path) }
    #expect(error?.row == 2 && error?.column == "variance")
    let sample = try readSample(path, .init(skipsMissing: true))
    #expect(sample.redshifts == [0.1, 0.7])
    #expect(
      sample.covariance
        == .factored(
          variances: [0.04, 0.02],
          modes: Matrix(rows: 2, columns: 2, elements: [0.1, 0.2, 0.5, 0.6])))
  }

  @Test("as many modes as supernovae are still modes")
  func squareModes() throws {
    let path = try writeModes([0.1, 0.2, 0.3, 0.4], variances: [0.04, 0.01])
    #expect(
      try readSample(path).covariance
        == .factored(
          variances: [0.04, 0.01],
          modes: Matrix(rows: 2, columns: 2, elements: [0.1, 0.2, 0.3, 0.4])))
  }

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

  // MARK: JLA

  static let lightCurves = """
    #name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar tmax dtmax cov_m_s cov_m_c cov_s_c set ra
    a 0.5 0.501 0 23.0 0.1 1.25 0.15 -0.01 0.03 9.5 0.1 1 2 0.0008 0.0004 -0.00003 1 36
    b 0.1 0.101 0 19.0 0.2 -0.5 0.25 0.02 0.04 10.5 0.1 1 2 0.0009 0.0005 -0.00004 4 37

    """

  @Test("JLA: the blocks that a .dataset names, beside it or in its folder, compressed or not")
  func jla() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("data"), withIntermediateDirectories: true)
    _ = try folder.write(Self.lightCurves, to: "data/jla.txt")
    _ = try folder.write("2\n0.01\n0.002\n0.002\n0.03\n", to: "data/v0.dat")
    // Between different quantities a matrix need not be positive.
    _ = try folder.write("2\n-0.01 0.002\n0.002 0\n", to: "v0a.dat")
    try folder.compress("v0a.dat", keepingName: true)
    let dataset = try folder.write(
      """
      http://www.example.org without a key
      name = JLA
      data_file = data/jla.txt
      pecz = 0
      intrinsicdisp = 0
      intrinsicdisp0 = 0
      scriptmcut = 10.0
      twoscriptmfit = T
      has_mag_covmat = T
      mag_covmat_file = data/v0.dat
      has_mag_stretch_covmat = T
      mag_stretch_covmat_file = /your-path/v0a.dat
      has_colour_covmat = F
      """, to: "jla.dataset")
    let sample = try #require(try Catalog(reading: dataset).lightCurves)
    #expect(
      sample.supernovae[1]
        == .init(
          redshift: 0.1, heliocentricRedshift: 0.101, magnitude: 19, shape: -0.5, color: 0.02,
          magnitudeVariance: 0.2 * 0.2, shapeVariance: 0.25 * 0.25, colorVariance: 0.04 * 0.04,
          magnitudeShapeCovariance: 0.0009, magnitudeColorCovariance: 0.0005,
          shapeColorCovariance: -0.00004, hasMassiveHost: true))
    #expect(!sample.supernovae[0].hasMassiveHost)
    #expect(Set(sample.blocks.keys) == [.magnitude, .magnitudeShape])
    #expect(sample.blocks[.magnitudeShape]?.elements == [-0.01, 0.002, 0.002, 0])
    // All of them count as input, as they lie on the disk.
    let files = try Catalog(reading: dataset).files
    let names = ["jla.dataset", "data/jla.txt", "data/v0.dat", "v0a.dat.gz"]
    #expect(Set(files.keys) == Set(names.map(folder.path)))
    for name in names {
      #expect(files[folder.path(name)] == FileDigest(of: folder.path(name))?.hexadecimal)
    }
    let far = try Catalog(reading: dataset, .init(minimumRedshift: 0.2))
    #expect(far.lightCurves?.blocks[.magnitude]?.elements == [0.01])

    // What our own files hold is the same bit for bit.
    let path = folder.path("jla.fits")
    try Catalog(reading: dataset).writeFITS(to: path)
    #expect(try Catalog(reading: path).content == .lightCurves(sample))
    // Text has no room for blocks.
    #expect(throws: CatalogError.self) {
      try Catalog(reading: dataset).writeCSV(to: folder.path("jla.csv"))
    }
    let table = try Catalog(reading: folder.path("data/jla.txt"))
    try table.writeCSV(to: folder.path("table.csv"))
    #expect(try Catalog(reading: folder.path("table.csv")).content == table.content)
  }

  @Test("a .dataset of standardised magnitudes: its covariance lacks the squares of dmb")
  func pantheonDataset() throws {
    _ = try folder.write(
      "#name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar cov_m_s cov_m_c cov_s_c set ra dec biascor \n"
        + "1 0.1 0.101 0.0 19.0 0.1 0 0 0 0 0 0 0 0 0 0 0 0\n", to: "lcparam.txt")
    _ = try folder.write("1\n0.02\n", to: "sys.txt")
    let dataset = try folder.write(
      "data_file = /your-path/lcparam.txt\nhas_mag_covmat = T\nmag_covmat_file = /your-path/sys.txt\n",
      to: "full_long.dataset")
    let sample = try readSample(dataset)
    #expect(
      sample.covariance
        == .systematic(Matrix(rows: 1, columns: 1, elements: [0.02]), errors: [0.1]))
    let scattered = try folder.write(
      "data_file = lcparam.txt\nintrinsicdisp = 0.075\n", to: "scattered.dataset")
    guard case .independent(let errors) = try readSample(scattered).covariance else {
      Issue.record("expected independent errors")
      return
    }
    #expect(abs(errors[0] - 0.125) < 1e-15)
    #expect(
      try Catalog(reading: scattered).notes.contains(
        "intrinsic scatter and peculiar velocities are added to the squares of 'dmb': intrinsicdisp = 0.075"
      ))
    #expect(try !Catalog(reading: dataset).notes.contains { $0.contains("scatter") })
  }

  @Test(
    "a .dataset whose scatter or velocities are absurd",
    arguments: [
      ("intrinsicdisp = -0.1", "'intrinsicdisp': found -0.1 where a number from 0.0 to 10.0"),
      ("intrinsicdisp0 = 1e300", "'intrinsicdisp0': found 1e+300 where a number from 0.0 to 10.0"),
      ("pecz = 300", "'pecz': found 300.0 where a number from 0.0 to 1.0"),
    ])
  func absurdScatter(line: String, words: String) throws {
    _ = try folder.write(
      "#name zcmb zhel dz mb dmb set\n1 0.1 0.101 0.0 19.0 0.1 0\n", to: "lcparam.txt")
    let dataset = try folder.write("data_file = lcparam.txt\n\(line)\n", to: "absurd.dataset")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: dataset) })
    #expect(error.description == "\(dataset), row 2, column \(words) is expected")
  }

  @Test("light curves: options that mean nothing for them are refused, and impossible numbers")
  func lightCurveRefusals() throws {
    let path = try folder.write(Self.lightCurves, to: "curves.txt")
    for (options, words) in [
      (Catalog.Options(covarianceKind: .total), "--covariance-kind means nothing"),
      (.init(columns: [.error: "dmb"]), "--column mu_err=NAME means nothing"),
    ] {
      let error = try #require(
        #expect(throws: CatalogError.self) { try Catalog(reading: path, options) })
      #expect(error.description.contains(words), "\(error.description)")
    }

    // A variance in our own files, which no root was taken of.
    let curves = folder.path("curves.csv")
    try Catalog(reading: path).writeCSV(to: curves)
    var lines = try String(contentsOfFile: curves, encoding: .utf8).split(separator: "\n")
    let names = lines[0].split(separator: ",")
    for (name, value, words) in [
      ("color_var", "-0.1", "column 'color_var': found -0.1 where a positive number is expected"),
      (
        "mb", "1e300",
        "column 'mb': found 1e300, which marks a missing value; --skip-missing leaves such rows out"
      ),
    ] {
      let good = lines[1]
      var cells = good.split(separator: ",").map(String.init)
      cells[try #require(names.firstIndex(of: Substring(name)))] = value
      lines[1] = Substring(cells.joined(separator: ","))
      let bad = try folder.write(lines.joined(separator: "\n") + "\n", to: "bad.csv")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: bad) })
      #expect(error.description == "\(bad), row 2, \(words)")
      lines[1] = good
    }
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
