extension Expression {
  /// The text of a formula or inequality with other texts in the place of some names; numbers, functions and all else
  /// stay as they were typed.
  ///
  /// - Parameters:
  ///   - text: whatever can be read as a formula.
  ///   - replacement: what stands for a name, or nil if it stays.
  package static func renaming(
    in text: String, _ replacement: (String) -> String?
  ) -> String {
    let token =
      /`[^`]*`|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*(?:\[[0-9]+\])?/
    return text.replacing(token) { match in
      let typed = match.output
      guard let first = typed.first, !first.isNumber, first != ".",
        text[match.range.upperBound...].first(where: { !$0.isWhitespace }) != "("
      else { return String(typed) }
      let name = first == "`" ? String(typed.dropFirst().dropLast()) : String(typed)
      return replacement(name) ?? String(typed)
    }
  }
}
