/// What the rows of a matrix are called, by which they are brought into the order of a table.
struct MatrixLabels {
  let labels: [String]

  init(_ labels: [String]) { self.labels = labels.map(Self.plain) }

  /// Where each of some rows of a table stands in the matrix; nil if both have one order.
  struct Order {
    var places: [Int]?
    /// What is to be known of it, in words.
    var note: String?
  }

  /// Looks for the labels in the columns of a table.
  ///
  /// - Parameters:
  ///   - rows: those of the table that the matrix has, as many as there are labels.
  ///   - path: the file of the matrix.
  /// - Throws: `CatalogError` if a column has some of the labels and not all, or the order remains open.
  func order(
    of rows: [Int], in table: some CatalogTable, _ path: String
  ) throws(CatalogError) -> Order {
    let isCount = Self.areCount(labels)
    let columns = zip(table.columnNames, table.words()).compactMap { name, words in
      words.count == table.rowCount
        ? Column(name: name, words: rows.map { Self.plain(words[$0]) }) : nil
    }
    if columns.contains(where: { $0.words == labels }) { return Order() }
    if let order = try order(by: columns, isCount: isCount, path) { return order }
    // Names of supernovae are the same in capitals.
    let folded = MatrixLabels(folding: labels)
    let foldedColumns = columns.map { column in
      Column(name: column.name, words: column.words.map { $0.lowercased() })
    }
    if !isCount {
      if foldedColumns.contains(where: { $0.words == folded.labels }) { return Order() }
      if let order = try folded.order(by: foldedColumns, isCount: isCount, path) { return order }
    }
    if isCount { return Order() }
    if let column = folded.mostShared(foldedColumns) {
      let names = Set(column.words)
      let other = labels.first { !names.contains($0.lowercased()) }
      // The same names, of which some are repeated more often than others.
      throw CatalogError(
        path,
        other.map { .unknownLabel($0, column: column.name) }
          ?? .repeatedLabel(folded.repeated(column)))
    }
    if Self.areCount(labels.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }) {
      throw CatalogError(path, .openOrder(column: nil))
    }
    return Order(
      note:
        "no column has the labels of the matrix ('\(labels[0])' …): its rows are assumed to be in the order of the table"
    )
  }

  /// The rows of a table whose names in some column are the labels, each of one row; nil if no column
  /// has them all.
  func rows(in table: some CatalogTable) -> [Int]? {
    guard !Self.areCount(labels) else { return nil }
    let wanted = Set(labels.map { $0.lowercased() })
    for words in table.words() where words.count == table.rowCount {
      let rows = words.indices.filter { wanted.contains(Self.plain(words[$0]).lowercased()) }
      if rows.count == labels.count { return rows }
    }
    return nil
  }

  private init(folding labels: [String]) { self.labels = labels.map { $0.lowercased() } }

  /// The order by a column that has all labels in another one; nil if there is none.
  private func order(
    by columns: [Column], isCount: Bool, _ path: String
  ) throws(CatalogError) -> Order? {
    let sorted = labels.sorted()
    if let column = columns.first(where: { $0.words.sorted() == sorted }) {
      // Programs count rows where they know no names, and such a column may hold the same numbers.
      guard !isCount else { throw CatalogError(path, .openOrder(column: column.name)) }
      if let repeated = zip(sorted, sorted.dropFirst()).first(where: ==)?.0 {
        throw CatalogError(path, .repeatedLabel(repeated))
      }
      let places = Dictionary(uniqueKeysWithValues: zip(labels, labels.indices))
      return Order(
        places: column.words.compactMap { places[$0] },
        note: "the rows of the matrix are reordered by column '\(column.name)'")
    }
    return nil
  }

  private struct Column {
    let name: String
    let words: [String]
  }

  /// The column that has most of the labels; nil if none has any. A few numbers may be in a column by
  /// chance.
  private func mostShared(_ columns: [Column]) -> Column? {
    let wanted = Set(labels)
    let areNumbers = labels.allSatisfy { Double($0) != nil }
    let shares = columns.map { column in
      let words = Set(column.words)
      let count = words.intersection(wanted).count
      return areNumbers && 2 * count < wanted.count ? 0 : count
    }
    guard let most = shares.max(), most > 0, let index = shares.firstIndex(of: most) else {
      return nil
    }
    return columns[index]
  }

  private func repeated(_ column: Column) -> String {
    let sorted = labels.sorted()
    return zip(sorted, sorted.dropFirst()).first(where: ==)?.0 ?? labels[0]
  }

  /// Whether labels merely count rows from 0 or 1, as pandas (0, 1, …) and R (V1, V2, …) do.
  static func areCount(_ labels: [String]) -> Bool {
    guard let first = labels.first else { return false }
    let prefix = first.prefix { $0.isLetter || $0 == "_" }
    guard prefix.count <= 4, let start = Int(first.dropFirst(prefix.count)),
      start == 0 || start == 1
    else { return false }
    return labels.enumerated().allSatisfy { $1 == "\(prefix)\(start + $0)" }
  }

  /// A label without blanks around it; a whole number as such.
  private static func plain(_ label: String) -> String {
    let word = String(label.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    guard let number = Double(word), let whole = Int(exactly: number) else { return word }
    return "\(whole)"
  }
}
