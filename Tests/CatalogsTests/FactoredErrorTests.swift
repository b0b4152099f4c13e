import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Errors as variances and modes in a FITS file.
@Suite struct FactoredErrorTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

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
}
