import Foundation

/// The hard edges of priors in a root's `.ranges`: a name, a lower and an upper edge in each line, `N`
/// where there is none.
struct GetDistRanges {
  private var bounds: [String: (lower: Double, upper: Double)] = [:]

  /// Reads the file, if there is one; lines that say something else are passed over, as GetDist does:
  /// edges only tell figures where to end.
  init(root: String) {
    guard let text = try? TextFile.read("\(root).ranges") else { return }
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 3, let lower = Self.edge(words[1], -.infinity),
        let upper = Self.edge(words[2], .infinity), lower < upper
      else { continue }
      bounds[String(words[0])] = (lower, upper)
    }
  }

  /// The edges of a column; infinite where there are none.
  subscript(name: String) -> (lower: Double, upper: Double) {
    bounds[name] ?? (-.infinity, .infinity)
  }

  private static func edge(_ word: Substring, _ none: Double) -> Double? {
    if word == "N" || word == "None" { return none }
    return Double(word).flatMap { $0.isNaN ? nil : $0 }
  }
}
