/// An energy of any kind: V(q) of positions or K(p) of momenta.
public struct Energy: Sendable, CustomStringConvertible {
  /// The kinds that saved flows and commands know; a new one is a line here.
  public static let kinds: [any FlowEnergy.Type] = [
    QuadraticEnergy.self,
    NetworkEnergy.self,
    RelativisticEnergy.self,
    SumEnergy.self,
    PooledEnergy.self,
    FeatureEnergy.self,
  ]

  /// What it is.
  public let form: any FlowEnergy

  /// An energy of a kind.
  public init(_ form: any FlowEnergy) { self.form = form }

  /// The dimension of its vectors.
  public var dimension: Int { form.dimension }

  /// The number of parameters.
  public var parameterCount: Int { form.parameterCount }

  /// A formula, or a few words.
  public var description: String { form.description }
}

extension Energy: Equatable {
  /// Whether both are of one kind and shape.
  public static func == (left: Energy, right: Energy) -> Bool { left.form.isEqual(to: right.form) }
}

extension FlowEnergy {
  fileprivate func isEqual(to other: any FlowEnergy) -> Bool { self == other as? Self }
}

/// A saved energy consists of its kind and the numbers of its shape.
extension Energy: Codable {
  /// The key under which a decoder receives kinds besides ``kinds``.
  static let furtherKinds = CodingUserInfoKey(rawValue: "kinds of energies")

  private enum CodingKeys: String, CodingKey {
    case kind
  }

  /// Writes the energy.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: form).kind, forKey: .kind)
    try form.encode(to: encoder)
  }

  /// Reads an energy.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .kind)
    let further = Self.furtherKinds.flatMap { decoder.userInfo[$0] as? [any FlowEnergy.Type] }
    let kinds = Self.kinds + (further ?? [])
    guard let kind = kinds.first(where: { $0.kind == name }) else {
      let names = kinds.map { $0.kind }.joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container,
        debugDescription: "the kind of energy '\(name)' is not one of \(names)")
    }
    form = try kind.init(from: decoder)
  }
}
