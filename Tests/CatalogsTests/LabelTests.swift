import Catalogs
import Cosmology
import FITS
import Foundation
import TestSupport
import Testing

/// Names and surveys of supernovae, from the file and back.
@Suite struct LabelTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Labels as they are read, which no format may change.
  static let labels = [
    "DES deep", "Ångström – «x»", "超新星", "", "a,b", "he said \"no\"", "it's", "x;y|z", "#1",
    "! %", "1", "01", "1.0", "nan", "-9", "true", "a\tb",
    String(repeating: "long label ", count: 40) + "x",
    "e\u{301}", "\"", "N/A", "\\u{41}", "back\\slash", "\\u{110000}",
  ]

  /// A table of magnitudes or of light curves, whose cells stand in quotes.
  static func table(
    _ surveys: [String], curves: Bool, column: String = "survey", name: String = "name"
  ) -> String {
    func cell(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    let header =
      curves ? "z,mb,dmb,x1,dx1,c,dc,cov_m_s,cov_m_c,cov_s_c" : "z,mu,mu_err"
    return "\(header),\(column),\(name)\n"
      + surveys.enumerated().map { index, survey in
        let z = 0.1 + 0.01 * Double(index)
        let modulus =
          5 * log10(299_792.458 / 70 * z * (1 + 0.775 * z)) + 25 + 0.1 * cos(7 * Double(index))
        let numbers =
          curves
          ? "\(z),\(modulus - 19.1),0.1,\(0.1 * Double(index % 5)),0.2,0.01,0.02,0,0,0"
          : "\(z),\(modulus),0.1"
        return "\(numbers),\(cell(survey)),\(cell(surveys[surveys.count - 1 - index]))\n"
      }.joined()
  }

  @Test("names and surveys survive CSV → FITS → CSV", arguments: [true, false])
  func roundTrip(curves: Bool) throws {
    let first = try Catalog(
      reading: try folder.write(Self.table(Self.labels, curves: curves), to: "a.csv"))
    #expect(first.labels.surveys == Self.labels)
    #expect(first.labels.names == Self.labels.reversed())
    try first.writeFITS(to: folder.path("b.fits"))
    let second = try Catalog(reading: folder.path("b.fits"))
    try second.writeCSV(to: folder.path("c.csv"))
    let third = try Catalog(reading: folder.path("c.csv"))
    try third.writeFITS(to: folder.path("d.fits"))
    for catalog in [second, third] {
      #expect(catalog.labels == first.labels)
      #expect(catalog.content == first.content)
      #expect(catalog.names == first.names)
    }
    // The same content gives the same bytes.
    let written = ["b.fits", "d.fits"].map { FileManager.default.contents(atPath: folder.path($0)) }
    #expect(written[0] == written[1])
    // The standard allows printable ASCII only: all bytes but those of the numbers.
    let bytes = try #require(FileManager.default.contents(atPath: folder.path("b.fits")))
    let file = try FITSFile(Array(bytes), path: "b.fits")
    guard case .table(let columns, _) = file.units[1].content else {
      Issue.record("expected a table")
      return
    }
    for (index, column) in columns.enumerated() where !column.isNumeric {
      let cells = file.texts(inColumn: index, of: file.units[1])
      #expect(cells.count == first.count)
      #expect(cells.allSatisfy { $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
    }
    // What needs no numbers has none.
    let plain = try Catalog(
      reading: try folder.write(
        Self.table(["a\\u{41}", "b", "c", "d"], curves: curves), to: "e.csv"))
    try plain.writeFITS(to: folder.path("e.fits"))
    #expect(try Catalog(reading: folder.path("e.fits")).labels == plain.labels)
    let text = try String(contentsOfFile: folder.path("c.csv"), encoding: .utf8)
    #expect(text.split(separator: "\n")[0].hasSuffix(",survey,name"))
    #expect(text.contains("\"a,b\"") && text.contains("\"he said \"\"no\"\"\""))
  }

  @Test("blanks and quotes around a label are not part of it, and those inside are")
  func cleaned() throws {
    let surveys = [" DES deep ", "'DES deep'", "DES  deep", "DESdeep"]
    let catalog = try Catalog(
      reading: try folder.write(Self.table(surveys, curves: true), to: "a.csv"))
    #expect(catalog.labels.surveys == ["DES deep", "DES deep", "DES  deep", "DESdeep"])
  }

  @Test("numbers of surveys are labels as they stand, in CSV and FITS")
  func numbers() throws {
    let catalog = try Catalog(
      reading: try folder.write(
        Self.table(["150", "150", "4", "51"], curves: true, column: "IDSURVEY"), to: "a.csv"))
    #expect(catalog.labels.surveys == ["150", "150", "4", "51"])
    try catalog.writeCSV(to: folder.path("b.csv"))
    try catalog.writeFITS(to: folder.path("b.fits"))
    for name in ["b.csv", "b.fits"] {
      #expect(try Catalog(reading: folder.path(name)).labels.surveys == catalog.labels.surveys)
    }
  }

  @Test("supernovae without a survey are counted")
  func unknown() throws {
    let some = try Catalog(
      reading: try folder.write(Self.table(["A", "", "A", " "], curves: true), to: "a.csv"))
    #expect(some.notes.contains("2 supernovae have no survey, and are taken as one of their own"))
    let none = try Catalog(
      reading: try folder.write(Self.table(["", "", "", ""], curves: true), to: "b.csv"))
    #expect(!none.notes.contains { $0.contains("no survey") })
  }

  @Test("two columns of surveys are an error, unless populations are chosen")
  func ambiguous() throws {
    let path = try folder.write(
      Self.table(["A", "B", "A", "B"], curves: true, name: "SURVEY"), to: "a.csv")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.description.contains("differ only in capitals"), "\(error)")
    let chosen = try Catalog(reading: path, .init(populationColumn: "SURVEY"))
    #expect(chosen.labels.populations == ["B", "A", "B", "A"])
  }
}
