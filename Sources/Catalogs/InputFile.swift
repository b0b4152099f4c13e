import FITS
import Foundation

/// A file to read, with a first look at what is in it.
struct InputFile {
  let path: String
  let kind: Kind

  enum Kind {
    /// FITS, plain or compressed.
    case fits
    /// Text, with its bytes.
    case text([UInt8])
  }

  /// Looks at a file.
  ///
  /// - Throws: `CatalogError` if there is nothing to read, or it is plainly not data.
  init(_ path: String) throws(CatalogError) {
    self.path = path
    // Links are followed, as opening the file would.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
      throw CatalogError(path, .missing)
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular: break
    case .typeDirectory: throw CatalogError(path, .isDirectory)
    default: throw CatalogError(path, .notRegularFile)
    }
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let start = [UInt8](try handle.read(upToCount: 512) ?? Data())
      if try Self.isFITS(start, path) {
        kind = .fits
      } else {
        let bytes = start + [UInt8](try handle.readToEnd() ?? Data())
        guard bytes.contains(where: { !$0.isASCIIBlank }) else { throw CatalogError(path, .empty) }
        guard !bytes.contains(0) else { throw CatalogError(path, .isBinary) }
        kind = .text(bytes)
      }
    } catch let error as CatalogError {
      throw error
    } catch {
      throw CatalogError(path, .unreadable(reason: error.localizedDescription))
    }
  }

  /// Tells FITS from text by the first bytes.
  ///
  /// - Throws: `CatalogError` for what is neither.
  private static func isFITS(_ start: [UInt8], _ path: String) throws(CatalogError) -> Bool {
    if start.starts(with: "SIMPLE  =".utf8) { return true }
    let isGzip = start.starts(with: [0x1f, 0x8b])
    if isGzip, (try? FITSFile(opening: path)) != nil || path.lowercased().hasSuffix(".fits.gz") {
      return true
    }
    let otherCompression: [[UInt8]] = [
      Array("BZh".utf8), [0xfd, 0x37, 0x7a, 0x58, 0x5a], Array("PK".utf8) + [3, 4],
      [0x28, 0xb5, 0x2f, 0xfd],
    ]
    if isGzip || otherCompression.contains(where: { start.starts(with: $0) }) {
      throw CatalogError(path, .isCompressed)
    }
    if start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff]) {
      throw CatalogError(path, .isUTF16)
    }
    let text = String(decoding: start, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{FEFF}"])).lowercased()
    for beginning in ["<!doctype", "<html", "<?xml"] where text.hasPrefix(beginning) {
      throw CatalogError(path, .looksLikeHTML)
    }
    return false
  }
}

extension UInt8 {
  /// Whether this is a blank, a tab or the end of a line.
  fileprivate var isASCIIBlank: Bool { [0x20, 0x09, 0x0a, 0x0d].contains(self) }
}
