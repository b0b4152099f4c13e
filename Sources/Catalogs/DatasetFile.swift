import Cosmology
import Foundation

/// CosmoMC's list of the files and settings of a supernova likelihood: keys with texts, with T and F for
/// flags (`DatasetLines`, `DatasetKeys`).
struct DatasetFile {
  let path: String
  let values: [String: (text: String, line: Int)]
  /// What is said of lines that are not used, in words.
  private let lineNotes: [String]

  /// Whether a text is such a list.
  static func isDataset(_ bytes: [UInt8], path: String) -> Bool {
    // The keys stand near the beginning; a table can be large.
    let lines = DatasetLines(bytes.prefix(1 << 16))
    let isCalledSo = path.lowercased().hasSuffix(".dataset")
    if isCalledSo, !lines.entries.isEmpty || lines.directive != nil { return true }
    let keys = Set(lines.entries.map(\.key).filter { $0.count < 40 })
    // Sections are those of other programs.
    let hasSections = lines.others.contains { $0.text.hasPrefix("[") }
    return keys.contains(DatasetKeys.data) || (!hasSections && DatasetKeys.areOfList(keys))
  }

  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    guard bytes.count <= TextLimit.listBytes.largest else {
      throw CatalogError(path, .beyond(.listBytes))
    }
    let lines = DatasetLines(bytes[...])
    if let (text, line) = lines.directive {
      throw CatalogError(path, row: line, .listDirective(found: text))
    }
    var values: [String: (text: String, line: Int)] = [:]
    for entry in lines.entries {
      if let former = values[entry.key], former.text != entry.text,
        DatasetKeys.isKnown(entry.key) || entry.key.hasSuffix("_file")
      {
        throw CatalogError(
          path, row: entry.line, column: entry.key, .repeatedKey(first: former.line))
      }
      values[entry.key] = (entry.text, entry.line)
    }
    self.values = values
    let present = Set(values.keys)
    for (key, value) in values.sorted(by: { $0.value.line < $1.value.line })
    where !DatasetKeys.isKnown(key) {
      let isFlag = Self.truth(of: value.text) != nil
      if let meant = DatasetKeys.meant(by: key, isFlag: isFlag, present: present) {
        throw CatalogError(path, row: value.line, column: key, .unknownKey(nearest: meant))
      }
    }
    for (text, line) in lines.others {
      let word = text.prefix { !$0.isWhitespace }.lowercased()
      if DatasetKeys.isKnown(word)
        || DatasetKeys.meant(by: word, isFlag: false, present: present) != nil
      {
        throw CatalogError(path, row: line, .noSign(found: text))
      }
    }
    var notes = lines.others.map { "row \($0.line) is not 'key = value', and is not used" }
    if !lines.keysBehindEnd.isEmpty {
      notes.append("not used, because after END: \(lines.keysBehindEnd.joined(separator: ", "))")
    }
    lineNotes = notes
  }

  /// Reads the table that the list names, with all that belongs to it, by the rules of the release
  /// whose table it is.
  func read(_ options: Catalog.Options) throws(CatalogError) -> ReadCatalog {
    guard let tablePath = try file(DatasetKeys.data, saidBy: nil, options) else {
      throw CatalogError(path, .lacksKey(DatasetKeys.data))
    }
    var options = options
    if options.format == .dataset { options.format = nil }
    do {
      var result = try read(tablePath, options)
      result.notes =
        ["the table is \(tablePath)"] + result.notes + (try unusedParts(result, options))
        + (try replacedParts(result, options)) + lineNotes
      result.files.append(tablePath)
      return result
    } catch {
      // A list may name any file, so that what stands in it is not for the eyes of others.
      throw error.path == path ? error : error.withoutContent
    }
  }

  private func read(
    _ tablePath: String, _ options: Catalog.Options
  ) throws(CatalogError) -> ReadCatalog {
    switch try InputFile(tablePath) {
    case .text(let bytes):
      let table = try TextTable(bytes, path: tablePath, format: options.format)
      let format =
        options.format ?? CatalogFormat(columnNames: table.columnNames, layout: table.layout)
      return try ReadCatalog(table, format: format, dataset: self, options)
    case .xml(let bytes):
      let table = try VOTable(bytes, path: tablePath, chosen: options.columns)
      return try ReadCatalog(table, format: .votable, dataset: self, options)
    case .fits(let file):
      let table = try FITSTable(file, chosen: options.columns)
      return try ReadCatalog(table, format: .fits, file: file, dataset: self, options)
    case .numPy: throw CatalogError(tablePath, .isArray)
    case .zip:
      throw CatalogError(tablePath, .isArchive)
    }
  }
}

// MARK: - Values

extension DatasetFile {
  /// A flag, `T` or `F`; nil if it is not there.
  func flag(_ key: String) throws(CatalogError) -> Bool? {
    guard let value = values[key] else { return nil }
    guard let truth = Self.truth(of: value.text) else {
      throw CatalogError(path, row: value.line, column: key, .notAFlag(found: value.text))
    }
    return truth
  }

  /// The value of a flag; nil if it is not one.
  private static func truth(of text: String) -> Bool? {
    switch text.uppercased() {
    case "T", "TRUE", ".TRUE.", "1": true
    case "F", "FALSE", ".FALSE.", "0": false
    default: nil
    }
  }

  /// A number; nil if it is not there.
  func number(_ key: String) throws(CatalogError) -> Double? {
    guard let value = values[key] else { return nil }
    guard let number = Double(value.text) else {
      throw CatalogError(path, row: value.line, column: key, .notANumber(found: value.text))
    }
    guard number.isFinite else {
      throw CatalogError(path, row: value.line, column: key, .notFinite(found: value.text))
    }
    return number
  }

  /// A number that is at least 0 and not absurd; nil if it is not there.
  private func number(_ key: String, upTo bound: Double) throws(CatalogError) -> Double? {
    guard let number = try number(key) else { return nil }
    guard (0...bound).contains(number) else {
      throw CatalogError(
        path, row: values[key]?.line, column: key,
        .outOfRange(found: number, lower: 0, upper: bound))
    }
    return number
  }

  /// What is added to the squares of errors.
  struct Addition {
    /// In mag², by row.
    let variances: [Double]
    /// The intrinsic scatter among it in mag, by row.
    let scatters: [Double]
    /// Where it comes from: settings and columns.
    fileprivate let sources: [String]

    /// Whether anything is added at all.
    var isAnything: Bool { variances.contains { $0 != 0 } }

    /// What is said where errors are not used to which it could be added.
    var unusedNote: String {
      "the covariance is the total, to which nothing is added; not used: "
        + sources.joined(separator: ", ")
    }

    /// What is added to the squares of a column, in words.
    func note(_ column: String) -> String {
      "intrinsic scatter and peculiar velocities are added to the squares of '\(column)': "
        + sources.joined(separator: ", ")
    }
  }

  /// What the list adds to the variances of a table.
  func addition(
    for table: some CatalogTable, _ options: Catalog.Options
  ) throws(CatalogError) -> Addition {
    let column = try ColumnRole.redshift.required(in: table, chosen: options.columns)
    return try addition(for: table, try table.values(inColumn: column, .redshift))
  }

  /// What is added to the squares of dmb: the intrinsic scatter of each set, and what the errors of
  /// the redshifts and peculiar velocities do to the magnitude, (5/ln 10)² (dz² + pecz²)
  /// [(1 + z)/(z (1 + z/2))]²; mag².
  func addition(
    for table: some CatalogTable, _ redshifts: [Double]
  ) throws(CatalogError) -> Addition {
    // Magnitudes, and redshifts: ten and one would drown any supernova.
    let velocity = try number("pecz", upTo: 1) ?? 0
    let common = try number("intrinsicdisp", upTo: 10)
    var scatters: [Int: Double] = [:]
    for key in values.keys where key.hasPrefix("intrinsicdisp") {
      if let set = Int(key.dropFirst("intrinsicdisp".count)) {
        scatters[set] = try number(key, upTo: 10)
      }
    }
    let sets = try table.column(named: "set").map { column throws(CatalogError) in
      try table.numbersWithGaps(inColumns: [column])[0]
    }
    let errors = try table.column(named: "dz").map { column throws(CatalogError) in
      try table.values(inColumn: column, .redshift)
    }
    var sources: [String] = []
    for key in values.keys.sorted() where key.hasPrefix("intrinsicdisp") || key == "pecz" {
      if let number = try number(key), number != 0 { sources.append("\(key) = \(number)") }
    }
    if let errors, errors.contains(where: { $0 != 0 }) { sources.append("column 'dz'") }
    var (variances, added) = ([Double](), [Double]())
    for (row, z) in redshifts.enumerated() {
      // JLA counts its sets from 1 but its scatters from 0; all of them are zero.
      guard
        let scatter = sets.flatMap({ scatters[Int(exactly: $0[row]) ?? -1] }) ?? common
          ?? (scatters.isEmpty ? 0 : nil)
      else {
        let set = sets.map { String(format: "%.0f", $0[row]) } ?? ""
        throw CatalogError(path, .lacksKey("intrinsicdisp\(set)"))
      }
      let slope = 5 / log(10) * (1 + z) / (z * (1 + z / 2))
      let redshiftError = errors?[row] ?? 0
      added.append(scatter)
      variances.append(
        scatter * scatter + slope * slope * (redshiftError * redshiftError + velocity * velocity))
    }
    return Addition(variances: variances, scatters: added, sources: sources)
  }
}
