import Foundation

/// A label, and a sentence beside it, as the lines of results are printed.
enum LabelledLine {
  private static let indent = 12

  /// The line.
  static func text(_ label: String, _ text: String) -> String {
    label.padding(toLength: max(indent, label.count + 1), withPad: " ", startingAt: 0) + text
  }

  /// The sentence in lines of at most 80 columns.
  static func wrapped(_ label: String, _ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines.count - 1
      if lines[last].isEmpty {
        lines[last] += word
      } else if lines[last].count + word.count < 80 - indent {
        lines[last] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.enumerated().map { self.text($0.offset == 0 ? label : "", $0.element) }
      .joined(separator: "\n")
  }
}
