import Foundation

/// A file to read, with a first look at what is in it.
struct InputFile {
  let path: String
  let kind: Kind

  enum Kind {
    /// FITS, plain or compressed.
    case fits
    /// Anything that may be text, with its bytes.
    case text([UInt8])
  }

  /// Looks at a file.
  ///
  /// - Throws: `CatalogError` if there is nothing to read, or it is plainly not data.
  init(_ path: String) throws(CatalogError) {
    self.path = path
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw CatalogError(path, .missing)
    }
    guard !isDirectory.boolValue else { throw CatalogError(path, .isDirectory) }
    let bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw CatalogError(path, .unreadable(reason: error.localizedDescription))
    }
    kind = try Self.recognize(bytes, path)
  }

  private static func recognize(_ bytes: [UInt8], _ path: String) throws(CatalogError) -> Kind {
    guard !bytes.isEmpty else { throw CatalogError(path, .empty) }
    if bytes.starts(with: "SIMPLE  =".utf8) { return .fits }
    if bytes.starts(with: [0x1f, 0x8b]) {
      guard path.lowercased().contains(".fit") else { throw CatalogError(path, .isCompressed) }
      return .fits
    }
    let start = String(decoding: bytes.prefix(512), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{FEFF}"])).lowercased()
    if start.hasPrefix("<!doctype") || start.hasPrefix("<html") || start.hasPrefix("<?xml") {
      throw CatalogError(path, .looksLikeHTML)
    }
    guard !bytes.contains(0) else { throw CatalogError(path, .isBinary) }
    guard !start.isEmpty || bytes.count > 512 else { throw CatalogError(path, .empty) }
    return .text(bytes)
  }
}
