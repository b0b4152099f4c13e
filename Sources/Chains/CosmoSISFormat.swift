import Foundation
import Inference

/// Draws as CosmoSIS writes them: `#section--name …` with `prior`, `post`, and `weight` or `log_weight`; its
/// settings in comments.
enum CosmoSISFormat: ChainFormat {
  static func recognises(_ text: ChainText) -> Bool {
    guard text.beginsWithComment else { return false }
    let words = words(text)
    return words.contains { $0.contains("--") }
      && words.contains { ["post", "like", "prior", "weight"].contains($0.lowercased()) }
  }

  private static func words(_ text: ChainText) -> [String] {
    (text.comments.first ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
  }

  static func layout(
    of text: ChainText, _ description: ChainDescription
  ) throws(ChainFileError) -> ChainLayout {
    let words = words(text)
    let lower = Set(words.map { $0.lowercased() })
    let settings = Settings(text.comments)
    let sections = words.filter { $0.contains("--") }
    let hasLower = sections.contains { $0 == $0.lowercased() }
    var layout = ChainLayout(roles: [], columns: [])
    for word in words {
      if word.contains("--") {
        let range = settings.ranges[word.lowercased()]
        let isDerived =
          settings.ranges.isEmpty
          ? hasLower && word == word.uppercased() && word != word.lowercased() : range == nil
        layout.columns.append(
          Chain.Column(name: word, bounds: range ?? (-.infinity, .infinity), isDerived: isDerived))
        layout.roles.append(.parameter)
        continue
      }
      switch word.lowercased() {
      case "weight": layout.roles.append(.weight)
      case "log_weight": layout.roles.append(lower.contains("weight") ? .ignored : .logWeight)
      case "post": layout.roles.append(.logDensity)
      case "like": layout.roles.append(lower.contains("post") ? .ignored : .logDensity)
      default: layout.roles.append(.ignored)
      }
    }
    layout.isIndependent = lower.contains("weight") || lower.contains("log_weight")
    layout.lastRows = settings["nsample"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    if settings["sampler"] == "emcee", let walkers = settings["walkers"].flatMap({ Int($0) }),
      (2...100_000).contains(walkers)
    {
      layout.walkers = walkers
      layout.notes.append("the \(walkers) walkers of emcee are read as chains")
    }
    return layout
  }

  /// What the comments say: `#sampler=emcee`, and the lines of both `.ini` files after `##`.
  private struct Settings {
    private var values: [String: String] = [:]
    private(set) var ranges: [String: (lower: Double, upper: Double)] = [:]

    init(_ comments: [String]) {
      var (section, isValues) = ("", false)
      for comment in comments {
        let line = comment.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
        if line.hasPrefix("START_OF_") { isValues = line.hasPrefix("START_OF_VALUES") }
        if line.hasPrefix("END_OF_") { isValues = false }
        if line.hasPrefix("["), line.hasSuffix("]") {
          section = line.dropFirst().dropLast().lowercased()
        }
        let parts = line.split(separator: "=", maxSplits: 1).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
        guard parts.count == 2 else { continue }
        if isValues {
          let numbers = parts[1].split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
          if numbers.count == 3, numbers[0] < numbers[2] {
            ranges["\(section)--\(parts[0].lowercased())"] = (numbers[0], numbers[2])
          }
        } else {
          values[parts[0].lowercased()] = parts[1]
        }
      }
    }

    subscript(name: String) -> String? { values[name] }
  }
}
