/// A choice by its name, as settings have it: a name that is none gives an error with those that there are.
public protocol NamedChoice: RawRepresentable, CaseIterable, Codable, Sendable
where RawValue == String {}

extension NamedChoice {
  /// The choice of a name.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let choice = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue)
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "'\(name)' is not known"
          + (nearestName(to: [name], among: names).map { "; did you mean \($0)?" }
            ?? "; the choices are \(names.joined(separator: ", "))"))
    }
    self = choice
  }
}
