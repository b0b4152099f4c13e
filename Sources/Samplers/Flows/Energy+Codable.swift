/// A saved energy names its kind beside the numbers that shape it.
extension Energy {
  private enum Kind: String, Codable {
    case quadratic, network, relativistic, sum
  }

  private enum CodingKeys: String, CodingKey {
    case kind, terms
  }

  /// Writes the energy.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .quadratic(let energy):
      try container.encode(Kind.quadratic, forKey: .kind)
      try energy.encode(to: encoder)
    case .network(let network):
      try container.encode(Kind.network, forKey: .kind)
      try network.encode(to: encoder)
    case .relativistic(let energy):
      try container.encode(Kind.relativistic, forKey: .kind)
      try energy.encode(to: encoder)
    case .sum(let terms):
      try container.encode(Kind.sum, forKey: .kind)
      try container.encode(terms, forKey: .terms)
    }
  }

  /// Reads an energy.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .quadratic: self = .quadratic(try QuadraticEnergy(from: decoder))
    case .network: self = .network(try MultilayerPerceptron(from: decoder))
    case .relativistic: self = .relativistic(try RelativisticEnergy(from: decoder))
    case .sum: self = .sum(try container.decode([Energy].self, forKey: .terms))
    }
  }
}
