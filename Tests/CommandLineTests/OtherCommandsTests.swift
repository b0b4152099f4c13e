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
    #expect(lines.count == 1 + 7 * 9 + 1)
    #expect(lines.last?.hasPrefix("largest relative error against GSL: default") == true)
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

  @Test("the version is a number, and help names every command")
  func help() throws {
    let version = try Tool.run(["--version"], in: folder.path)
    #expect(version.status == 0 && version.output.split(separator: ".").count == 3)
    let help = try Tool.run(["--help"], in: folder.path)
    for command in ["fit", "diagnose", "validate", "convert"] {
      #expect(help.output.contains("  \(command) "))
    }
  }
}
