import Archives
import FITS
import Foundation

/// A file to read, with its content type.
enum InputFile {
  /// FITS, unpacked if it was compressed by gzip.
  case fits(FITSFile)
  /// Text, with its bytes, unpacked if it was compressed by gzip.
  case text([UInt8])
  /// XML that may be a VOTable, with its bytes, unpacked if it was compressed by gzip.
  case xml([UInt8])
  /// An array of NumPy, with its bytes.
  case numPy([UInt8])
  /// A zip archive, with its bytes.
  case zip([UInt8])

  /// Inspects a file.
  ///
  /// - Throws: `CatalogError` if there is nothing to read, or it is plainly not data.
  init(_ path: String) throws(CatalogError) {
    do {
      self = try Self.recognised(try Self.bytes(of: path), path)
    } catch let error as CatalogError {
      throw error
    } catch let error as ArchiveError {
      throw CatalogError(path, .archive(reason: error.description))
    } catch {
      throw CatalogError(path, .unreadable(reason: error.localizedDescription))
    }
  }

  /// The name of standard input.
  static let standardInput = "-"

  private static func bytes(of path: String) throws -> [UInt8] {
    if path == standardInput { return try read(STDIN_FILENO, path, expectedCount: 0) }
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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw reason(path) }
    defer { close(descriptor) }
    return try read(descriptor, path, expectedCount: attributes[.size] as? Int ?? 0)
  }

  /// All bytes of an open file, into memory that is of their size where that is known.
  private static func read(
    _ descriptor: CInt, _ path: String, expectedCount: Int
  ) throws(CatalogError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(expectedCount + 1)
    let portion = max(1 << 16, min(expectedCount + 1, 1 << 30))
    while true {
      var count = 0
      bytes.append(addingCapacity: portion) { (span: inout OutputSpan<UInt8>) in
        span.withUnsafeMutableBufferPointer { buffer, initialized in
          repeat {
            count = Foundation.read(descriptor, buffer.baseAddress, portion)
          } while count < 0 && errno == EINTR
          initialized = max(0, count)
        }
      }
      guard count >= 0 else { throw reason(path) }
      if count == 0 { return bytes }
      if path == standardInput, bytes.count > largestInput {
        throw CatalogError(
          path, .unreadable(reason: "standard input has more than \(largestInput) bytes"))
      }
    }
  }

  private static let largestInput = 4 << 30

  private static func reason(_ path: String) -> CatalogError {
    CatalogError(path, .unreadable(reason: String(cString: strerror(errno))))
  }

  private static let fitsMagic = Array("SIMPLE  =".utf8)

  private static func recognised(_ bytes: [UInt8], _ path: String) throws -> InputFile {
    if bytes.starts(with: ZipArchive.magic) { return .zip(bytes) }
    let bytes = bytes.starts(with: Gzip.magic) ? try Gzip.unpack(bytes) : bytes
    if bytes.starts(with: NumPyArray.magic) { return .numPy(bytes) }
    if let data = ForeignData(binary: bytes) { throw CatalogError(path, .notSupernovae(data)) }
    guard bytes.starts(with: fitsMagic) else {
      return isXML(bytes) ? .xml(bytes) : .text(try checkedText(bytes, path))
    }
    return .fits(
      try readingFITS { () throws(FITSError) in try FITSFile(bytes, path: path) })
  }

  /// Whether a text begins as a VOTable does.
  private static func isXML(_ bytes: [UInt8]) -> Bool {
    let beginning = String(decoding: bytes.prefix(1024), as: UTF8.self).uppercased()
    return beginning.contains("<VOTABLE") || beginning.contains(":VOTABLE")
  }

  /// Text that may hold data.
  ///
  /// - Throws: `CatalogError` for what is not text, or a web page in place of the data.
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
    let hasZero = bytes.withUnsafeBytes { bytes in
      bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
    }
    if hasZero { throw CatalogError(path, .isBinary) }
    return bytes
  }
}
