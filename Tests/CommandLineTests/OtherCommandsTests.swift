import Foundation
import TestSupport
import Testing

@Suite struct OtherCommandsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("validate compares three ways, and passes")
  func validate() throws {
    let result = try Tool.run(["validate"], in: folder.path)
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 1 + 7 * 9 + 1 + 7)
    #expect(lines[64].hasPrefix("largest relative error against GSL: default"))
    #expect(lines.last?.hasPrefix("cosmography: ") == true)
  }

  @Test("convert rewrites the bundled FITS file from the bundled text, byte for byte in its data")
  func convert() throws {
    let result = try Tool.run(
      [
        "convert", ProjectFiles.data("jla_binned.csv"), "new.fits", "--covariance",
        ProjectFiles.data("jla_binned_covariance.csv"),
      ], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    // The comment of CHECKSUM holds the date; everything else is the same.
    func blocks(_ path: String) throws -> [String] {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      return stride(from: 0, to: bytes.count, by: 80)
        .map { String(decoding: bytes[$0..<min($0 + 80, bytes.count)], as: UTF8.self) }
        .filter { !$0.hasPrefix("CHECKSUM") && !$0.hasPrefix("DATASUM") }
    }
    #expect(try blocks(folder.path("new.fits")) == blocks(ProjectFiles.data("jla_binned.fits")))
  }

  @Test("check says what was understood, and χ² at fixed cosmologies")
  func check() throws {
    let result = try Tool.run(["check", ProjectFiles.data("jla_binned.fits")], in: folder.path)
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    for words in [
      "31 supernovae, z from 0.01 to 1.3", "format      fits, distance modulus",
      "covariance  total 31 × 31", "note        no heliocentric redshifts", "condition   ",
      "for N = 31, flat ΛCDM with Ωm = 0.2, best offset",
      // The best fit, Ωm = 0.2945, has 33.62; 0.3 is a sixth of a standard deviation away.
      "χ²          33.6", "flat ΛCDM with Ωm = 0.4, best offset",
    ] { #expect(result.output.contains(words), "\(result.output)") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("convert writes CSV with the covariance next to it, which check reads as it reads the FITS")
  func convertToCSV() throws {
    let catalog = ProjectFiles.data("jla_binned.fits")
    let result = try Tool.run(["convert", catalog, "new.csv"], in: folder.path)
    #expect(result.status == 0 && result.output.contains("new.csv, new.csv.cov.txt"))
    let lines = try ["\(catalog)", "new.csv --covariance new.csv.cov.txt"].map { arguments in
      try Tool.run(["check"] + arguments.split(separator: " ").map(String.init), in: folder.path)
        .output.split(separator: "\n").filter { $0.hasPrefix("χ²") || $0.hasPrefix("condition") }
    }
    #expect(lines[0] == lines[1] && lines[0].count == 4)
  }

  @Test("options of reading: cuts, the kind of the covariance, the format")
  func readingOptions() throws {
    _ = try folder.write("z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n", to: "t.csv")
    _ = try folder.write("0.001 0\n0 0.001\n", to: "c.txt")
    let added = try Tool.run(["check", "t.csv", "--covariance", "c.txt"], in: folder.path)
    #expect(added.output.contains("covariance  systematic + errors² 2 × 2, from c.txt"))
    #expect(added.output.contains("the squares of 'mu_err' are added to its diagonal"))
    let total = try Tool.run(
      ["check", "t.csv", "--covariance", "c.txt", "--covariance-kind", "total"], in: folder.path)
    #expect(total.output.contains("covariance  total 2 × 2, from c.txt"))
    let cut = try Tool.run(["check", "t.csv", "--z-min", "0.2", "--z-max", "1"], in: folder.path)
    #expect(cut.output.contains("note        z > 0.2 and z < 1.0 keeps 1 of 2 rows"))
    let forced = try Tool.run(["check", "t.csv", "--format", "snana"], in: folder.path)
    #expect(forced.status == 65 && forced.error.contains("there is no line with 'VARNAMES:'"))
    let contradiction = try Tool.run(
      ["check", "t.csv", "--z-min", "2", "--z-max", "1"], in: folder.path)
    #expect(contradiction.status == 64)
  }

  @Test("the version is a number, and help names every command")
  func help() throws {
    let version = try Tool.run(["--version"], in: folder.path)
    #expect(version.status == 0 && version.output.split(separator: ".").count == 3)
    let help = try Tool.run(["--help"], in: folder.path)
    for command in ["fit", "check", "diagnose", "validate", "convert"] {
      #expect(help.output.contains("  \(command) "))
    }
  }
}
