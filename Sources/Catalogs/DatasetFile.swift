import Cosmology
import Foundation

/// CosmoMC's list of the files and settings of a supernova likelihood: `key = value`, also with a
/// colon, with T and F for flags; other lines mean nothing, nor do capitals in keys.
struct DatasetFile {
  let path: String
  let values: [String: (text: String, line: Int)]

  /// Whether a text is such a list.
  static func isDataset(_ bytes: [UInt8]) -> Bool {
    // The key stands near the beginning; a table can be large.
    entries(bytes.prefix(1 << 16)).contains { $0.key == dataKey }
  }

  /// The keys with their texts and lines.
  private static func entries(
    _ bytes: ArraySlice<UInt8>
  ) -> [(key: String, text: String, line: Int)] {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let lines = String(decoding: bytes.dropFirst(start), as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    return lines.enumerated().compactMap { index, line in
      guard !line.hasPrefix("#"), let sign = line.firstIndex(where: { "=:".contains($0) }) else {
        return nil
      }
      return (
        line[..<sign].trimmingCharacters(in: .whitespaces).lowercased(),
        line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces), index + 1
      )
    }
  }

  private static let dataKey = "data_file"

  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    guard bytes.count <= TextLimit.listBytes.largest else {
      throw CatalogError(path, .beyond(.listBytes))
    }
    var values: [String: (text: String, line: Int)] = [:]
    for (key, text, line) in Self.entries(bytes[...]) {
      if let former = values[key], Self.isKnown(key), former.text != text {
        throw CatalogError(path, row: line, column: key, .repeatedKey(first: former.line))
      }
      values[key] = (text, line)
    }
    self.values = values
  }

  /// Whether a key says something here.
  private static func isKnown(_ key: String) -> Bool {
    key.hasSuffix("_file") || key.hasPrefix("has_") || key.hasPrefix("intrinsicdisp")
      || ["pecz", "twoscriptmfit", "scriptmcut"].contains(key)
  }

  /// Reads the table that the list names, with all that belongs to it, by the rules of the release
  /// whose table it is.
  func read(_ options: Catalog.Options) throws(CatalogError) -> ReadCatalog {
    guard let tablePath = try file(Self.dataKey, saidBy: nil, options) else {
      throw CatalogError(path, .lacksKey(Self.dataKey))
    }
    var options = options
    if options.format == .dataset { options.format = nil }
    do {
      var result = try read(tablePath, options)
      result.notes =
        ["the table is \(tablePath)"] + result.notes + (try unusedParts(result, options))
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

  /// What the list names and nobody reads, in words.
  private func unusedParts(
    _ result: ReadCatalog, _ options: Catalog.Options
  ) throws(CatalogError) -> [String] {
    let isStandardised = if case .magnitudes = result.content { true } else { false }
    var notes: [String] = []
    for key in values.keys.sorted() where key.hasSuffix("_file") && key != Self.dataKey {
      guard values[key]?.text.isEmpty == false else { continue }
      let block = LightCurveSample.Block.allCases.first { "\($0.listName)_covmat_file" == key }
      guard let block else {
        notes.append("'\(key)' names a file that is not used here")
        continue
      }
      if try flag("has_\(block.listName)_covmat") == false {
        notes.append("'\(key)' is not used: has_\(block.listName)_covmat = F")
      } else if block == .magnitude, options.covariance != nil {
        notes.append("'\(key)' is not used: --covariance takes its place")
      } else if isStandardised, block != .magnitude {
        notes.append("'\(key)' is not used: the magnitudes are standardised already")
      }
    }
    return notes
  }
}

// MARK: - Values

extension DatasetFile {
  /// A flag, `T` or `F`; nil if it is not there.
  func flag(_ key: String) throws(CatalogError) -> Bool? {
    guard let value = values[key] else { return nil }
    switch value.text.uppercased() {
    case "T", "TRUE", ".TRUE.", "1": return true
    case "F", "FALSE", ".FALSE.", "0": return false
    default:
      throw CatalogError(path, row: value.line, column: key, .notAFlag(found: value.text))
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
    /// Where it comes from: settings and columns.
    fileprivate let sources: [String]

    /// Whether anything is added at all.
    var isAnything: Bool { variances.contains { $0 != 0 } }

    /// What is said where errors are not used to which it could be added.
    var unusedNote: String {
      "the covariance is the whole, to which nothing is added: not used are "
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
    var variances: [Double] = []
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
      variances.append(
        scatter * scatter + slope * slope * (redshiftError * redshiftError + velocity * velocity))
    }
    return Addition(variances: variances, sources: sources)
  }
}
