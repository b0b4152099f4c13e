import Catalogs
import Cosmology
import TestSupport
import Testing

/// Details by which tables of text differ, read or reported for what they are.
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

  /// A journal's table of two supernovae by the bytes of its columns, that of z with its format.
  private func journalTable(z: String, mu: String, error: String) -> String {
    """
    Title: Invented distances
    Byte-by-byte Description of file: t.txt
    --------------------------------------------------------------------------------
       Bytes Format Units Label Explanations
    --------------------------------------------------------------------------------
       \(z)   ---   z     Redshift
       \(mu)  F4.1   mag   mu    Modulus
       \(error)  F4.2   mag   e_mu  Its error
    --------------------------------------------------------------------------------
    0.10 38.3 0.20
    0.50 42.2 0.10

    """
  }

  @Test("a description whose bytes no line has", arguments: ["9- 5", "0- 5", "0", "1-99999999"])
  func bytes(range: String) throws {
    let text = journalTable(z: " 1- 4  F4.2", mu: range, error: "11-14")
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

  @Test("the sign of a comment inside of a cell", arguments: [",", "\t", ";", "|"])
  func signInCell(separator: String) throws {
    let first = (0..<12).map {
      ["SN #\($0)", "\(Twelve.redshifts[$0])", "\(Twelve.moduli[$0])", "0.15"]
    }
    for order in [[0, 1, 2, 3], [1, 2, 3, 0], [1, 0, 2, 3]] {
      let names = order.map { ["name", "z", "mu", "mu_err"][$0] }.joined(separator: separator)
      let rows = first.map { row in
        order.map { row[$0] }.joined(separator: separator) + "\n"
      }
      let path = try folder.write(names + "\n" + rows.joined(), to: "t.txt")
      #expect(try readSample(path).magnitudes == Twelve.moduli)
    }
    // Behind a number it begins a comment.
    let rows = first.map {
      $0.joined(separator: separator).replacing("#", with: "") + "  # checked, twice\n"
    }
    let names = ["name", "z", "mu", "mu_err"].joined(separator: separator)
    let path = try folder.write(names + "\n" + rows.joined(), to: "t.txt")
    #expect(try readSample(path).magnitudes == Twelve.moduli)
  }

  @Test(
    "a description that cuts numbers",
    arguments: [
      (" 2- 4  F3.2", "6- 9", "11-14", "z"), ("1- 3  F3.1", "6- 9", "11-14", "z"),
      ("1- 4  F4.2", "7- 9", "11-14", "mu"), ("1- 4  F4.2", "6- 8", "11-14", "mu"),
      ("1- 4  F4.2", "6- 9", "11-13", "e_mu"), ("1- 4  F4.2", "6- 9", "12-14", nil),
    ] as [(String, String, String, String?)])
  func cutNumbers(z: String, mu: String, error: String, column: String?) throws {
    let text = journalTable(z: z, mu: mu, error: error)
    let refusal = try refusal(text)
    #expect(refusal.row == 10 && refusal.column == column ?? "e_mu", "\(refusal.description)")
    #expect(refusal.description.contains("lies outside them"), "\(refusal.description)")
  }

  @Test("an answer to a query that failed, and spreadsheets")
  func noTables() throws {
    let answer = """
      <?xml version="1.0"?><VOTABLE><RESOURCE type="results">
      <INFO name="QUERY_STATUS" value="ERROR">no such column: zz</INFO></RESOURCE></VOTABLE>
      """
    let error = try refusal(answer)
    #expect(error.problem == .failedQuery(message: "no such column: zz"))
    let sheet = try folder.write(
      ZipBytes.archive([
        ("mimetype", Array("application/vnd.oasis.opendocument.spreadsheet".utf8)),
        ("content.xml", Array("<x/>".utf8)),
      ]), to: "t.ods")
    let words = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: sheet) })
    #expect(words.problem == .notSupernovae(.openDocument))
  }

  @Test(
    "names that may be those of errors are proposed",
    arguments: [
      ["mu_e"], ["delta_mu"], ["mu_err_stat"], ["mu_err_stat", "mu_err_sys"], ["muerr_tot"],
    ])
  func proposals(names: [String]) throws {
    let columns = Twelve.columns.dropLast() + names.map { ($0, Twelve.errors) }
    let error = try refusal(Twelve.table(Array(columns)))
    #expect(error.description.contains("did you mean '\(names[0])'"), "\(error.description)")
  }

  @Test("a second column of errors is named where it differs")
  func twoErrors() throws {
    func notes(_ value: Double) throws -> [String] {
      let path = try folder.write(
        Twelve.table(Twelve.columns + [("e_mu", [Double](repeating: value, count: 12))]),
        to: "t.csv")
      return try Catalog(reading: path).notes
    }
    let note = "'e_mu' has other errors than 'mu_err', and is not used"
    #expect(try notes(0.3).contains(note))
    #expect(try !notes(0.15).contains(note))
  }
}
