public import Foundation
import Inference

/// State files with checksums that fit whatever was changed in them.
public enum SealedState {
  private nonisolated(unsafe) static let line =
    /\{"checksum":"[0-9a-f]{16}","content":(.*)\}(,?)/

  /// The text with the checksum of each line made anew.
  public static func resealed(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { part in
      guard let match = part.wholeMatch(of: line) else { return String(part) }
      var fingerprint = Fingerprint()
      fingerprint.absorb(match.output.1.utf8)
      return
        "{\"checksum\":\"\(fingerprint.digits)\",\"content\":\(match.output.1)}\(match.output.2)"
    }.joined(separator: "\n")
  }

  /// Documents in which one byte is another, or which end there, for every place or for as many as wanted.
  public static func damaged(_ document: Data, most: Int = .max) -> [(place: Int, data: Data)] {
    let step = max(1, document.count / min(most, document.count))
    return stride(from: 0, to: document.count, by: step).flatMap { place in
      var changed = document
      let byte = document[place]
      // A digit becomes another digit.
      changed[place] = (UInt8(ascii: "0")...UInt8(ascii: "8")).contains(byte) ? byte + 1 : byte ^ 1
      return [(place, changed), (place, document.prefix(place))]
    }
  }
}
