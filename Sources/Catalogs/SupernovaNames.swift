/// What the supernovae of a table are called.
enum SupernovaNames {
  /// The columns that have their names.
  private static let columns = ["cid", "name", "snname", "sn", "snid", "id_sn"]
  /// Tables of more rows are simulations, whose names say nothing.
  private static let mostRows = 50_000

  /// The names in some rows, as they can be compared with those of other tables; nil where there is no such column, or
  /// it counts the rows.
  static func names(in table: some CatalogTable, rows: [Int]) -> Set<String>? {
    guard let words = words(in: table) else { return nil }
    let names = Set(rows.map { plain(words[$0]) })
    // Numbers of a survey are names as well, but a count from 0 or 1 is not.
    let count = Set((0...words.count).map(String.init))
    return names.count < rows.count / 2 || names.isSubset(of: count) ? nil : names
  }

  /// The names in all rows as they stand in the table; nil where there is no such column.
  static func words(in table: some CatalogTable) -> [String]? {
    guard table.rowCount <= mostRows, let column = column(of: table) else { return nil }
    let words = table.words()[column]
    return words.count == table.rowCount ? words : nil
  }

  /// The column that has the names.
  static func column(of table: some CatalogTable) -> Int? {
    let columnNames = table.columnNames.map { name in
      name.lowercased().drop { !$0.isLetter }
    }
    return columns.lazy.compactMap { name in columnNames.firstIndex { $0 == name } }.first
  }

  /// A name in lower case, without quotes and SN, of which many tables leave out one or the other.
  static func plain(_ word: String) -> String {
    var name = word.lowercased().filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" }
    if name.hasPrefix("sn"), name.dropFirst(2).first?.isNumber == true { name.removeFirst(2) }
    return name
  }
}
