import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

@Suite struct RowConditionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let table = """
    z,mu,mu_err,IDSURVEY,field name,x1
    0.1,38.3,0.1,1,"DES deep",0.5
    0.2,39.9,0.1,1.0,SNLS,-2
    0.3,41.0,0.1,15,"a and b",
    0.4,41.6,0.1,150,"x > 1",3

    """

  private func redshifts(_ text: String) throws -> [Double] {
    let path = try folder.write(Self.table, to: "table.csv")
    let condition = try #require(RowCondition(text))
    return try Catalog(reading: path, Catalog.Options(condition: condition)).redshifts
  }

  @Test(
    "rows are kept by numbers and words of columns",
    arguments: [
      ("IDSURVEY != 15", [0.1, 0.2, 0.4]), ("IDSURVEY == 1", [0.1, 0.2]),
      ("IDSURVEY=1", [0.1, 0.2]),
      ("idsurvey >= 15", [0.3, 0.4]), ("IDSURVEY < 1.5e1", [0.1, 0.2]),
      ("z > 0.1 and z <= 0.3", [0.2, 0.3]), ("z > 0.1 && IDSURVEY != 150", [0.2, 0.3]),
      ("\"field name\" == \"a and b\"", [0.3]), ("'field name' != 'DES deep'", [0.2, 0.3, 0.4]),
      ("field name == SNLS", [0.2]), ("field name == 'x > 1'", [0.4]),
      ("field name != ''", [0.1, 0.2, 0.3, 0.4]),
    ] as [(String, [Double])])
  func kept(text: String, expected: [Double]) throws {
    #expect(try redshifts(text) == expected)
  }

  @Test(
    "what is no condition is refused",
    arguments: [
      "", "z", "z >", "> 3", "z > x", "z > nan", "z > 1 > 2", "z = 1 and ", "and", "z ! 3",
    ])
  func noConditions(text: String) { #expect(RowCondition(text) == nil) }

  @Test(
    "what cannot be judged is an error, not a row that is lost",
    arguments: ["nothing == 1", "z > 5", "field name > 1", "x1 > 0"])
  func errors(text: String) {
    #expect(throws: CatalogError.self) { try redshifts(text) }
  }

  @Test("the covariance loses the same rows")
  func covariance() throws {
    let path = try folder.write(Self.table, to: "table.csv")
    let matrix = try folder.write(
      (0..<4).map { i in
        (0..<4).map { j in "\(i == j ? 0.01 * Double(i + 1) : 0.0001 * Double(i + j))" }
          .joined(separator: " ") + "\n"
      }.joined(), to: "covariance.txt")
    let catalog = try Catalog(
      reading: path,
      Catalog.Options(covariance: matrix, condition: RowCondition("IDSURVEY != 15")))
    let sample = try #require(catalog.sample)
    #expect(sample.count == 3)
    #expect(catalog.notes.contains { $0.contains("IDSURVEY != 15 keeps 3 of 4 rows") })
    let all = try #require(
      try Catalog(reading: path, Catalog.Options(covariance: matrix)).sample)
    #expect(sample.fingerprint != all.fingerprint)
  }
}
