import Catalogs
import Cosmology
import TestSupport
import Testing

/// Settings of lists of files: which are used, and what is said of those that are not.
@Suite struct DatasetSettingTests {
  let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(Twelve.table(), to: "t.csv")
    _ = try folder.write("12\n" + Twelve.text(Twelve.covariance()), to: "covtot.txt")
    _ = try folder.write("12\n" + Twelve.text(Twelve.covariance(0.2)), to: "covsys.txt")
  }

  private func read(
    _ lines: [String], _ options: Catalog.Options = .init()
  ) throws -> Catalog {
    let text = lines.joined(separator: "\n") + "\n"
    return try Catalog(reading: try folder.write(text, to: "l.dataset"), options)
  }

  @Test("scatter and velocities that have nothing to be added to are said")
  func unusedScatter() throws {
    let settings = ["data_file = t.csv", "pecz = 0.001", "intrinsicdisp = 0.1"]
    let total = try read(settings + ["mag_covmat_file = covtot.txt"])
    #expect(
      total.notes.contains(
        "the covariance is the total, to which nothing is added; not used: intrinsicdisp = 0.1, pecz = 0.001"
      ))
    let systematic = try read(settings + ["mag_covmat_file = covsys.txt"])
    #expect(!systematic.notes.contains { $0.contains("not used") })
    #expect(systematic.notes.contains { $0.contains("are added to the squares of 'mu_err'") })
    let none = try read(["data_file = t.csv", "pecz = 0", "mag_covmat_file = covtot.txt"])
    #expect(!none.notes.contains { $0.contains("not used") })
  }

  @Test("a matrix that the user gives takes the place of the list's, which is said")
  func replaced() throws {
    let catalog = try read(
      ["data_file = t.csv", "mag_covmat_file = covsys.txt"],
      .init(covariance: folder.path("covtot.txt")))
    #expect(
      catalog.notes.contains("'mag_covmat_file' is not used: --covariance takes its place"))
    #expect(
      catalog.sample?.covariance
        == (try readSample(folder.path("t.csv"), .init(covariance: folder.path("covtot.txt"))))
        .covariance)
  }

  @Test(
    "a key with two values", arguments: ["data_file", "mag_covmat_file", "pecz", "has_mag_covmat"])
  func repeated(key: String) throws {
    let values = [
      "data_file": "t.csv", "mag_covmat_file": "covtot.txt", "pecz": "0", "has_mag_covmat": "T",
    ]
    let lines = values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
    #expect(try read(lines + ["\(key) = \(values[key] ?? "")"]).count == 12)
    let error = try #require(
      #expect(throws: CatalogError.self) { try read(lines + ["\(key) = 0.5"]) })
    let first = try #require(lines.firstIndex { $0.hasPrefix(key) }) + 1
    #expect(error.row == 5 && error.column == key && error.problem == .repeatedKey(first: first))
  }

  @Test("keys in capitals, and colons", arguments: ["DATA_FILE = ", "Data_File=", "data_file: "])
  func spelling(key: String) throws {
    let catalog = try read(["name = x", key + "t.csv"])
    #expect(catalog.format == .dataset && catalog.count == 12)
  }
}
