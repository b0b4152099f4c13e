import Yams

/// The header of an ECSV file of astropy: YAML in comments, with the names and units of columns.
///
/// Source: Astropy Proposal for Enhancement 6.
struct ECSVHeader {
  private let units: [String: String]
  private let separator: FieldSeparator

  /// Reads it; nil if the comments are not such a header.
  init?(_ lines: TextLines) throws(CatalogError) {
    let comments = lines.leadingComments
    guard
      let start = comments.firstIndex(where: { $0.drop { $0 == " " }.hasPrefix("%ECSV") })
    else { return nil }
    let text = comments[(start + 1)...].map { $0.hasPrefix(" ") ? String($0.dropFirst()) : $0 }
      .joined(separator: "\n")
    guard let header = try? Yams.compose(yaml: text), let columns = header["datatype"]?.sequence
    else { throw CatalogError(lines.path, .badECSV) }
    var units: [String: String] = [:]
    for column in columns {
      guard let name = column["name"]?.string else { continue }
      // A unit with a tag is a mapping.
      units[name] = column["unit"]?.string ?? column["unit"]?["unit"]?.string ?? ""
    }
    self.units = units
    separator = header["delimiter"]?.string == "," ? .comma : .blanks
  }

  /// The header of the table, with the names that stand before the rows.
  func header(of lines: TextLines) throws(CatalogError) -> TextHeader {
    let names = try lines.fields(of: lines.data[0], separator)
    return TextHeader(
      names.map { ColumnHeading(name: $0, unit: units[$0] ?? "") }, firstRow: 1, separator)
  }
}
