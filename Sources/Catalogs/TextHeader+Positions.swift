/// Columns without names, known by their order.
extension TextHeader {
  /// A redshift, a distance modulus and its error, by the order of the columns.
  static func headerless(_ lines: TextLines) throws(CatalogError) -> TextHeader? {
    guard let first = lines.data.first else { return nil }
    for separator in lines.withBytes(of: first, FieldSeparator.candidates) {
      let words = try lines.fields(of: first, separator)
      if let names = positions(in: words) {
        return TextHeader(names.map(ColumnHeading.init), firstRow: 0, separator, .headerless)
      }
    }
    return nil
  }

  /// The names of columns that have none, by the words of a row; nil if they cannot be a redshift,
  /// a distance modulus and its error.
  private static func positions(in words: [String]) -> [String]? {
    let names: [String]
    switch words.count {
    case 3: names = ["z", "mu", "dmu"]
    case 4: names = ["name", "z", "mu", "dmu"]
    case 5: names = ["name", "z", "mu", "dmu", "probability"]
    default: return nil
    }
    let numbers = words.suffix(words.count == 3 ? 3 : words.count - 1).map {
      number($0) ?? .nan
    }
    guard numbers[0] > 0, numbers[2] > 0, 5 < numbers[1], numbers[1] < 60 else { return nil }
    let expected = HubbleResiduals.modulus(numbers[0])
    return abs(numbers[1] - expected) < HubbleResiduals.limit ? names : nil
  }
}
