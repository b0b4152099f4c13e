import Inference

/// Values to mark in figures, such as those that a mock was made with.
public struct MarkedValues: Sendable, Equatable {
  /// The values by name.
  public let values: [String: Double]

  /// Reads texts of the form `name=value`, or several of them with commas between.
  ///
  /// - Throws: `OverlayError` for other texts, and for a name that comes twice.
  public init(_ texts: [String]) throws(OverlayError) {
    var values: [String: Double] = [:]
    for text in texts {
      for mark in text.split(separator: ",", omittingEmptySubsequences: false) {
        let parts = mark.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
          throw .notAMark(text)
        }
        guard values.updateValue(value, forKey: String(parts[0])) == nil else {
          throw .markedTwice(String(parts[0]))
        }
      }
    }
    self.values = values
  }

  /// What cannot be marked because no draws have it, in sentences.
  static func notes(on values: [String: Double], among columns: [String]) -> [String] {
    values.keys.sorted().filter { !columns.contains($0) }.map { name in
      "--truth \(name) is not marked: there is no such parameter"
        + (nearestName(to: [name], among: columns).map { "; did you mean \($0)?" } ?? "")
    }
  }
}
