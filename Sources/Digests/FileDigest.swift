import CNettle
import Foundation

/// The SHA-256 digest (FIPS 180-4) of a file, which shows whether it has changed.
public struct FileDigest: Sendable, Equatable {
  /// Sixty-four hexadecimal digits, as `sha256sum` prints them.
  public let hexadecimal: String

  /// Reads a file, a piece at a time; nil if it is not a file or cannot be read.
  public init?(of path: String) {
    let url = URL(fileURLWithPath: path)
    // A device or a pipe may have no end.
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: url.resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let handle = try? FileHandle(forReadingFrom: url)
    else { return nil }
    var context = sha256_ctx()
    nettle_sha256_init(&context)
    do {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        piece.withUnsafeBytes { bytes in
          nettle_sha256_update(
            &context, bytes.count, bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
      }
    } catch {
      return nil
    }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    nettle_sha256_digest(&context, digest.count, &digest)
    hexadecimal = digest.map { String(format: "%02x", $0) }.joined()
  }
}
