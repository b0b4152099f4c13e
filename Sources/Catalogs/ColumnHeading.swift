/// The name of a column as tables write it, with the unit that may stand in brackets behind it:
/// `mu (mag)`, `mu [mag]`, `cz_(km/s)`.
struct ColumnHeading: Equatable {
  /// The name without the unit.
  let name: String
  /// The unit, empty if there is none.
  let unit: String

  /// A name and a unit that stand apart.
  init(name: String, unit: String) {
    (self.name, self.unit) = (name, unit)
  }

  /// Takes a heading apart.
  init(_ text: String) {
    for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)]
    where text.last == close {
      // The outermost bracket, as in `mB [mag(AB)]`.
      guard let start = text.firstIndex(of: open), start != text.startIndex else { continue }
      let before = text[..<start]
      let inside = String(text[text.index(after: start)...].dropLast())
      // H(z), E(B-V) and z (CMB) are names; square brackets hold units and nothing else.
      let isApart = before.last == " " || before.last == "_"
      guard Measure.isUnit(inside) || (open == "[" && isApart), !inside.isEmpty else { continue }
      let trimmed = before.reversed().drop { $0 == " " || $0 == "_" }.reversed()
      guard !trimmed.isEmpty else { continue }
      (name, unit) = (String(trimmed), inside)
      return
    }
    (name, unit) = (text, "")
  }
}
