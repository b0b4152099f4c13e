import Foundation
import Inference

/// What is known to be good of a file that grows: the number of its first bytes, and their checksum.
struct FileBeginning: Codable, Sendable {
  private(set) var length = 0
  private var checksum = Fingerprint()

  /// Includes bytes that are added to the file.
  mutating func grow(by data: Data) {
    length += data.count
    checksum.absorb(data)
  }

  /// Whether a file still begins so.
  func begins(_ file: Data) -> Bool {
    guard (0...file.count).contains(length) else { return false }
    var found = Fingerprint()
    found.absorb(file.prefix(length))
    return found == checksum
  }
}
