import Archives
import FITS
import Foundation

/// A file to read, with a first look at what is in it.
enum InputFile {
  /// FITS, unpacked if it was compressed by gzip.
  case fits(FITSFile)
  /// Text, with its bytes, unpacked if it was compressed by gzip.
  case text([UInt8])
  /// A zip archive, with its bytes.
  case zip([UInt8])

  /// Looks at a file.
  ///
  /// - Throws: `CatalogError` if there is nothing to read, or it is plainly not data.
  init(_ path: String) throws(CatalogError) {
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
      self = try Self.recognised([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), path)
    } catch let error as CatalogError {
      throw error
    } catch let error as ArchiveError {
      throw CatalogError(path, .archive(reason: error.description))
    } catch {
      throw CatalogError(path, .unreadable(reason: error.localizedDescription))
    }
  }

  private static let fitsMagic = Array("SIMPLE  =".utf8)

  private static func recognised(_ bytes: [UInt8], _ path: String) throws -> InputFile {
    if bytes.starts(with: ZipArchive.magic) { return .zip(bytes) }
    let bytes = bytes.starts(with: Gzip.magic) ? try Gzip.unpack(bytes) : bytes
    guard bytes.starts(with: fitsMagic) else { return .text(try checkedText(bytes, path)) }
    return .fits(
      try readingFITS { () throws(FITSError) in try FITSFile(bytes, path: path) })
  }

  /// Text that may hold data.
  ///
  /// - Throws: `CatalogError` for what is no text, or a page that stands in for the data.
  private static func checkedText(_ bytes: [UInt8], _ path: String) throws(CatalogError) -> [UInt8]
  {
    let compressions: [[UInt8]] = [
      Array("BZh".utf8), [0xfd, 0x37, 0x7a, 0x58, 0x5a], [0x28, 0xb5, 0x2f, 0xfd], Gzip.magic,
    ]
    if compressions.contains(where: { bytes.starts(with: $0) }) {
      throw CatalogError(path, .isCompressed)
    }
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw CatalogError(path, .isUTF16)
    }
    let blanks: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0d]
    guard !bytes.allSatisfy(blanks.contains) else { throw CatalogError(path, .empty) }
    let beginning = String(decoding: bytes.prefix(512), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines.union(["\u{FEFF}"])).lowercased()
    for tag in ["<!doctype", "<html", "<?xml"] where beginning.hasPrefix(tag) {
      throw CatalogError(path, .looksLikeHTML)
    }
    if beginning.hasPrefix("version https://git-lfs") { throw CatalogError(path, .isLFSPointer) }
    guard !bytes.contains(0) else { throw CatalogError(path, .isBinary) }
    return bytes
  }
}
