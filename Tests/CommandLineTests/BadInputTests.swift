import Foundation
import TestSupport
import Testing

@Suite struct BadInputTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let fits = try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.data("jla_binned.fits")))
    let files = [
      "good.csv": "z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n",
      "empty.csv": "", "page.csv": "<!DOCTYPE html>\n<html>",
      "misspelt.csv": "redshfit,mu,mu_err\n0.1,38.3,0.2\n",
      "word.csv": "z,mu,mu_err\n0.1,38.3,0.2\n0.5,bright,0.1\n",
      "nan.csv": "z,mu,mu_err\n0.1,nan,0.2\n", "inf.csv": "z,mu,mu_err\n0.1,inf,0.2\n",
      "negative.csv": "z,mu,mu_err\n-0.1,38,0.2\n", "zero.csv": "z,mu,mu_err\n0,38,0.2\n",
      "three.txt": "1 0 0\n0 1 0\n0 0 1\n", "indefinite.txt": "1 2\n2 1\n",
      "file": "mine",
    ]
    for (name, text) in files { _ = try folder.write(text, to: name) }
    _ = try folder.write([UInt8](fits.prefix(9000)), to: "cut.fits")
    try FileManager.default.createDirectory(
      atPath: folder.path("directory"), withIntermediateDirectories: true)
  }

  /// A command line, the exit code, and what standard error must hold.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let arguments: [String]
    let status: Int32
    let words: [String]

    init(_ line: String, _ status: Int32, _ words: String...) {
      testDescription = line
      arguments = line.split(separator: " ").map(String.init)
      self.status = status
      self.words = words
    }
  }

  static let cases = [
    Case("fit none.csv", 66, "none.csv: there is no such file"),
    Case("fit good.csv --covariance none", 66, "none: there is no such file"),
    Case("fit directory", 66, "directory: this is a directory"),
    Case("fit empty.csv", 65, "empty.csv: the file is empty"),
    Case("fit page.csv", 65, "page.csv: this is a web page, not data"),
    Case("fit cut.fits", 65, "cut.fits: the FITS file cannot be read: HDU 3"),
    Case(
      "fit good.csv --covariance three.txt", 65,
      "three.txt: the covariance is 3 × 3, but the table has 2 supernovae"),
    Case(
      "fit good.csv --covariance indefinite.txt", 65,
      "indefinite.txt: the covariance is not positive definite: its smallest eigenvalue is -1.0"),
    Case("fit nan.csv", 65, "nan.csv, row 2, column 'mu': found nan"),
    Case("fit inf.csv", 65, "inf.csv, row 2, column 'mu': found inf"),
    Case(
      "fit misspelt.csv", 65, "no column for the redshift", "did you mean 'redshfit'?",
      "--column z=NAME"),
    Case("fit word.csv", 65, "word.csv, row 3, column 'mu': found 'bright'"),
    Case("fit negative.csv", 65, "row 2, column 'z': found -0.1 where a positive"),
    Case("fit zero.csv", 65, "row 2, column 'z': found 0.0 where a positive"),
    Case("fit good.csv --seed 1 --seed 2", 64, "'--seed' is given more than once"),
    Case("fit good.csv -o a --output=b", 64, "'--output' is given more than once"),
    Case("fit good.csv --column z=z --column z=mu", 64, "names the role 'z' more than once"),
    Case("fit good.csv -fo a -f", 64, "'--force' is given more than once"),
    Case("convert good.csv out.fits.gz", 73, "leave out .gz"),
    Case("fit /dev/null", 65, "/dev/null: this is not a regular file"),
    Case("fit good.csv --column x=z", 64, "z, zhel, mu, mb, mu_err"),
    Case("fit good.csv --column mu=mu --column mb=mu", 64, "give one of them"),
    Case("fit good.csv -o file/out", 73, "file/out: cannot be written"),
    Case("fit good.csv -o file", 73, "file: cannot be written"),
    Case("fit good.csv -o /proc/sn-infer", 73, "/proc/sn-infer: cannot be written"),
    Case("fit", 64, "Missing expected argument '<catalog>'"),
    Case("fit good.csv good.csv", 64, "Unexpected argument"),
    Case("fit good.csv --sed 1", 64, "Unknown option '--sed'"),
    Case("fit good.csv --draws many", 64, "'many' is invalid"),
    Case("fit good.csv --chains 0", 64, "--chains must be 1 to 1000."),
    Case("fit good.csv --draws 3", 64, "--draws must be 4 to 10000000."),
    Case("fit good.csv --warmup 0", 64, "--warmup must be 20 to 10000000."),
    Case("fit good.csv --distance hubble", 64, "exact", "pen"),
    Case("fitt good.csv", 64, "unexpected arguments: 'fitt'"),
    Case("convert good.csv file", 73, "file: the file already exists; use --force"),
    Case("convert good.csv no/where.fits", 73, "no/where.fits: the file cannot be written"),
  ]

  @Test(
    "each mistake has its paragraph and its exit code, and nothing is touched", arguments: cases)
  func mistakes(_ mistake: Case) throws {
    let before = try contents()
    let result = try Tool.run(mistake.arguments, in: folder.path)
    #expect(result.status == mistake.status, "\(result.error)")
    for words in mistake.words { #expect(result.error.contains(words), "\(result.error)") }
    #expect(result.error.lowercased().hasPrefix("error: "))
    if mistake.status != 64 {
      #expect(result.error.filter(\.isNewline).count == 1, "one paragraph: \(result.error)")
    }
    for trace in ["Fatal", "Swift", "Stack", "0x"] { #expect(!result.error.contains(trace)) }
    #expect(result.output.isEmpty)
    #expect(try contents() == before)
  }

  /// All files below the folder with their bytes.
  private func contents() throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: folder.path($0)) ?? Data())
      })
  }
}
