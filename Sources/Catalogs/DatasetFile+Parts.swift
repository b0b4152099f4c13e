import Cosmology
import Foundation

extension DatasetFile {
  /// The file of a block of the covariance; nil if the list has none, or says not to use it.
  ///
  /// - Throws: `CatalogError` if the list announces one that is not there.
  func blockPath(
    _ block: LightCurveSample.Block, _ options: Catalog.Options
  ) throws(CatalogError) -> String? {
    let name = block.listName
    // Cobaya's lists for newer releases name the file and have no flag.
    let flag = try flag("has_\(name)_covmat")
    guard flag != false else { return nil }
    let path = try file("\(name)_covmat_file", saidBy: "has_\(name)_covmat", options)
    guard flag == nil || path != nil else {
      throw CatalogError(self.path, .lacksKey("\(name)_covmat_file"))
    }
    return path
  }

  /// The place of a file that the list names: as it is named, relative to the folder of the list,
  /// else next to the list; compressed or not. Nil if the key is missing.
  ///
  /// - Throws: `CatalogError` if it is not there, or not below the folder and that is not allowed.
  func file(
    _ key: String, saidBy flag: String?, _ options: Catalog.Options
  ) throws(CatalogError) -> String? {
    guard let value = values[key] else { return nil }
    guard !value.text.isEmpty else {
      throw CatalogError(path, row: value.line, column: key, .noFileName)
    }
    guard value.text.utf8.count < Int(PATH_MAX) else {
      let name = String(value.text.prefix(100))
      throw CatalogError(path, row: value.line, .noSuchPart(name: name, key: key, flag: flag))
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let beside = URL(fileURLWithPath: value.text).lastPathComponent
    let places = [
      URL(fileURLWithPath: value.text, relativeTo: folder).path,
      folder.appendingPathComponent(beside).path,
    ]
    // Whether a file outside is there is not to be told.
    func isAllowed(_ place: String) -> Bool {
      options.allowsOutsidePaths || Self.isInside(place, folder)
    }
    let candidates = places + places.map { $0 + ".gz" }
    if let place = candidates.first(where: {
      isAllowed($0) && FileManager.default.fileExists(atPath: $0)
    }) {
      return place
    }
    guard candidates.allSatisfy(isAllowed) else {
      throw CatalogError(path, row: value.line, .outsideFolder(name: beside, key: key))
    }
    throw CatalogError(path, row: value.line, .noSuchPart(name: beside, key: key, flag: flag))
  }

  /// The unused keys and files of the list, in words.
  func unusedParts(
    _ result: ReadCatalog, _ options: Catalog.Options
  ) throws(CatalogError) -> [String] {
    let isStandardised = if case .magnitudes = result.content { true } else { false }
    var notes: [String] = []
    for key in values.keys.sorted() where !DatasetKeys.isKnown(key) && !key.hasSuffix("_file") {
      notes.append("'\(key)' is not used here")
    }
    for key in values.keys.sorted() where key.hasSuffix("_file") && key != DatasetKeys.data {
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

  /// The files that are read from the list's own folder, although it names them in another one, in words.
  func replacedParts(
    _ result: ReadCatalog, _ options: Catalog.Options
  ) throws(CatalogError) -> [String] {
    var paths = [DatasetKeys.data: try file(DatasetKeys.data, saidBy: nil, options)]
    for block in LightCurveSample.Block.allCases {
      let isUsed = if case .lightCurves = result.content { true } else { block == .magnitude }
      guard isUsed, options.covariance == nil else { continue }
      paths["\(block.listName)_covmat_file"] = try blockPath(block, options)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let replaced = paths.keys.sorted().filter { key in
      guard let place = paths[key] ?? nil, let value = values[key] else { return false }
      // Cobaya's word for the folder of the list.
      let name = value.text.replacing("%DATASETDIR%/", with: "")
      let named = URL(fileURLWithPath: name, relativeTo: folder).standardizedFileURL.path
      return ![named, named + ".gz"].contains(
        URL(fileURLWithPath: place).standardizedFileURL.path)
    }
    return replaced.isEmpty
      ? []
      : [
        "files of the same names next to the .dataset are read in place of those in other folders that it names: "
          + replaced.joined(separator: ", ")
      ]
  }

  /// Whether a file, when all links are followed, lies below a folder.
  private static func isInside(_ place: String, _ folder: URL) -> Bool {
    func resolved(_ url: URL) -> [String] {
      let url = url.standardizedFileURL
      // Of a path to nothing links are not followed as a whole.
      guard !FileManager.default.fileExists(atPath: url.path), url.pathComponents.count > 1 else {
        return url.resolvingSymlinksInPath().standardizedFileURL.pathComponents
      }
      // A link to nothing leads anywhere.
      guard (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) == nil else {
        return []
      }
      return resolved(url.deletingLastPathComponent()) + [url.lastPathComponent]
    }
    return resolved(URL(fileURLWithPath: place)).starts(with: resolved(folder))
  }
}

extension LightCurveSample.Block {
  /// What lists of files call it.
  var listName: String {
    switch self {
    case .magnitude: "mag"
    case .shape: "stretch"
    case .color: "colour"
    case .magnitudeShape: "mag_stretch"
    case .magnitudeColor: "mag_colour"
    case .shapeColor: "stretch_colour"
    }
  }
}
