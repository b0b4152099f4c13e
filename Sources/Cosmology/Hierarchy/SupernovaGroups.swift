/// Labels of supernovae, with the index of each supernova's label among them; a single group has the label "".
struct SupernovaGroups: Sendable {
  let labels: [String]
  let indices: [Int]

  /// - Parameter names: one for each supernova, of any form; nil for one group of all.
  init(_ names: [String]?, count: Int) {
    guard let names else {
      (labels, indices) = ([""], [Int](repeating: 0, count: count))
      return
    }
    // Numbers by their value, and before words.
    let distinct = Set(names).sorted { a, b in
      switch (Self.number(a), Self.number(b)) {
      case (let x?, let y?) where x != y: x < y
      case (nil, .some): false
      case (.some, nil): true
      default: a < b
      }
    }
    var used: [String] = []
    for name in distinct {
      // Names of parameters have letters, digits and underscores.
      let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
      var label = plain
      while used.contains(label) { label += "_" }
      used.append(label)
    }
    labels = used
    let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    indices = names.map { places[$0] ?? 0 }
  }

  private static func number(_ name: String) -> Double? {
    Double(name).flatMap { $0.isFinite ? $0 : nil }
  }

  /// No groups at all.
  private init() { (labels, indices) = ([], []) }
  static let none = SupernovaGroups()
}
