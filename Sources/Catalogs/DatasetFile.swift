import Cosmology
import Foundation

/// CosmoMC's list of the files and settings of a supernova likelihood: `key = value`, with T and F
/// for flags; lines without `=` mean nothing.
struct DatasetFile {
  let path: String
  private let values: [String: (text: String, line: Int)]

  /// Whether a text is such a list.
  static func isDataset(_ bytes: [UInt8]) -> Bool {
    // The key stands near the beginning; a table can be large.
    (try? DatasetFile(Array(bytes.prefix(1 << 16)), path: ""))?.values[dataKey] != nil
  }

  private static let dataKey = "data_file"

  init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.path = path
    guard bytes.count <= TextLimit.listBytes.largest else {
      throw CatalogError(path, .beyond(.listBytes))
    }
    var values: [String: (text: String, line: Int)] = [:]
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { continue }
      let key = parts[0].trimmingCharacters(in: .whitespaces)
      values[key] = (parts[1].trimmingCharacters(in: .whitespaces), index + 1)
    }
    self.values = values
  }

  /// Reads the table that the list names, with all that belongs to it.
  func read(_ options: Catalog.Options) throws(CatalogError) -> ReadCatalog {
    guard let tablePath = try file(Self.dataKey, saidBy: nil) else {
      throw CatalogError(path, .lacksKey(Self.dataKey))
    }
    guard case .text(let bytes) = try InputFile(tablePath) else {
      throw CatalogError(tablePath, .noColumnNames)
    }
    let table = try TextTable(bytes, path: tablePath)
    var result: ReadCatalog
    if LightCurveColumns.areIn(table, chosen: options.columns) {
      result = try LightCurveReader(table, options, dataset: self).read()
    } else {
      result = try readMagnitudes(table, options)
    }
    result.notes.insert("the table is \(tablePath)", at: 0)
    result.files.append(tablePath)
    return result
  }

  private func readMagnitudes(
    _ table: TextTable, _ options: Catalog.Options
  ) throws(CatalogError) -> ReadCatalog {
    var options = options
    if options.covariance == nil { options.covariance = try blockPath(.magnitude) }
    let column = try ColumnRole.redshift.required(in: table, chosen: options.columns)
    let addition = try addition(for: table, try table.values(inColumn: column, .redshift))
    var reader = CatalogReader(table, format: .cosmomc, options, adding: addition)
    return try reader.read()
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

    /// What is added to the squares of a column, in words.
    func note(_ column: String) -> String {
      "intrinsic scatter and peculiar velocities are added to the squares of '\(column)': "
        + sources.joined(separator: ", ")
    }
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

// MARK: - Files

extension DatasetFile {
  /// The file of a block of the covariance; nil if the list has none.
  ///
  /// - Throws: `CatalogError` if the list announces one that is not there.
  func blockPath(_ block: LightCurveSample.Block) throws(CatalogError) -> String? {
    let name =
      switch block {
      case .magnitude: "mag"
      case .shape: "stretch"
      case .color: "colour"
      case .magnitudeShape: "mag_stretch"
      case .magnitudeColor: "mag_colour"
      case .shapeColor: "stretch_colour"
      }
    guard try flag("has_\(name)_covmat") == true else { return nil }
    guard let path = try file("\(name)_covmat_file", saidBy: "has_\(name)_covmat") else {
      throw CatalogError(path, .lacksKey("\(name)_covmat_file"))
    }
    return path
  }

  /// The place of a file that the list names: as it is named, relative to the folder of the list,
  /// else beside the list; compressed or not. Nil if the key is missing.
  private func file(_ key: String, saidBy flag: String?) throws(CatalogError) -> String? {
    guard let value = values[key], !value.text.isEmpty else { return nil }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let beside = URL(fileURLWithPath: value.text).lastPathComponent
    let places = [
      URL(fileURLWithPath: value.text, relativeTo: folder).path,
      folder.appendingPathComponent(beside).path,
    ]
    for place in places + places.map({ $0 + ".gz" })
    where FileManager.default.fileExists(atPath: place) {
      return place
    }
    throw CatalogError(path, row: value.line, .noSuchPart(name: beside, key: key, flag: flag))
  }
}
