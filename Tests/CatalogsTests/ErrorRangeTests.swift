import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// A single error that cannot be, in a column and on the diagonal of a matrix.
@Suite struct ErrorRangeTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ columns: [Twelve.Column], matrix: [Double]? = nil, _ options: Catalog.Options = .init()
  ) throws -> Catalog {
    var options = options
    if let matrix { options.covariance = try folder.write(Twelve.text(matrix), to: "m.txt") }
    return try Catalog(reading: try folder.write(Twelve.table(columns), to: "t.csv"), options)
  }

  @Test("in a column", arguments: [1e-12, 1e-6, 1e-4, 1.5, 2, 40, 1e6])
  func column(error: Double) throws {
    let columns = Twelve.changed([(6, "mu_err", error)])
    let refusal = try #require(#expect(throws: CatalogError.self) { try read(columns) })
    #expect(refusal.row == 8 && refusal.column == "mu_err")
    #expect(refusal.description.contains("found \(error) where the other errors"))
    // A systematic covariance is added to it, and a whole one does without.
    let systematic = Twelve.covariance(0.02)
    #expect(throws: CatalogError.self) { try read(columns, matrix: systematic) }
    #expect(
      try read(columns, matrix: Twelve.covariance(), .init(covarianceKind: .total)).count == 12)
  }

  @Test("ordinary errors of surveys of all kinds", arguments: [0.02, 0.05, 0.4, 0.9])
  func ordinary(error: Double) throws {
    #expect(try read(Twelve.changed([(6, "mu_err", error)])).count == 12)
  }

  @Test(
    "errors of contaminants, which BEAMS makes large", arguments: ["PROBIA_BEAMS", "MUERR_VPEC"])
  func contaminants(column: String) throws {
    let columns = Twelve.changed([(6, "mu_err", 206.3)])
    #expect(throws: CatalogError.self) { try read(columns) }
    #expect(try read(columns + [(column, Twelve.errors)]).count == 12)
    let small = Twelve.changed([(6, "mu_err", 1e-6)]) + [(column, Twelve.errors)]
    #expect(throws: CatalogError.self) { try read(small) }
  }

  @Test("on a diagonal", arguments: [1e-16, 25, 1e6])
  func diagonal(variance: Double) throws {
    var matrix = Twelve.covariance()
    for index in 0..<12 where index != 6 {
      matrix[6 * 12 + index] = 0
      matrix[index * 12 + 6] = 0
    }
    matrix[6 * 13] = variance
    let columns = Array(Twelve.columns.dropLast())
    let refusal = try #require(
      #expect(throws: CatalogError.self) { try read(columns, matrix: matrix) })
    #expect(refusal.row == 7 && refusal.column == "7", "\(refusal.description)")
    #expect(try read(columns, matrix: matrix, .init(covarianceKind: .total)).count == 12)
  }

  @Test("a zero that may mark a missing value says how to leave it out")
  func zero() throws {
    for column in ["z", "mu_err"] {
      let columns = Twelve.changed([(6, column, 0)])
      let refusal = try #require(#expect(throws: CatalogError.self) { try read(columns) })
      #expect(
        refusal.description.hasSuffix(
          "found 0.0 where a positive number is expected; --skip-missing leaves such rows out"))
      #expect(try read(columns, .init(skipsMissing: true)).count == 11)
    }
  }

  @Test("rows of a matrix without numbers, which the table does not need")
  func gaps() throws {
    var matrix = Twelve.covariance()
    for index in 0..<12 {
      matrix[3 * 12 + index] = .nan
      matrix[index * 12 + 3] = .nan
    }
    let missing = Twelve.changed([(3, "mu", -99)])
    #expect(try read(missing, matrix: matrix, .init(skipsMissing: true)).count == 11)
    let refusal = try #require(
      #expect(throws: CatalogError.self) { try read(Twelve.columns, matrix: matrix) })
    #expect(refusal.row == 4 && refusal.column == "4")
    #expect(refusal.problem == .notFinite(found: "nan"))
    // A single one is a mistake of the matrix.
    var other = Twelve.covariance()
    other[5 * 12 + 2] = .nan
    #expect(throws: CatalogError.self) {
      try read(missing, matrix: other, .init(skipsMissing: true))
    }
  }
}
