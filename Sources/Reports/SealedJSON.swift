import Foundation
import Inference

/// A JSON document with a checksum of its content, by which damage of any kind is noticed, also where
/// it still reads as a state: `{"checksum":"0123456789abcdef","content":…}`.
enum SealedJSON {
  private static let (head, middle, tail) = ("{\"checksum\":\"", "\",\"content\":", "}")

  /// Seals a document.
  static func seal(_ content: Data) -> Data {
    Data("\(head)\(checksum(content))\(middle)".utf8) + content + Data(tail.utf8)
  }

  /// The content of a sealed document; nil if either is damaged.
  static func content(of document: Data) -> Data? {
    let length = head.utf8.count + 16 + middle.utf8.count
    guard document.count > length else { return nil }
    let content = document.dropFirst(length).dropLast()
    // Comparing the whole finds damage to the frame, too.
    return seal(content) == document ? content : nil
  }

  private static func checksum(_ content: Data) -> String {
    var fingerprint = Fingerprint()
    fingerprint.absorb(content)
    return fingerprint.digits
  }
}
