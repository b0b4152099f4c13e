import Foundation

extension Prior {
  /// A prior as one types it, such as `uniform(-3,1)` or `half_cauchy(5)`.
  ///
  /// - Throws: `PriorError`, which says what is wrong and what to type.
  public init(text: String) throws(PriorError) {
    let text = text.trimmingCharacters(in: .whitespaces)
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { throw .noPrior(text) }
    let word = text[..<open].trimmingCharacters(in: .whitespaces)
    guard let kind = Self.kinds.first(where: { Self.plain($0.name) == Self.plain(word) }) else {
      let near =
        Self.aliases[Self.plain(word)]
        ?? nearestName(to: [Self.plain(word)], among: Self.kinds.map { Self.plain($0.name) })
      throw .unknownFamily(word, near: near)
    }
    let inside = text[text.index(after: open)...].dropLast()
    let fields =
      inside.allSatisfy(\.isWhitespace)
      ? []
      : inside.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
    let form = Self.form(of: kind)
    guard fields.count <= kind.arguments.count else {
      let isFlat = kind == ImproperFlatPrior.self
      throw .tooMany(form: isFlat ? "uniform(lower,upper), or flat() for no bounds" : form)
    }
    var numbers: [Double] = []
    for (index, argument) in kind.arguments.enumerated() {
      guard index < fields.count, !fields[index].isEmpty else {
        throw .missing(argument.word, form: form)
      }
      guard let number = Double(fields[index]) else {
        throw .notANumber(fields[index], form: form)
      }
      numbers.append(number)
    }
    self.init(kind.init(numbers))
    if let flaw { throw .flaw(flaw, form: self.text) }
  }

  /// The prior as one types it.
  public var text: String {
    let numbers = density.numbers.map { "\($0)" }.joined(separator: ",")
    return "\(Self.plain(type(of: density).name))(\(numbers))"
  }

  /// How priors are typed.
  public static let grammar: String = {
    let forms = kinds.map(form)
    return forms.dropLast().joined(separator: ", ") + " or " + (forms.last ?? "")
  }()

  /// Aliases of some families.
  private static let aliases = [
    "gaussian": "normal", "gauss": "normal", "tophat": "uniform",
    "jeffreys": "loguniform", "reciprocal": "loguniform", "t": "studentt", "lognorm": "lognormal",
    "dirac": "fixed", "delta": "fixed",
  ]

  private static func form(of kind: any PriorDensity.Type) -> String {
    "\(plain(kind.name))(\(kind.arguments.map(\.word).joined(separator: ",")))"
  }

  private static func plain(_ name: some StringProtocol) -> String {
    name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
  }
}
