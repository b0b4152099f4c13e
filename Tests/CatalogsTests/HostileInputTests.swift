import Archives
import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Releases that are damaged, contradict themselves, or are not what their names say.
@Suite struct HostileInputTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let lightCurves = LightCurveReleaseTests.lightCurves

  static let cases: [Refusal] = [
    Refusal(
      "a pointer of git-lfs",
      table: "version https://git-lfs.github.com/spec/v1\noid sha256:0ec3\nsize 12087118\n",
      "DIR/table: this is a pointer to a file in git-lfs, not the file; fetch it with 'git lfs pull'"
    ),
    Refusal(
      "a pointer of git-lfs as covariance",
      covariance: "version https://git-lfs.github.com/spec/v1\n",
      "DIR/covariance: this is a pointer to a file in git-lfs, not the file; fetch it with 'git lfs pull'"
    ),
    Refusal(
      "a web page saved as covariance", covariance: "\n\n<!DOCTYPE html>\n<html lang=\"en\">",
      "DIR/covariance: this is a web page, not data; download the raw file (on GitHub, the 'Raw' button)"
    ),
    Refusal(
      "text that is forced to be FITS", options: .init(format: .fits),
      "DIR/table: the file is text, not FITS; leave out --format"),
    Refusal(
      "a cut that leaves nothing", options: .init(minimumRedshift: 0.2, maximumRedshift: 0.3),
      "DIR/table, column 'z': no row is left with a redshift above 0.2 and below 0.3; mind --z-min and --z-max"
    ),
    Refusal(
      "calibrators of moduli", options: .init(includesCalibrators: true),
      "DIR/table: there are no calibrators: they need apparent magnitudes and the column CEPH_DIST; leave out --calibrators"
    ),
    Refusal(
      "the kind of no covariance", options: .init(covarianceKind: .inverse),
      "DIR/table: --covariance-kind needs a matrix, but there is none; add --covariance FILE or leave it out"
    ),
    Refusal(
      "a systematic part without errors", table: "z,mu\n0.1,38.3\n", covariance: "0.01\n",
      options: .init(covarianceKind: .systematic),
      "DIR/table: the covariance is only the systematic part, but there is no column of errors to add;"
        + " name it with --column mu_err=NAME"),
    Refusal(
      "neither a covariance nor its inverse", covariance: "5000 0\n0 5000\n",
      "DIR/covariance: compared with the errors in column 'mu_err' the diagonal fits neither a covariance in mag² nor its inverse;"
        + " state its unit in a comment such as '# BUNIT = mmag2', convert it to mag², or state its kind with --covariance-kind"
    ),
    Refusal(
      "an empty element in a covariance", covariance: "0.04,,0.01\n0.01,0.02\n",
      "DIR/covariance, row 1: found '' where a number is expected"),
    Refusal(
      "two points in a number", covariance: "0.04 0.0.1\n0.01 0.02\n",
      "DIR/covariance, row 1: found '0.0.1' where a number is expected"),
    Refusal(
      "a bare exponent", covariance: "0.04 0.01\n1e 0.02\n",
      "DIR/covariance, row 2: found '1e' where a number is expected"),
    Refusal(
      "only comments for a covariance", covariance: "# 2 2\n",
      "DIR/covariance: found 0 numbers where a covariance of 2 × 2 has 4 (an extra count or two may come first);"
        + " it must have a row for each supernova"),

    Refusal(
      "SNANA without names", options: .init(format: .snana),
      "DIR/table: there is no line with 'VARNAMES:'; add it or choose another --format"),
    Refusal(
      "an SNANA row cut short",
      table: "VARNAMES: CID zHD MU MUERR\nSN: 1 0.1 38.3 0.2\nSN: 2 0.5\n",
      "DIR/table, row 3: found 2 fields where there are 4 column names"),
    Refusal(
      "an SNANA row without key", table: "VARNAMES: CID zHD MU MUERR\n1 0.1 38.3 0.2\n",
      "DIR/table, row 2: found '1' where a row begins with a key such as SN:"),
    Refusal(
      "SNANA names that change",
      table: "VARNAMES: CID zHD MU\nSN: 1 0.1 38.3\nVARNAMES: CID MU zHD\n",
      "DIR/table, row 3: the column names change in the middle of the file"),
    Refusal(
      "SNANA names and nothing else", table: "VARNAMES: CID zHD MU\n",
      "DIR/table: there are column names but no rows"),
    Refusal(
      "a missing modulus in SNANA's text", table: "VARNAMES: CID zHD MU MUERR\nSN: 1 0.1 -9 0.2\n",
      "DIR/table, row 2, column 'MU': found -9, which marks a missing value; --skip-missing leaves such rows out"
    ),
    Refusal(
      "a missing redshift in SNANA's text",
      table: "VARNAMES: CID zHD MU MUERR\nSN: 1 -9 38.3 0.2\n",
      "DIR/table, row 2, column 'zHD': found -9, which marks a missing value; --skip-missing leaves such rows out"
    ),
    Refusal(
      "differences without their reference",
      table: "VARNAMES: ROW z MUDIF MUDIFERR\nROW: 1 0.1 -0.5 0.2\n",
      "DIR/table: no column for the distance modulus: looked for MUREF and found ROW, z, MUDIF, MUDIFERR;"
        + " name it with --column mu=NAME"),

    Refusal(
      "three columns that are no redshift, modulus and error", table: "0.07 69 19.6\n",
      "DIR/table, row 1: no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    ),
    Refusal(
      "names where there should be none", options: .init(format: .union),
      "DIR/table, row 1: this line is not (a name,) a redshift, its distance modulus and the error; choose another --format"
    ),
    Refusal(
      "a Union row cut short", table: "a\t0.1\t38.3\t0.2\nb\t0.5\t42.2\n",
      "DIR/table, row 2: found 3 fields where there are 4 column names"),
    Refusal(
      "a word in a Union table", table: "a\t0.1\t38.3\t0.2\nb\t0.5\tx\t0.1\n",
      "DIR/table, row 2, column 'mu': found 'x' where a number is expected"),

    Refusal(
      "a .dataset without data", table: "name = JLA\n", options: .init(format: .dataset),
      "DIR/table: there is no line with 'data_file'; add it or choose another --format"),
    Refusal(
      "a .dataset whose table is missing", table: "data_file = data/none.txt\n",
      "DIR/table, row 1: data_file names 'none.txt', which is found neither there nor next to this file,"
        + " with or without .gz; put it there"),
    Refusal(
      "a .dataset whose block is missing",
      table: "data_file = t.txt\nhas_mag_covmat = T\nmag_covmat_file = data/jla_v0_covmatrix.dat\n",
      beside: ["t.txt": lightCurves],
      "DIR/table, row 3: mag_covmat_file names 'jla_v0_covmatrix.dat', which is found neither there nor next to this file,"
        + " with or without .gz; put it there, or set has_mag_covmat = F to do without it"),
    Refusal(
      "a .dataset that announces a block and names none",
      table: "data_file = t.txt\nhas_mag_covmat = T\n", beside: ["t.txt": lightCurves],
      "DIR/table: there is no line with 'mag_covmat_file'; add it or choose another --format"),
    Refusal(
      "a .dataset with a strange flag", table: "data_file = t.txt\nhas_mag_covmat = perhaps\n",
      beside: ["t.txt": lightCurves],
      "DIR/table, row 2, column 'has_mag_covmat': found 'perhaps' where T or F is expected"),
    Refusal(
      "a .dataset with a strange number", table: "data_file = t.txt\npecz = little\n",
      beside: ["t.txt": lightCurves],
      "DIR/table, row 2, column 'pecz': found 'little' where a number is expected"),
    Refusal(
      "a .dataset without the scatter of a set", table: "data_file = t.txt\nintrinsicdisp1 = 0.1\n",
      beside: ["t.txt": lightCurves],
      "DIR/table: there is no line with 'intrinsicdisp4'; add it or choose another --format"),
    Refusal(
      "a block of another size",
      table: "data_file = t.txt\nhas_mag_covmat = T\nmag_covmat_file = v0\n",
      beside: ["v0": "1\n0.01\n", "t.txt": lightCurves],
      "DIR/v0: the covariance is 1 × 1, but the table has 2 supernovae;"
        + " use the covariance that belongs to this table"),
    Refusal(
      "one covariance for light curves", table: lightCurves, covariance: "1 0 0 1",
      "DIR/table: one covariance is not enough for light curves, whose errors depend on the fit; read the .dataset"
        + " file that names all blocks"),
    Refusal(
      "light curves by force", options: .init(format: .lightCurves),
      "DIR/table: this is not a table of light curves: mB or x0, x1 or s, c and their errors are expected, named as in SNANA, sncosmo or JLA"
    ),
  ]

  @Test("what is wrong with a release is reported in one exact sentence", arguments: cases)
  func sentences(_ refusal: Refusal) throws { try refusal.check(in: folder) }

  // MARK: Compressed files

  private func compressed(_ text: String) throws -> [UInt8] { try compressed(Array(text.utf8)) }

  private func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
    _ = try folder.write(bytes, to: "plain")
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: try folder.compress("plain"))))
  }

  @Test("gzip: whole, in two members, and padded with zeros")
  func gzip() throws {
    let bytes = try compressed(Refusal.goodTable)
    for packed in [bytes, bytes + [0, 0, 0]] {
      let path = try folder.write(packed, to: "t.csv.gz")
      #expect(try Catalog(reading: path).count == 2)
    }
    let more = bytes + (try compressed("0.7,43,0.1\n"))
    #expect(try Catalog(reading: try folder.write(more, to: "t.gz")).count == 3)
  }

  @Test("gzip: cut anywhere or with any byte changed, an error or the same data")
  func damagedGzip() throws {
    let bytes = try compressed(Refusal.goodTable)
    let expected = try Catalog(reading: try folder.write(bytes, to: "t.gz")).content
    for length in 3..<bytes.count {
      let path = try folder.write(Array(bytes.prefix(length)), to: "t.gz")
      let error = #expect(throws: CatalogError.self) { try Catalog(reading: path) }
      #expect(
        error?.problem
          == .archive(reason: "the compressed data end too early; fetch the file again"),
        "cut after \(length)")
    }
    for index in 2..<bytes.count {
      var damaged = bytes
      damaged[index] ^= 0x10
      let path = try folder.write(damaged, to: "t.gz")
      if let read = try? Catalog(reading: path) { #expect(read.content == expected) }
    }
  }

  @Test("gzip: what would not fit is refused before it fills the memory")
  func bomb() throws {
    let bytes = try compressed(String(repeating: "0 ", count: 1_000_000))
    #expect(bytes.count < 10_000)
    #expect(throws: ArchiveError.tooLarge(limit: 1000)) { try Gzip.unpack(bytes, limit: 1000) }
    #expect(try Gzip.unpack(bytes).count == 2_000_000)
  }

  @Test("a compressed FITS file cut anywhere is an error")
  func damagedFITS() throws {
    let fits = try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.data("jla_binned.fits")))
    let bytes = try compressed([UInt8](fits))
    let whole = try Catalog(reading: try folder.write(bytes, to: "t.fits.gz"))
    #expect(whole.content == (try Catalog(reading: ProjectFiles.data("jla_binned.fits"))).content)
    for length in stride(from: 30, to: bytes.count, by: 101) {
      let path = try folder.write(Array(bytes.prefix(length)), to: "t.fits.gz")
      let error = #expect(throws: CatalogError.self) { try Catalog(reading: path) }
      #expect(
        error?.problem
          == .archive(reason: "the compressed data end too early; fetch the file again"))
    }
  }

  @Test("a packed covariance: cut anywhere or with any byte changed, an error or the same data")
  func damagedZip() throws {
    let table = try folder.write(Refusal.goodTable, to: "t.csv")
    let bytes = ZipBytes.packedCovariance(size: 2, [0.0625, 0.0078125, 0.015625])
    func read(_ bytes: [UInt8]) throws -> Catalog {
      try Catalog(reading: table, covariance: try folder.write(bytes, to: "c.npz"))
    }
    let expected = try read(bytes).content
    for length in 0..<bytes.count {
      #expect(throws: CatalogError.self, "cut after \(length)") {
        try read(Array(bytes.prefix(length)))
      }
    }
    for index in bytes.indices {
      for mask: UInt8 in [0x01, 0x80, 0xff] {
        var damaged = bytes
        damaged[index] ^= mask
        if let read = try? read(damaged) { #expect(read.content == expected) }
      }
    }
  }

  @Test("packed covariances that contradict themselves")
  func wrongZip() throws {
    let table = try folder.write(Refusal.goodTable, to: "t.csv")
    let cases: [([UInt8], String)] = [
      (ZipBytes.archive([("x.npy", [])]), "x is not a NumPy array; one square matrix"),
      (
        ZipBytes.packedCovariance(size: 3, [1, 2, 3]),
        "cov has 3 elements where nsn gives 3 rows"
      ),
      (
        ZipBytes.packedCovariance(size: 9_999_999, [1]), "nsn is not a count"
      ),
      (
        ZipBytes.archive([
          ("nsn.npy", Array("text".utf8)), ("cov.npy", Array("text".utf8)),
        ]), "nsn is not a NumPy array"
      ),
      (
        ZipBytes.archive([
          ("nsn.npy", ZipBytes.array("<i8", shape: "(99,)", [1, 0, 0, 0, 0, 0, 0, 0])),
          ("cov.npy", []),
        ]), "nsn is cut short"
      ),
      (
        ZipBytes.archive([("nsn.npy", ZipBytes.array("|O", shape: "()", [1])), ("cov.npy", [])]),
        "nsn has numbers of an unknown kind"
      ),
      (ZipBytes.packedCovariance(size: 3, [1, 0, 0, 1, 0, 1]), "the covariance is 3 × 3, but"),
      (ZipBytes.packedCovariance(size: 2, [.nan, 0, 1]), "where a finite number is expected"),
    ]
    for (bytes, words) in cases {
      let path = try folder.write(bytes, to: "c.npz")
      let error = try #require(
        #expect(throws: CatalogError.self) { try Catalog(reading: table, covariance: path) })
      #expect(error.description.contains(words), "\(error.description)")
    }
    let archive = #expect(throws: CatalogError.self) {
      try Catalog(reading: try folder.write(ZipBytes.packedCovariance(size: 1, [1]), to: "a.npz"))
    }
    #expect(archive?.problem == .isArchive)
  }

  // MARK: Numbers

  @Test("numbers of any number of digits and any power are read as the C library reads them")
  func manyNumbers() throws {
    var state: UInt64 = 7
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    // Halves of units in the last place, where rounding is decided by what is even, among them.
    var words = [
      "0.5000000000000000277", "1.000000000000000111", "9007199254740993e-1", "0.99999999999999995",
    ]
    for _ in 0..<20_000 {
      let digits = (0...random(below: 20)).map { _ in "\(random(below: 10))" }.joined()
      let point = random(below: digits.count + 1)
      let word = digits.prefix(point) + "." + digits.dropFirst(point)
      words.append(random(below: 3) == 0 ? String(word) : "\(word)e\(random(below: 60) - 40)")
    }
    let path = try folder.write("x\n" + words.joined(separator: "\n") + "\n", to: "n.csv")
    let read = try NumberTable(path).columns[0]
    #expect(read == words.compactMap { Double($0) })
    let matrix = try folder.write(words.prefix(4).joined(separator: " "), to: "m.txt")
    let table = try folder.write("z,mu\n0.1,38.3\n0.5,42.2\n", to: "t.csv")
    #expect(throws: CatalogError.self) { try readSample(table, .init(covariance: matrix)) }
  }

  @Test("the numbers of a matrix are read as the C library reads them, to the last bit")
  func numbers() throws {
    let words = [
      "0", "-0", "+1", "1.", ".5", "1e5", "1E-5", "-1.5e+3", "0.1", "0.021282623508",
      "8.54783189353", "1.7976931348623157e308", "4.9e-324", "123456789012345678901234567890",
      "0.30000000000000004441", "9007199254740993", "1e22", "1e23", "1e-22", "1e-23",
      "0.000000000000000000000000000001", "2.2250738585072011e-308", "0e999", "-0.0e5",
    ]
    for word in words {
      let table = try folder.write("z,mu\n0.1,38.3\n", to: "t.csv")
      let path = try folder.write(word + "\n", to: "c.txt")
      let expected = try #require(Double(word))
      guard expected > 0, expected.isFinite else { continue }
      #expect(
        try readSample(table, .init(covariance: path, covarianceKind: .total)).covariance
          == .total(Matrix(rows: 1, columns: 1, elements: [expected])), "\(word)")
    }
  }
}
