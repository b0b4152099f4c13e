import Foundation

/// The lines of a list of files: `key = value`, also with a colon, up to a line `END`; capitals of keys do
/// not count, and lines that begin with `#` are comments.
struct DatasetLines {
  /// A key with its text.
  struct Entry {
    let key: String
    let text: String
    let line: Int
  }

  /// What the list says.
  private(set) var entries: [Entry] = []
  /// Lines that are nothing of it.
  private(set) var others: [(text: String, line: Int)] = []
  /// A line that asks for another list.
  private(set) var directive: (text: String, line: Int)?
  /// Keys behind the end of the list, which say nothing.
  private(set) var keysBehindEnd: [String] = []

  init(_ bytes: ArraySlice<UInt8>) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let lines = String(decoding: bytes.dropFirst(start), as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0.isNewline }
    var isEnded = false
    for (index, line) in lines.enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      guard !text.isEmpty, !text.hasPrefix("#") else { continue }
      if text.uppercased() == "END" {
        isEnded = true
        continue
      }
      let sign = text.firstIndex { "=:".contains($0) }
      let key = text[..<(sign ?? text.startIndex)].trimmingCharacters(in: .whitespaces).lowercased()
      if isEnded {
        if !key.isEmpty { keysBehindEnd.append(key) }
      } else if Self.directives.contains(where: text.uppercased().hasPrefix) {
        directive = directive ?? (text, index + 1)
      } else if let sign {
        let value = text[text.index(after: sign)...].trimmingCharacters(in: .whitespaces)
        entries.append(Entry(key: key, text: value, line: index + 1))
      } else {
        others.append((text, index + 1))
      }
    }
  }

  /// Those of CosmoMC.
  private static let directives = ["INCLUDE(", "DEFAULT("]
}
