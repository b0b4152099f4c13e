import RealModule

/// Which rows of a table are kept, by what a column has: `IDSURVEY != 15`, or several such conditions with `and` between them.
///
/// Numbers are compared by their value, and words as they stand.
public struct RowCondition: Sendable, Equatable {
  /// A comparison of a column with a value.
  private struct Clause: Sendable, Equatable {
    let column: String
    let comparison: String
    let value: String
  }

  private let clauses: [Clause]
  /// The condition as it was written.
  public let text: String

  /// The comparisons; those that begin with another one come before it.
  private static let comparisons = ["!=", "==", "<=", ">=", "<", ">", "="]

  /// Reads a condition; nil for any other text. Columns and values may stand in quotes.
  public init?(_ text: String) {
    var clauses: [Clause] = []
    for part in Self.parts(text) {
      guard let place = Self.places(part).first(where: { Self.comparison(part[$0...]) != nil }),
        let comparison = Self.comparison(part[place...])
      else { return nil }
      let (left, right) = (part[..<place], part[place...].dropFirst(comparison.count))
      let column = SupernovaLabels.label(String(left))
      let value = SupernovaLabels.label(String(right))
      let isQuoted = right.contains { "\"'".contains($0) }
      let hasMore = Self.places(right).contains { Self.comparison(right[$0...]) != nil }
      if column.isEmpty || (value.isEmpty && !isQuoted) || hasMore { return nil }
      if comparison.hasPrefix("<") || comparison.hasPrefix(">") {
        guard let bound = Double(value), !bound.isNaN else { return nil }
      }
      clauses.append(
        Clause(column: column, comparison: comparison == "=" ? "==" : comparison, value: value))
    }
    if clauses.isEmpty { return nil }
    (self.clauses, self.text) = (clauses, text)
  }

  /// The condition that a column has another value; nil where neither kind of quotes can hold them.
  package static func excludes(column: String, value: String) -> String? {
    let quoted = [column, value].compactMap { word in
      ["\"", "'"].first { !word.contains($0) }.map { $0 + word + $0 }
    }
    return quoted.count == 2 ? "\(quoted[0]) != \(quoted[1])" : nil
  }

  /// The comparison that a text begins with.
  private static func comparison(_ text: Substring) -> String? {
    comparisons.first { text.hasPrefix($0) }
  }

  /// The places outside of quotes.
  private static func places(_ text: Substring) -> [Substring.Index] {
    var quote: Character?
    return text.indices.filter { place in
      let character = text[place]
      if character == quote {
        quote = nil
        return false
      }
      if quote == nil, character == "\"" || character == "'" { quote = character }
      return quote == nil
    }
  }

  /// The texts between `and` or `&&` outside of quotes.
  private static func parts(_ text: String) -> [Substring] {
    var (parts, rest) = ([Substring](), text[...])
    while true {
      let found = places(rest).lazy.compactMap { place in
        [" and ", "&&"].first { rest[place...].hasPrefix($0) }.map { (place, $0) }
      }.first
      guard let (place, word) = found else { return parts + [rest] }
      parts.append(rest[..<place])
      rest = rest[place...].dropFirst(word.count)
    }
  }

  /// The rows of a table that fulfil it.
  ///
  /// - Throws: `CatalogError` if a column is not there, has neither words nor numbers, or has words where an order is asked
  ///   for; `noneFulfils` if no row is left.
  func rows(_ table: some CatalogTable, of candidates: [Int]) throws(CatalogError) -> [Int] {
    var kept = candidates
    for clause in clauses {
      let column = try SupernovaLabels.chosen(clause.column, in: table)
      let words = table.words()[column]
      guard words.count == table.rowCount else {
        throw CatalogError(table.path, column: clause.column, .noLabels)
      }
      var next: [Int] = []
      for row in kept {
        let word = SupernovaLabels.label(words[row])
        guard let isKept = Self.holds(word, clause) else {
          throw table.error(row: row, column: column, .notANumber(found: word))
        }
        if isKept { next.append(row) }
      }
      kept = next
    }
    if kept.isEmpty { throw CatalogError(table.path, .noneFulfils(text)) }
    return kept
  }

  /// Whether a cell fulfils a clause; nil where a word is to be ordered.
  private static func holds(_ word: String, _ clause: Clause) -> Bool? {
    let (own, other) = (Double(word), Double(clause.value))
    let isSame = own.flatMap { own in other.map { own == $0 } } ?? (word == clause.value)
    switch clause.comparison {
    case "==": return isSame
    case "!=": return !isSame
    default:
      guard let own, let other else { return nil }
      switch clause.comparison {
      case "<": return own < other
      case "<=": return own <= other
      case ">": return own > other
      default: return own >= other
      }
    }
  }
}
