import Catalogs
import Cosmology
import TestSupport
import Testing

/// Details by which tables of text differ, read or told for what they are.
@Suite struct TableDetailTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func refusal(
    _ text: String, _ options: Catalog.Options = .init()
  ) throws -> CatalogError {
    let path = try folder.write(text, to: "t.txt")
    return try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path, options) })
  }

  @Test("decimal commas in quotes, whatever separates", arguments: [",", ";", "\t"])
  func quotedCommas(separator: String) throws {
    let rows = (0..<12).map { row in
      [Twelve.redshifts[row], Twelve.moduli[row], 0.15].map {
        "\"" + "\($0)".replacing(".", with: ",") + "\""
      }.joined(separator: separator) + "\n"
    }
    let names = ["z", "mu", "mu_err"].joined(separator: separator) + "\n"
    let sample = try readSample(try folder.write(names + rows.joined(), to: "t.txt"))
    #expect(sample.redshifts == Twelve.redshifts && sample.magnitudes == Twelve.moduli)
    // Beside decimal points it separates thousands.
    let mixed = names + rows.joined().replacing("\"38,618\"", with: "38.618")
    guard case .mixedDecimals = try refusal(mixed).problem else {
      Issue.record("read")
      return
    }
  }

  @Test("a matrix with labels, given as the table")
  func labelledMatrix() throws {
    let names = (0..<12).map { "S\($0)" }
    let rows = Twelve.text(Twelve.covariance()).split(separator: "\n")
    let text =
      "," + names.joined(separator: ",") + "\n"
      + zip(names, rows).map { "\($0),\($1.replacing(" ", with: ","))\n" }.joined()
    let error = try refusal(text)
    #expect(error.description.contains("a matrix of 12 × 12 numbers"), "\(error.description)")
    #expect(!error.description.contains("''"))
    let unnamed = try refusal(",a,b\n0,0.1,38\n")
    #expect(!unnamed.description.contains("did you mean ''"), "\(unnamed.description)")
  }

  @Test("a description whose bytes no line has", arguments: ["9- 5", "0- 5", "0", "1-99999999"])
  func bytes(range: String) throws {
    let text = """
      Title: Invented distances
      Byte-by-byte Description of file: t.txt
      --------------------------------------------------------------------------------
         Bytes Format Units Label Explanations
      --------------------------------------------------------------------------------
         1- 4  F4.2   ---   z     Redshift
         \(range)  F4.1   mag   mu    Modulus
        11-14  F4.2   mag   e_mu  Its error
      --------------------------------------------------------------------------------
      0.10 38.3 0.20
      0.50 42.2 0.10

      """
    let error = try refusal(text)
    #expect(error.row == 7 && error.column == "mu")
    #expect(error.description.contains("which no line has"), "\(error.description)")
  }

  @Test("formats that are asked for and are not there")
  func formats() throws {
    #expect(try refusal(Twelve.table(), .init(format: .votable)).problem == .notVOTable)
    let xml = "<VOTABLE><RESOURCE><TABLE></TABLE></RESOURCE></VOTABLE>"
    #expect(try refusal(xml, .init(format: .table)).problem == .isVOTable(format: .table))
    let fits = try folder.write(Twelve.fits(), to: "t.fits")
    let error = #expect(throws: CatalogError.self) {
      try Catalog(reading: fits, .init(format: .votable))
    }
    #expect(error?.problem == .notVOTable)
  }
}
