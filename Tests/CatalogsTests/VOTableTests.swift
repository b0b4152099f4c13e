import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// VOTables in three serialisations, as astropy 8.0.2 wrote them on 2026-11-26.
@Suite struct VOTableTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static func document(_ data: String, fields: String = fields) -> String {
    """
    <?xml version="1.0" encoding="utf-8"?>
    <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
     <RESOURCE type="results">
      <TABLE>
    \(fields)
       <DATA>
    \(data)
       </DATA>
      </TABLE>
     </RESOURCE>
    </VOTABLE>

    """
  }

  private static let fields = """
       <FIELD ID="name" arraysize="6" datatype="unicodeChar" name="name"/>
       <FIELD ID="ok" datatype="bit" name="ok"/>
       <FIELD ID="n" datatype="short" name="n"/>
       <FIELD ID="z" datatype="double" name="z"/>
       <FIELD ID="mu" datatype="float" name="mu" unit="mag"/>
       <FIELD ID="e_mu" datatype="double" name="e_mu" unit="mmag"/>
       <FIELD ID="flux" arraysize="2" datatype="double" name="flux"/>
       <FIELD ID="ref" arraysize="*" datatype="unicodeChar" name="ref"/>
    """

  private static let binary2 =
    "AABTAE4AMQAAAAAAAAgAAT+5mZmZmZmaQhkzM0BpAAAAAAAAP/AAAAAAAABAAAAAAAAAAAAAAAEAYSAAUwBOACAAdAB3AG8AAAI/4AAAAAAAAEIozM1AWQAA"
    + "AAAAAEAIAAAAAAAAQBAAAAAAAAAAAAADAGIAYgBiAADcADMAAAAAAAAAAAgAAz/mZmZmZmZmQixmZkBiwAAAAAAAQBQAAAAAAABAGAAAAAAAAAAAAAA="

  /// Without the column of short numbers, which cannot lack a number in this serialisation.
  private static let binary =
    "AFMATgAxAAAAAAAACD+5mZmZmZmaQhkzM0BpAAAAAAAAP/AAAAAAAABAAAAAAAAAAAAAAAEAYQBTAE4AIAB0AHcAbwA/4AAAAAAAAEIozM1AWQAAAAAAAEAI"
    + "AAAAAAAAQBAAAAAAAAAAAAADAGIAYgBiANwAMwAAAAAAAAAACD/mZmZmZmZmQixmZkBiwAAAAAAAQBQAAAAAAABAGAAAAAAAAAAAAAA="
  private static let fieldsOfBinary = """
       <FIELD ID="name" arraysize="6" datatype="unicodeChar" name="name"/>
       <FIELD ID="ok" datatype="bit" name="ok"/>
       <FIELD ID="z" datatype="double" name="z"/>
       <FIELD ID="mu" datatype="float" name="mu" unit="mag"/>
       <FIELD ID="e_mu" datatype="double" name="e_mu" unit="mmag"/>
       <FIELD ID="flux" arraysize="2" datatype="double" name="flux"/>
       <FIELD ID="ref" arraysize="*" datatype="unicodeChar" name="ref"/>
    """

  static let documents: [String: String] = [
    "BINARY": document(
      "<BINARY><STREAM encoding=\"base64\">\(binary)</STREAM></BINARY>", fields: fieldsOfBinary),
    "TABLEDATA": document(
      """
      <TABLEDATA>
       <TR><TD>SN1</TD><TD>1</TD><TD>1</TD><TD>0.1</TD><TD>38.3</TD><TD>200</TD><TD>1 2</TD><TD>a &lt; b</TD></TR>
       <TR><TD>SN two</TD><TD>0</TD><TD/><TD>0.5</TD><TD>42.2</TD><TD> 100 </TD><TD>3 4</TD><TD>bbb</TD></TR>
       <TR><TD>Ü3</TD><TD>1</TD><TD>3</TD><TD>0.7</TD><TD><![CDATA[43.1]]></TD><TD>150</TD><TD>5 6</TD><TD></TD></TR>
      </TABLEDATA>
      """),
    "BINARY2": document("<BINARY2><STREAM encoding=\"base64\">\n\(binary2)   </STREAM></BINARY2>"),
    "a prefix, and another table before": """
    <vot:VOTABLE xmlns:vot="http://www.ivoa.net/xml/VOTable/v1.3"><vot:RESOURCE>
    <vot:TABLE><vot:FIELD name="key" datatype="int"/><vot:DATA><vot:TABLEDATA><vot:TR><vot:TD>1</vot:TD></vot:TR>
    </vot:TABLEDATA></vot:DATA></vot:TABLE>
    <vot:TABLE><vot:FIELD name="z (km/s)" datatype="double"/><vot:FIELD name="mu" datatype="double" unit="mag"/>
    <vot:FIELD name="e_mu" datatype="double" unit="mag"/><vot:DATA><vot:TABLEDATA>
    <vot:TR><vot:TD>29979.2458</vot:TD><vot:TD>38.3</vot:TD><vot:TD>0.2</vot:TD></vot:TR>
    <vot:TR><vot:TD>149896.229</vot:TD><vot:TD>42.2</vot:TD><vot:TD>0.1</vot:TD></vot:TR>
    <vot:TR><vot:TD>209854.7206</vot:TD><vot:TD>43.1</vot:TD><vot:TD>0.15</vot:TD></vot:TR>
    </vot:TABLEDATA></vot:DATA></vot:TABLE></vot:RESOURCE></vot:VOTABLE>
    """,
  ]

  @Test("all serialisations say the same", arguments: documents.keys.sorted())
  func kinds(name: String) throws {
    let path = try folder.write(try #require(Self.documents[name]), to: "t.vot")
    let catalog = try Catalog(reading: path)
    #expect(catalog.format == .votable)
    let sample = try #require(catalog.sample)
    for (read, z) in zip(sample.redshifts, [0.1, 0.5, 0.7]) { #expect(abs(read - z) < 1e-15) }
    for (read, modulus) in zip(sample.magnitudes, [38.3, 42.2, 43.1]) {
      #expect(abs(read - modulus) < 4e-6)
    }
    #expect(sample.covariance == .independent([0.2, 0.1, 0.15]))
    #expect(try NumberTable(path, columns: ["mu"]).rowCount == 3)
  }

  @Test("elements in the wrong places")
  func misplaced() throws {
    let field = "<FIELD name=\"z\" datatype=\"double\"/>"
    let row = "<TR><TD>0.1</TD></TR>"
    for data in [
      "\(row)\(field)<TR><TD>0.1</TD><TD>1</TD></TR>", "<TR><TD>0.1</TD>\(field)</TR>",
      "<TR>\(field)<TD>0.1</TD><TD>1</TD></TR>", "<TD>0.1</TD>", "<TR></TABLE><TABLE>\(field)</TR>",
    ] {
      let path = try folder.write(
        Self.document("<TABLEDATA>\(data)</TABLEDATA>", fields: field), to: "t.vot")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
      #expect(
        error.description.contains("is damaged here")
          || error.description.contains("fields where there"), "\(error.description)")
    }
  }

  @Test("names that are not UTF-8, and an encoding of single bytes")
  func encodings() throws {
    let whole = try #require(Self.documents["TABLEDATA"])
    let bytes = Array(whole.replacing("<FIELD ID=\"n\"", with: "<FIEL\u{1} ID=\"n\"").utf8)
    let path = try folder.write(bytes.map { $0 == 1 ? 0xff : $0 }, to: "t.vot")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.description.contains("is damaged here"), "\(error.description)")

    let latin = whole.replacing("utf-8", with: "ISO-8859-1").unicodeScalars.map {
      UInt8(truncatingIfNeeded: $0.value)
    }
    #expect(try Catalog(reading: folder.write(latin, to: "t.vot")).count == 3)
  }

  @Test("nulls, words and rows of another length")
  func mistakes() throws {
    let fields =
      "<FIELD name=\"z\" datatype=\"double\"/><FIELD name=\"mu\" datatype=\"int\" unit=\"mmag\"><VALUES null=\"-5\"/></FIELD>"
      + "<FIELD name=\"e_mu\" datatype=\"double\"/>"
    func table(_ rows: String...) -> String {
      let rows = rows.map {
        "<TR>" + $0.split(separator: " ").map { "<TD>\($0)</TD>" }.joined() + "</TR>"
      }
      return Self.document("<TABLEDATA>\(rows.joined())</TABLEDATA>", fields: fields)
    }
    for (text, words) in [
      (
        table("0.1 38300 0.2", "0.5 -5 0.1"),
        "row 2, column 'mu': found -5, which marks a missing value"
      ),
      (
        Self.document(
          "<TABLEDATA><TR><TD>0.1</TD><TD>38300</TD><TD/></TR></TABLEDATA>", fields: fields),
        "row 1, column 'e_mu': the cell is empty; --skip-missing leaves such rows out"
      ),
      (table("0.1 x 0.2"), "row 1, column 'mu': found 'x' where a number is expected"),
      (table("0.1 38300"), "row 1: found 2 fields where there are 3 column names"),
      (table("0.1 38300 0.2 7"), "is damaged here"),
      (table(), "there are column names but no rows"),
      (
        Self.document("<BINARY2><STREAM href=\"file:///etc/passwd\"/></BINARY2>"),
        "the rows of this VOTable are in another file or in FITS"
      ),
      (
        Self.document("<FITS><STREAM encoding=\"base64\">AAAA</STREAM></FITS>"),
        "in another file or in FITS"
      ),
      (
        Self.document("<BINARY2><STREAM encoding=\"gzip\">AAAA</STREAM></BINARY2>"),
        "have the encoding 'gzip', which is not read"
      ),
      (
        try #require(Self.documents["BINARY2"]).replacing("</STREAM>", with: "!?</STREAM>"),
        "is damaged here"
      ),
      (
        Self.document("<BINARY2><STREAM encoding=\"base64\">AAAA</STREAM></BINARY2>"),
        "is damaged here"
      ),
    ] {
      let path = try folder.write(text, to: "t.vot")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
      #expect(error.description.contains(words), "\(error.description)")
    }
    let whole = try readSample(
      try folder.write(table("0.1 38300 0.2", "0.5 42200 0.1"), to: "t.vot"))
    #expect(whole.magnitudes == [38.3, 42.2])
  }

  @Test("a VOTable cut anywhere is an error", arguments: ["TABLEDATA", "BINARY2"])
  func truncation(name: String) throws {
    let bytes = Array(try #require(Self.documents[name]).utf8)
    for length in stride(from: 60, to: bytes.count - 12, by: 7) {
      let path = try folder.write(Array(bytes.prefix(length)), to: "t.vot")
      #expect(throws: CatalogError.self, "cut after \(length)") { try Catalog(reading: path) }
    }
  }

  @Test(
    "elements where they do not belong are damage",
    arguments: [
      "<TR><TD>0.1</TD><TABLE><TD>38.3</TD></TABLE><TD>0.2</TD></TR>",
      "<TR><TD>0.1</TD></TABLE><TABLE><TD>38.3</TD><TD>0.2</TD></TR>",
      "<TR><TD>0.1</TD><FIELD name=\"x\" datatype=\"double\"/><TD>38.3</TD><TD>0.2</TD><TD>1</TD></TR>",
      "<TR><TD>0.1</TD><TR><TD>38.3</TD></TR><TD>0.2</TD><TD>0.3</TD></TR>",
      "<TD>0.1</TD>", "<TR><TD>0.1</TD><TD>38.3</TD><TD>0.2</TD><TD>0.3</TD></TR>",
      "</TABLEDATA></DATA></TABLE><DATA><TABLEDATA><TR><TD>0.1</TD></TR>",
    ])
  func misplaced(rows: String) throws {
    let fields = ["z", "mu", "mu_err"].map { "<FIELD name=\"\($0)\" datatype=\"double\"/>" }
    let path = try folder.write(
      "<VOTABLE><RESOURCE><TABLE>\(fields.joined())<DATA><TABLEDATA>\(rows)</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
      to: "t.vot")
    #expect(throws: CatalogError.self) { try Catalog(reading: path) }
  }

  @Test("entities neither grow nor read other files")
  func entities() throws {
    let other = try folder.write("0.2", to: "other")
    var entities = "<!ENTITY a0 \"0000000000\">"
    for level in 1...12 {
      let many = String(repeating: "&a\(level - 1);", count: 10)
      entities += "<!ENTITY a\(level) \"\(many)\">"
    }
    entities += "<!ENTITY file SYSTEM \"file://\(other)\">"
    for entity in ["&a12;", "&file;"] {
      let text =
        "<?xml version=\"1.0\"?><!DOCTYPE VOTABLE [\(entities)]>"
        + "<VOTABLE><RESOURCE><TABLE><FIELD name=\"z\" datatype=\"double\"/><FIELD name=\"mu\" datatype=\"double\"/>"
        + "<FIELD name=\"e_mu\" datatype=\"double\"/><DATA><TABLEDATA><TR><TD>0.1</TD><TD>38.3</TD><TD>\(entity)</TD></TR>"
        + "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
      let path = try folder.write(text, to: "t.vot")
      #expect(throws: CatalogError.self) { try Catalog(reading: path) }
    }
  }

  @Test("a web page is still one")
  func page() throws {
    for text in [
      "<html><body>VOTABLE</body></html>", "<?xml version=\"1.0\"?><html><p>x</p></html>",
    ] {
      let path = try folder.write(text, to: "t.vot")
      let error = #expect(throws: CatalogError.self) { try Catalog(reading: path) }
      #expect(error?.problem == .looksLikeHTML)
    }
  }
}
