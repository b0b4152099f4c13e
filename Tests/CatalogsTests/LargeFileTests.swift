import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Files of the size of coming surveys; the times are ten times those measured on one core of a
/// server of 2024.
@Suite(.serialized, .enabled(if: fullTestsAreAskedFor, "make test-full runs it"))
struct LargeFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    return (clock.now - start) / .seconds(1)
  }

  @Test("a FITS table of a million supernovae")
  func million() throws {
    let count = 1_000_000
    var file = FITSBytes()
    file.append(
      table: "SNIA",
      [
        .init("z", doubles: (0..<count).map { 0.01 + 1e-6 * Double($0) }),
        .init("mu", doubles: (0..<count).map { 35 + 1e-5 * Double($0) }),
        .init("mu_err", doubles: (0..<count).map { _ in 0.1 }),
      ])
    let path = try folder.write(file.bytes, to: "million.fits")
    let time = try seconds {
      let sample = try readSample(path)
      #expect(sample.count == count && sample.redshifts[count - 1] == 0.01 + 1e-6 * 999_999)
    }
    #expect(time < 3)
  }

  @Test("a covariance of 1701 in text, one number per line")
  func text() throws {
    let count = 1701
    let table = "z,mu\n" + (0..<count).map { "\(0.01 + 0.001 * Double($0)),40\n" }.joined()
    var matrix = "\(count)\n"
    for i in 0..<count {
      for j in 0..<count { matrix += i == j ? "0.02123456789\n" : "1.2345e-05\n" }
    }
    let paths = (try folder.write(table, to: "t.csv"), try folder.write(matrix, to: "c.txt"))
    let time = try seconds {
      let catalog = try Catalog(reading: paths.0, covariance: paths.1)
      #expect(catalog.count == count)
    }
    #expect(time < 5)
  }
}
