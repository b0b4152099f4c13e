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

  static let table = "z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n"
  /// Files by name, the catalog among them, options, and the sentence with DIR for the folder.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var files: [String: String] = [:]
    var catalog = "table"
    var options = Catalog.Options()
    let sentence: String
  }

  private static let matrixPath = Catalog.Options(covariance: "covariance")

  static let cases: [Case] = [
    Case(
      testDescription: "a pointer of git-lfs",
      files: [
        "table": "version https://git-lfs.github.com/spec/v1\noid sha256:0ec3\nsize 12087118\n"
      ],
      sentence:
        "DIR/table: this is a pointer to a file in git-lfs, not the file; fetch it with 'git lfs pull'"
    ),
    Case(
      testDescription: "a pointer of git-lfs as covariance",
      files: ["table": table, "covariance": "version https://git-lfs.github.com/spec/v1\n"],
      options: matrixPath,
      sentence:
        "DIR/covariance: this is a pointer to a file in git-lfs, not the file; fetch it with 'git lfs pull'"
    ),
    Case(
      testDescription: "a web page saved as covariance",
      files: ["table": table, "covariance": "\n\n<!DOCTYPE html>\n<html lang=\"en\">"],
      options: matrixPath,
      sentence:
        "DIR/covariance: this is a web page, not data; download the raw file (on GitHub, the 'Raw' button)"
    ),
    Case(
      testDescription: "text that is forced to be FITS", files: ["table": table],
      options: .init(format: .fits),
      sentence: "DIR/table: the file is text, not FITS; leave out --format"),
    Case(
      testDescription: "a cut that leaves nothing", files: ["table": table],
      options: .init(minimumRedshift: 0.2, maximumRedshift: 0.3),
      sentence:
        "DIR/table, column 'z': no row is left with a redshift above 0.2 and below 0.3; mind --z-min and --z-max"
    ),
    Case(
      testDescription: "calibrators of moduli", files: ["table": table],
      options: .init(includesCalibrators: true),
      sentence:
        "DIR/table: there are no calibrators: they need apparent magnitudes and the column CEPH_DIST; leave out --calibrators"
    ),
    Case(
      testDescription: "the kind of no covariance", files: ["table": table],
      options: .init(covarianceKind: .inverse),
      sentence:
        "DIR/table: --covariance-kind says what a matrix is, but there is none; add --covariance FILE or leave it out"
    ),
    Case(
      testDescription: "a systematic part without errors",
      files: ["table": "z,mu\n0.1,38.3\n", "covariance": "0.01\n"],
      options: .init(covariance: "covariance", covarianceKind: .systematic),
      sentence:
        "DIR/table: the covariance is only the systematic part, and there is no column of errors to add;"
        + " name it with --column mu_err=NAME"),
    Case(
      testDescription: "neither a covariance nor its inverse",
      files: ["table": table, "covariance": "5000 0\n0 5000\n"], options: matrixPath,
      sentence:
        "DIR/covariance: beside the errors in column 'mu_err' the diagonal fits neither a covariance nor its inverse;"
        + " say which it is with --covariance-kind"),
    Case(
      testDescription: "an empty element in a covariance",
      files: ["table": table, "covariance": "0.04,,0.01\n0.01,0.02\n"], options: matrixPath,
      sentence: "DIR/covariance, row 1: found '' where a number is expected"),
    Case(
      testDescription: "two points in a number",
      files: ["table": table, "covariance": "0.04 0.0.1\n0.01 0.02\n"], options: matrixPath,
      sentence: "DIR/covariance, row 1: found '0.0.1' where a number is expected"),
    Case(
      testDescription: "a bare exponent",
      files: ["table": table, "covariance": "0.04 0.01\n1e 0.02\n"], options: matrixPath,
      sentence: "DIR/covariance, row 2: found '1e' where a number is expected"),
    Case(
      testDescription: "only comments for a covariance",
      files: ["table": table, "covariance": "# 2 2\n"], options: matrixPath,
      sentence:
        "DIR/covariance: found 0 numbers where a covariance of 2 × 2 has 4 (an extra count or two may come first);"
        + " it must have a row for each supernova"),

    Case(
      testDescription: "SNANA without names", files: ["table": table],
      options: .init(format: .snana),
      sentence:
        "DIR/table: there is no line with 'VARNAMES:'; add it or choose another --format"),
    Case(
      testDescription: "an SNANA row cut short",
      files: ["table": "VARNAMES: CID zHD MU MUERR\nSN: 1 0.1 38.3 0.2\nSN: 2 0.5\n"],
      sentence: "DIR/table, row 3: found 2 fields where the column names announce 4"),
    Case(
      testDescription: "an SNANA row without key",
      files: ["table": "VARNAMES: CID zHD MU MUERR\n1 0.1 38.3 0.2\n"],
      sentence: "DIR/table, row 2: found '1' where a row begins with a key such as SN:"),
    Case(
      testDescription: "SNANA names that change",
      files: ["table": "VARNAMES: CID zHD MU\nSN: 1 0.1 38.3\nVARNAMES: CID MU zHD\n"],
      sentence: "DIR/table, row 3: the column names change in the middle of the file"),
    Case(
      testDescription: "SNANA names and nothing else", files: ["table": "VARNAMES: CID zHD MU\n"],
      sentence: "DIR/table: there are column names but no rows"),
    Case(
      testDescription: "a missing modulus in SNANA's text",
      files: ["table": "VARNAMES: CID zHD MU MUERR\nSN: 1 0.1 -9 0.2\n"],
      sentence: "DIR/table, row 2, column 'MU': found -9.0, which marks a missing value"),
    Case(
      testDescription: "a missing redshift in SNANA's text",
      files: ["table": "VARNAMES: CID zHD MU MUERR\nSN: 1 -9 38.3 0.2\n"],
      sentence: "DIR/table, row 2, column 'zHD': found -9.0 where a positive number is expected"),
    Case(
      testDescription: "differences without their reference",
      files: ["table": "VARNAMES: ROW z MUDIF MUDIFERR\nROW: 1 0.1 -0.5 0.2\n"],
      sentence:
        "DIR/table: no column for the distance modulus: looked for MUREF and found ROW, z, MUDIF, MUDIFERR;"
        + " name it with --column mu=NAME"),

    Case(
      testDescription: "three columns that are no redshift, modulus and error",
      files: ["table": "0.07 69 19.6\n"],
      sentence:
        "DIR/table, row 1: no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    ),
    Case(
      testDescription: "names where there should be none", files: ["table": table],
      options: .init(format: .union),
      sentence:
        "DIR/table, row 1: this line is not (a name,) a redshift, its distance modulus and the error; choose another --format"
    ),
    Case(
      testDescription: "a Union row cut short",
      files: ["table": "a\t0.1\t38.3\t0.2\nb\t0.5\t42.2\n"],
      sentence: "DIR/table, row 2: found 3 fields where the column names announce 4"),
    Case(
      testDescription: "a word in a Union table",
      files: ["table": "a\t0.1\t38.3\t0.2\nb\t0.5\tx\t0.1\n"],
      sentence: "DIR/table, row 2, column 'mu': found 'x' where a number is expected"),

    Case(
      testDescription: "a .dataset without data", files: ["table": "name = JLA\n"],
      options: .init(format: .dataset),
      sentence: "DIR/table: there is no line with 'data_file'; add it or choose another --format"),
    Case(
      testDescription: "a .dataset whose table is missing",
      files: ["table": "data_file = data/none.txt\n"],
      sentence:
        "DIR/table, row 1: data_file names 'none.txt', which is neither there nor beside this file,"
        + " with or without .gz; put it there"),
    Case(
      testDescription: "a .dataset whose block is missing",
      files: [
        "table":
          "data_file = t.txt\nhas_mag_covmat = T\nmag_covmat_file = data/jla_v0_covmatrix.dat\n",
        "t.txt": ReleaseLayoutTests.lightCurves,
      ],
      sentence:
        "DIR/table, row 3: mag_covmat_file names 'jla_v0_covmatrix.dat', which is neither there nor beside this file,"
        + " with or without .gz; put it there, or set has_mag_covmat = F to do without it"),
    Case(
      testDescription: "a .dataset that announces a block and names none",
      files: [
        "table": "data_file = t.txt\nhas_mag_covmat = T\n", "t.txt": ReleaseLayoutTests.lightCurves,
      ],
      sentence:
        "DIR/table: there is no line with 'mag_covmat_file'; add it or choose another --format"),
    Case(
      testDescription: "a .dataset with a strange flag",
      files: [
        "table": "data_file = t.txt\nhas_mag_covmat = perhaps\n",
        "t.txt": ReleaseLayoutTests.lightCurves,
      ],
      sentence:
        "DIR/table, row 2, column 'has_mag_covmat': found 'perhaps' where T or F is expected"),
    Case(
      testDescription: "a .dataset with a strange number",
      files: [
        "table": "data_file = t.txt\npecz = little\n", "t.txt": ReleaseLayoutTests.lightCurves,
      ],
      sentence: "DIR/table, row 2, column 'pecz': found 'little' where a number is expected"),
    Case(
      testDescription: "a .dataset without the scatter of a set",
      files: [
        "table": "data_file = t.txt\nintrinsicdisp1 = 0.1\n",
        "t.txt": ReleaseLayoutTests.lightCurves,
      ],
      sentence:
        "DIR/table: there is no line with 'intrinsicdisp4'; add it or choose another --format"),
    Case(
      testDescription: "a block of another size",
      files: [
        "table": "data_file = t.txt\nhas_mag_covmat = T\nmag_covmat_file = v0\n", "v0": "1\n0.01\n",
        "t.txt": ReleaseLayoutTests.lightCurves,
      ],
      sentence:
        "DIR/v0: the covariance is 1 × 1, but the table has 2 supernovae;"
        + " use the covariance that belongs to this table"),
    Case(
      testDescription: "one covariance for light curves",
      files: ["table": ReleaseLayoutTests.lightCurves, "covariance": "1 0 0 1"],
      options: matrixPath,
      sentence:
        "DIR/table: one covariance is not enough for light curves, whose errors depend on the fit; read the .dataset"
        + " file that names all blocks"),
    Case(
      testDescription: "light curves by force", files: ["table": table],
      options: .init(format: .lightCurves),
      sentence:
        "DIR/table: this is no table of light curves: mb, dmb, x1 or s, color, their errors and covariances are expected"
    ),
  ]

  @Test("what is wrong with a release is told in one exact sentence", arguments: cases)
  func sentences(_ test: Case) throws {
    for (name, text) in test.files { _ = try folder.write(text, to: name) }
    var options = test.options
    options.covariance = options.covariance.map { folder.path($0) }
    let error = try #require(
      #expect(throws: CatalogError.self) {
        try Catalog(reading: folder.path(test.catalog), options)
      })
    #expect(error.description.replacingOccurrences(of: folder.path, with: "DIR") == test.sentence)
  }

  // MARK: Compressed files

  /// The deflated text of the table above in a gzip file, made by gzip itself.
  private func compressed(_ text: String) throws -> [UInt8] { try compressed(Array(text.utf8)) }

  private func compressed(_ bytes: [UInt8]) throws -> [UInt8] {
    let path = try folder.write(bytes, to: "plain")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gzip", "-nf", path]
    try process.run()
    process.waitUntilExit()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
  }

  @Test("gzip: whole, in two members, and padded with zeros")
  func gzip() throws {
    let bytes = try compressed(Self.table)
    for packed in [bytes, bytes + [0, 0, 0]] {
      let path = try folder.write(packed, to: "t.csv.gz")
      #expect(try Catalog(reading: path).count == 2)
    }
    let more = bytes + (try compressed("0.7,43,0.1\n"))
    #expect(try Catalog(reading: try folder.write(more, to: "t.gz")).count == 3)
  }

  @Test("gzip: cut anywhere or with any byte changed, an error or the same data")
  func damagedGzip() throws {
    let bytes = try compressed(Self.table)
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
    let table = try folder.write(Self.table, to: "t.csv")
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
    let table = try folder.write(Self.table, to: "t.csv")
    let cases: [([UInt8], String)] = [
      (ZipBytes.archive([("x.npy", [])]), "it holds [\"x.npy\"]; nsn and cov are expected"),
      (
        ZipBytes.packedCovariance(size: 3, [1, 2, 3]),
        "cov has 3 elements where nsn announces 3 rows; nsn and cov are expected"
      ),
      (
        ZipBytes.packedCovariance(size: 9_999_999, [1]), "nsn is no count; nsn and cov are expected"
      ),
      (
        ZipBytes.archive([
          ("nsn.npy", Array("text".utf8)), ("cov.npy", Array("text".utf8)),
        ]), "nsn is not a NumPy array; nsn and cov are expected"
      ),
      (
        ZipBytes.archive([
          ("nsn.npy", ZipBytes.array("<i8", shape: "(99,)", [1, 0, 0, 0, 0, 0, 0, 0])),
          ("cov.npy", []),
        ]), "nsn is cut short; nsn and cov are expected"
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
        try readSample(table, .init(covariance: path)).covariance
          == .total(Matrix(rows: 1, columns: 1, elements: [expected])), "\(word)")
    }
  }
}
