import Catalogs
import Foundation
import TestSupport
import Testing

@Suite struct CatalogErrorTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static let cases: [Refusal] = [
    Refusal("empty", table: "", "DIR/table: the file is empty"),
    Refusal("blank", table: " \n\n \n", "DIR/table: the file is empty"),
    Refusal(
      "a web page", table: "\n<!DOCTYPE html><html>404</html>",
      "DIR/table: this is a web page, not data; download the raw file (on GitHub, the 'Raw' button)"
    ),
    Refusal(
      "binary", table: "z,mu\n\0\0\0", "DIR/table: this is neither FITS nor text: it has zero bytes"
    ),
    Refusal(
      "only comments", table: "# z mu\n",
      "DIR/table: no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    ),
    Refusal(
      "no column names", table: "0.1,38.3\n",
      "DIR/table, row 1: no line of column names before the numbers; begin the file with one, such as z,mu,mu_err"
    ),
    Refusal("no rows", table: "z,mu,mu_err\n", "DIR/table: there are column names but no rows"),
    Refusal(
      "a field too many", table: "z,mu,mu_err\n# one\n0.1,38.3,0.2,7\n",
      "DIR/table, row 3: found 4 fields where there are 3 column names"),
    Refusal(
      "a field too few", table: "z,mu,mu_err\n0.1,38.3\n",
      "DIR/table, row 2: found 2 fields where there are 3 column names"),
    Refusal(
      "an open quote", table: "z,mu,mu_err\n0.1,\"38.3,0.2\n",
      "DIR/table, row 2: a quoted field has no closing quote on its line"),
    Refusal(
      "a word for a number", table: "z,mu,mu_err\n0.1,38.3,0.2\n0.5,bright,0.1\n",
      "DIR/table, row 3, column 'mu': found 'bright' where a number is expected"),
    Refusal(
      "a range for a number", table: "z,mu,mu_err\n0.1,38.3,0.2\n5-2,42.2,0.1\n",
      "DIR/table, row 3, column 'z': found '5-2' where a number is expected"),
    Refusal(
      "a number in hexadecimal", table: "z,mu,mu_err\n0x1p-3,38.3,0.2\n0.5,42.2,0.1\n",
      "DIR/table, row 2, column 'z': found '0x1p-3' where a number is expected"),
    Refusal(
      "an empty cell", table: "z,mu,mu_err\n0.1,,0.2\n",
      "DIR/table, row 2, column 'mu': the cell is empty; --skip-missing leaves such rows out"),
    Refusal(
      "a NaN", table: "z,mu,mu_err\n0.1,nan,0.2\n",
      "DIR/table, row 2, column 'mu': found nan, which marks a missing value; --skip-missing leaves such rows out"
    ),
    Refusal(
      "an overflow", table: "z,mu,mu_err\n0.1,1e999,0.2\n",
      "DIR/table, row 2, column 'mu': found 1e999 where a finite number is expected"),
    Refusal(
      "an absurd modulus", table: "z,mu,mu_err\n0.1,38.3,0.2\n0.5,1e300,0.1\n",
      "DIR/table, row 3, column 'mu': found 1e300, which marks a missing value; --skip-missing leaves such rows out"
    ),
    Refusal(
      "a magnitude of a star", table: "z,mb,mb_err\n0.1,-1234,0.2\n",
      "DIR/table, row 2, column 'mb': found -1234.0 where a number from -100.0 to 100.0 is expected"
    ),
    Refusal(
      "a mark for a magnitude that is missing", table: "z,mb,mb_err\n0.1,-999,0.2\n",
      "DIR/table, row 2, column 'mb': found -999, which marks a missing value; --skip-missing leaves such rows out"
    ),
    Refusal(
      "redshift zero", table: "z,mu,mu_err\n0,38.3,0.2\n",
      "DIR/table, row 2, column 'z': found 0.0 where a positive number is expected; --skip-missing leaves such rows out"
    ),
    Refusal(
      "a negative redshift", table: "z,mu,mu_err\n0.2,38,1\n-0.1,38.3,0.2\n",
      "DIR/table, row 3, column 'z': found -0.1 where a positive number is expected"),
    Refusal(
      "an impossible heliocentric redshift", table: "z,zhel,mu,mu_err\n0.1,-1,38.3,0.2\n",
      "DIR/table, row 2, column 'zhel': found -1.0 where a heliocentric redshift within 0.02 of 0.1 is expected"
    ),
    Refusal(
      "an error of zero", table: "z,mu,mu_err\n0.1,38.3,0\n",
      "DIR/table, row 2, column 'mu_err': found 0.0 where a positive number is expected; --skip-missing leaves such rows out"
    ),
    Refusal(
      "a misspelt column", table: "redshfit,mu,mu_err\n0.1,38.3,0.2\n",
      "DIR/table: no column for the redshift: looked for zHD, zcmb, z, redshift, cz, cz_cmb and found redshfit, mu, mu_err"
        + " (did you mean 'redshfit'?); name it with --column z=NAME"),
    Refusal(
      "no modulus", table: "z,flux\n0.1,38.3\n",
      "DIR/table: no column for the distance modulus or apparent magnitude: looked for mu, DLMAG, MUDIF, moduli, mu_sn, distmod, distance_modulus, m_b_corr, mBeff, mb, mag"
        + " and found z, flux; name it with --column mu=NAME or mb=NAME"),
    Refusal(
      "a chosen column that is not there", options: .init(columns: [.modulus: "mo"]),
      "DIR/table: no column for the distance modulus: looked for mo and found z, mu, mu_err"
        + " (did you mean 'mu'?); name it with --column mu=NAME"),
    Refusal(
      "a column twice", table: "z,mu,mu,mu_err\n0.1,38.3,38.3,0.2\n",
      "DIR/table, column 'mu': two columns have this name; rename one"),
    Refusal(
      "modulus and magnitude at once", options: .init(columns: [.modulus: "mu", .magnitude: "mu"]),
      "DIR/table: --column names both a distance modulus (mu) and a magnitude (mb); give one of them"
    ),
    Refusal(
      "no errors", table: "z,mu\n0.1,38.3\n",
      "DIR/table: the magnitudes have no errors: there is no column mu_err, e_mu, dmu or similar,"
        + " and no covariance; use --covariance FILE or --column mu_err=NAME"),
    Refusal(
      "text after a quote", table: "z,mu,mu_err\n0.1,\"38\".3,0.2\n",
      "DIR/table, row 2: found '.3' after a closing quote, where the field should end"),
    Refusal(
      "more names in the comment than fields",
      table: "# name z mu dmu set\n# which is no #name of CosmoMC\nSN1 0.1 38 0.2\n",
      "DIR/table, row 3: found 4 fields where there are 5 column names"),
    Refusal(
      "one field", table: "z,mu,mu_err\n0.1\n",
      "DIR/table, row 2: found 1 field where there are 3 column names"),
    Refusal(
      "hostile cell",
      table: "z,mu,mu_err\n0.1,\u{1B}[31m\(String(repeating: "x", count: 99)),0.2\n",
      "DIR/table, row 2, column 'mu': found '·[31m\(String(repeating: "x", count: 35))…' where a number is expected"
    ),
    Refusal(
      "light-curve magnitudes", table: "z,mb,dmb,x1,color\n0.1,19,0.2,0.5,0.1\n",
      "DIR/table: these are light-curve magnitudes, not standardised ones: the table also has x1, color;"
        + " correct them first or name the column with --column mb=NAME if they are corrected already"
    ),
    Refusal(
      "the errors of another magnitude", table: "zHD,m_b_corr,mBERR\n0.1,19,0.2\n",
      "DIR/table: the magnitudes have no errors: there is no column m_b_corr_err, e_m_b_corr,"
        + " dm_b_corr or similar, and no covariance; use --covariance FILE or --column mu_err=NAME"
    ),
    Refusal(
      "a negative variance", covariance: "0.01 0\n0 -0.01\n",
      "DIR/covariance, row 2, column '2': found -0.01 where a variance is expected"),
    Refusal(
      "a covariance of another size", covariance: "1 0 0\n0 1 0\n0 0 1\n",
      "DIR/covariance: the covariance is 3 × 3, but the table has 2 supernovae;"
        + " use the covariance that belongs to this table"),
    Refusal(
      "a covariance cut short", covariance: "2\n0.04\n0.01\n0.01\n",
      "DIR/covariance: found 3 numbers where a covariance of 2 × 2 has 4 (an extra count or two may come first);"
        + " it must have a row for each supernova"),
    Refusal(
      "a covariance of seven numbers", covariance: "1 2 3 4 5 6 7\n",
      "DIR/covariance: found 7 numbers where a covariance of 2 × 2 has 4 (an extra count or two may come first);"
        + " it must have a row for each supernova"),
    Refusal(
      "a word in the covariance", covariance: "0.04 0.01\n0.01 x\n",
      "DIR/covariance, row 2: found 'x' where a number is expected"),
    Refusal(
      "an infinity in the covariance", covariance: "0.04 0.01\n0.01 inf\n",
      "DIR/covariance, row 2: found inf where a finite number is expected"),
    Refusal(
      "an unsymmetric covariance", covariance: "0.04 0.01\n0.02 0.04\n",
      "DIR/covariance: the covariance is not symmetric: element (1, 2) is 0.01, element (2, 1) is 0.02"
    ),
    Refusal(
      "a covariance that is none", covariance: "1 2\n2 1\n",
      "DIR/covariance: the covariance is not positive definite: its smallest eigenvalue is -1.0;"
        + " was it rounded too far, or is it only the systematic part?"),
  ]

  @Test("bad tables and covariances are reported in one exact sentence", arguments: cases)
  func sentences(_ refusal: Refusal) throws { try refusal.check(in: folder) }

  @Test("missing files and directories")
  func paths() throws {
    let missing = #expect(throws: CatalogError.self) { try Catalog(reading: folder.path("none")) }
    #expect(missing?.problem == .missing)
    let directory = #expect(throws: CatalogError.self) { try Catalog(reading: folder.path) }
    #expect(directory?.problem == .isDirectory)
    let device = #expect(throws: CatalogError.self) { try Catalog(reading: "/dev/null") }
    #expect(device?.problem == .notRegularFile)
    let starts: [([UInt8], CatalogError.Problem)] = [
      (Array("BZh91AY".utf8), .isCompressed),
      ([0xff, 0xfe, 0x7a, 0], .isUTF16),
    ]
    for (bytes, problem) in starts {
      let file = try folder.write(bytes, to: "table.fit.csv")
      let error = #expect(throws: CatalogError.self) { try Catalog(reading: file) }
      #expect(error?.problem == problem)
    }
  }

  /// FITS files that cannot be fitted, and a word of what is said.
  static let fitsCases: [(String, FITSBytes, String)] = {
    func table(_ columns: [FITSBytes.Column]) -> FITSBytes {
      var file = FITSBytes()
      file.append(table: "T", columns)
      return file
    }
    let z = FITSBytes.Column("z", doubles: [0.1, 0.2])
    let mu = FITSBytes.Column("mu", doubles: [38, .nan])
    let null = FITSBytes.Column(
      "mu", "1J", [("TNULL", "-1")], cells: [Int32(38), -1].map { FITSBytes.bigEndian($0) })
    let text = FITSBytes.Column("mu", "2A", cells: [[65, 66], [67, 68]])
    let good = FITSBytes.Column("mu", doubles: [38, 40])
    var wrongSize = table([z, good])
    wrongSize.append(image: "COVARIANCE", axes: [3, 2], [1, 0, 0, 0, 1, 0])
    var notFinite = table([z, good])
    notFinite.append(image: "COVARIANCE", axes: [2, 2], [1, 0, 0, .nan])
    var inverse = table([z, good])
    inverse.append(
      image: "COVARIANCE", axes: [2, 2], [1, 0, 0, 1], cards: ["COVTYPE = 'STAT    '"])
    var several = table([z, good])
    several.append(image: "COV_SYS", axes: [2, 2], [1, 0, 0, 1])
    several.append(image: "COV_TOT", axes: [2, 2], [1, 0, 0, 1])
    let inJansky = FITSBytes.Column(
      "mu", [("TUNIT", "'Jy'")], doubles: [38, 40])
    return [
      (
        "a kind", inverse,
        "the covariance has COVTYPE 'STAT' where TOTAL, SYS, INVERSE or CORR is expected"
      ),
      (
        "several", several,
        "more than one image could be the covariance: COV_SYS (HDU 3), COV_TOT (HDU 4)"
      ),
      (
        "unit", table([z, inJansky]),
        "column 'mu': the unit is 'Jy' where 'mag' is expected"
      ),
      ("no table", FITSBytes(), "the FITS file has no table extension"),
      (
        "a NaN", table([z, mu, .init("mu_err", doubles: [1, 1])]),
        "row 2, column 'mu': found nan, which marks a missing"
      ),
      (
        "a null", table([z, null, .init("mu_err", doubles: [1, 1])]),
        "row 2, column 'mu': found nan, which marks a missing"
      ),
      ("text", table([z, text]), "column 'mu': the cells are not single numbers"),
      ("no errors", table([z, good]), "the magnitudes have no errors"),
      ("covariance size", wrongSize, "the covariance is 2 × 3, but the table has 2 supernovae"),
      (
        "covariance NaN", notFinite,
        "row 2, column '2': found nan where a finite number is expected"
      ),
    ]
  }()

  @Test("bad FITS files", arguments: fitsCases.indices)
  func fits(index: Int) throws {
    let (_, file, words) = Self.fitsCases[index]
    let path = try folder.write(file.bytes, to: "table.fits")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.description.contains(words), "\(error.description)")
  }

  @Test("a catalog cut short anywhere inside a unit is an error, not a fit without covariance")
  func truncation() throws {
    let bytes = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.data("jla_binned.fits"))))
    // Whole units end where the next one begins with XTENSION, or the file ends.
    let ends = stride(from: 2880, to: bytes.count, by: 2880).filter {
      bytes[$0...].starts(with: "XTENSION".utf8)
    }
    for length in stride(from: 10, to: bytes.count - 2880, by: 97) where !ends.contains(length) {
      let path = try folder.write(Array(bytes.prefix(length)), to: "cut.fits")
      #expect(throws: CatalogError.self, "cut after \(length) bytes") { try Catalog(reading: path) }
    }
  }
}
