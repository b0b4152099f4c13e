import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The table of a VOTable that has supernovae: the first with a redshift and a magnitude, else the
/// first. Rows are read from TABLEDATA, BINARY and BINARY2.
///
/// Source: VOTable Format Definition, version 1.4 (IVOA).
struct VOTable: CatalogTable {
  let path: String
  let rowCount: Int
  let columnNames: [String]
  private let fields: [VOTableField]
  /// The numbers and truth values of each column, none for others.
  private let columns: [[Double]]
  /// The texts of each column, none for others.
  private let texts: [[String]]

  /// Reads all tables, and chooses one.
  ///
  /// - Throws: `CatalogError` for XML that is damaged or no VOTable, rows that are in another file or
  ///   cut short, and more rows than a table holds.
  init(
    _ bytes: [UInt8], path: String, chosen: [ColumnRole: String] = [:]
  ) throws(CatalogError) {
    guard Self.isReadable(bytes) else { throw CatalogError(path, .damagedXML) }
    let reader = VOTableReader(path)
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = reader
    let isWhole = parser.parse()
    if let mistake = reader.mistake { throw mistake }
    // A truncated text is not an error to the parser.
    guard isWhole, reader.isClosed else {
      throw CatalogError(path, reader.isVOTable ? .damagedXML : .looksLikeHTML)
    }
    func isOfSupernovae(_ table: VOTableReader.Table) -> Bool {
      let names = table.fields.map { ColumnHeading($0.name).name }
      return ColumnRole.areSupernovae(names, chosen: chosen) && table.rowCount > 0
    }
    guard let table = reader.tables.first(where: isOfSupernovae) ?? reader.tables.first else {
      throw CatalogError(path, .noRows)
    }
    guard table.rowCount > 0 else { throw CatalogError(path, .noRows) }
    self.path = path
    rowCount = table.rowCount
    fields = table.fields
    columns = table.columns
    texts = table.texts
    columnNames = fields.map { ColumnHeading($0.name).name }
  }

  /// Whether the bytes are characters in the encoding that is declared: Foundation's parser traps on names that are
  /// not.
  private static func isReadable(_ bytes: [UInt8]) -> Bool {
    if String(validating: bytes, as: UTF8.self) != nil { return true }
    let declaration = String(decoding: bytes.prefix(200), as: UTF8.self)
    let singleByte = /^\s*<\?xml[^>]*encoding\s*=\s*["'](iso-8859-|windows-125)\d+["']/
    return declaration.contains(singleByte.ignoresCase())
  }

  func place(ofRow row: Int) -> Int { row + 1 }

  func unit(ofColumn column: Int) -> String {
    fields[column].unit.isEmpty ? ColumnHeading(fields[column].name).unit : fields[column].unit
  }

  func text(row: Int, column: Int) -> String {
    guard !columns[column].isEmpty else { return "" }
    let number = columns[column][row]
    // A cell that is not a number is empty, or holds the null value.
    return number.isNaN ? fields[column].null.map(Self.word) ?? "" : "\(number)"
  }

  func words() -> [[String]] {
    columns.indices.map { texts[$0].isEmpty ? columns[$0].map(Self.word) : texts[$0] }
  }

  func flags(inColumn column: Int) throws(CatalogError) -> [Double] {
    guard !columns[column].isEmpty else {
      throw CatalogError(path, column: columnNames[column], .notNumeric)
    }
    return columns[column]
  }

  func numbersWithGaps(inColumns indices: [Int]) throws(CatalogError) -> [[Double]] {
    try indices.map { column throws(CatalogError) in
      guard fields[column].kind?.isNumber == true else {
        throw CatalogError(path, column: columnNames[column], .notNumeric)
      }
      return columns[column]
    }
  }
}

/// What a walk through the XML finds.
private final class VOTableReader: NSObject, XMLParserDelegate {
  /// A table as it is read.
  struct Table {
    var fields: [VOTableField] = []
    var columns: [[Double]] = []
    var texts: [[String]] = []
    var rowCount = 0

    mutating func add(_ row: [VOTableCell]) {
      for (index, cell) in row.enumerated() {
        switch cell {
        case .number(let number): columns[index].append(number)
        case .word(let word): texts[index].append(word)
        case .none where fields[index].kind != nil: columns[index].append(.nan)
        case .none where fields[index].isText: texts[index].append("")
        case .none: continue
        }
      }
      rowCount += 1
    }
  }

  private let path: String
  private(set) var isVOTable = false
  private(set) var isClosed = false
  private(set) var tables: [Table] = []
  private(set) var mistake: CatalogError?
  private var table: Table?
  private var row: [VOTableCell] = []
  /// The text of the cell or the stream that is read.
  private var text: String?
  private var serialization = ""
  /// Whether an INFO that is read says that the query failed.
  private var isFailure = false
  private var cell = 0

  init(_ path: String) { self.path = path }

  private func fail(
    _ parser: XMLParser, row: Int? = nil, column: String? = nil, _ problem: CatalogError.Problem
  ) {
    mistake = mistake ?? CatalogError(path, row: row, column: column, problem)
    parser.abortParsing()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    switch name.split(separator: ":").last ?? "" {
    case "VOTABLE": isVOTable = true
    case "INFO":
      isFailure =
        attributes["name"]?.uppercased() == "QUERY_STATUS"
        && attributes["value"]?.uppercased() == "ERROR"
      if isFailure { text = "" }
    case "TABLE":
      guard table == nil else { return fail(parser, .damagedXML) }
      table = Table()
    case "FIELD":
      guard (table?.rowCount ?? 0) == 0 else { return fail(parser, .damagedXML) }
      table?.fields.append(VOTableField(attributes))
      table?.columns.append([])
      table?.texts.append([])
      if (table?.fields.count ?? 0) > TextLimit.fields.largest { fail(parser, .beyond(.fields)) }
    case "VALUES":
      guard let table, !table.fields.isEmpty, table.rowCount == 0 else { return }
      self.table?.fields[table.fields.count - 1].null = attributes["null"].flatMap { Double($0) }
    case "BINARY", "BINARY2", "FITS": serialization = name
    case "STREAM":
      let isElsewhere = attributes["href"] != nil || serialization == "FITS"
      if isElsewhere || attributes["encoding"] != "base64" {
        fail(
          parser, .foreignStream(encoding: isElsewhere ? nil : attributes["encoding"] ?? "none"))
      }
      text = ""
    case "TR":
      row = (table?.fields ?? []).map { _ in .none }
      cell = 0
    case "TD": text = ""
    default: return
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if text != nil { text? += string }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    if text != nil { text? += String(decoding: block, as: UTF8.self) }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    switch name.split(separator: ":").last ?? "" {
    case "TD":
      // The parser goes on behind mistakes, in which a row may lose its end and a table gain or lose columns.
      guard let table, cell < row.count, row.count == table.fields.count else {
        return fail(parser, .damagedXML)
      }
      let (field, word) = (
        table.fields[cell], (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      )
      if field.kind != nil {
        guard let number = field.number(word) else {
          return fail(
            parser, row: table.rowCount + 1, column: field.name, .notANumber(found: word))
        }
        row[cell] = .number(number)
      } else if field.isText {
        row[cell] = .word(word)
      }
      cell += 1
      text = nil
    case "TR":
      guard cell == row.count else {
        return fail(
          parser, row: (table?.rowCount ?? 0) + 1,
          .wrongFieldCount(found: cell, expected: row.count))
      }
      guard row.count == table?.fields.count else { return fail(parser, .damagedXML) }
      table?.add(row)
      if (table?.rowCount ?? 0) > TextLimit.supernovae.largest {
        fail(parser, .beyond(.supernovae))
      }
    case "STREAM":
      guard let table,
        let stream = VOTableStream(
          base64: text ?? "", table.fields, hasMask: serialization == "BINARY2")
      else { return fail(parser, .damagedXML) }
      text = nil
      do throws(VOTableStream.Truncation) {
        try stream.read(upTo: TextLimit.supernovae.largest) { self.table?.add($0) }
      } catch {
        fail(parser, row: (self.table?.rowCount ?? 0) + 1, .damagedXML)
      }
    case "INFO" where isFailure:
      let message = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      fail(parser, .failedQuery(message: String(message.prefix(1000))))
    case "VOTABLE": isClosed = true
    case "TABLE":
      if let table { tables.append(table) }
      table = nil
    default: return
    }
  }
}
