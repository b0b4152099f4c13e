import RealModule

/// The prior of one parameter: a density of any family, or a value that the parameter keeps.
///
/// A prior that joins several parameters is a `Likelihood` that reads no data.
public struct Prior: Sendable {
  /// The density.
  public let density: any PriorDensity

  /// A prior with a density of any family.
  public init(_ density: some PriorDensity) { self.density = density }

  /// The families that files and options name; a new one is a line here.
  static let kinds: [any PriorDensity.Type] = [
    UniformPrior.self, NormalPrior.self, TruncatedNormalPrior.self, HalfNormalPrior.self,
    LogNormalPrior.self, CauchyPrior.self, HalfCauchyPrior.self, StudentTPrior.self,
    ExponentialPrior.self, GammaPrior.self, InverseGammaPrior.self, BetaPrior.self,
    LogUniformPrior.self, SoftUniformPrior.self, ImproperFlatPrior.self, FixedValue.self,
  ]

  /// The open interval where the density is positive.
  public var support: (lower: Double, upper: Double) { density.support }

  /// The value of a fixed parameter; nil for one that is free.
  public var fixedValue: Double? { (density as? FixedValue)?.value }

  /// The transform that carries the real line onto the support.
  public var transform: Transform {
    fixedValue == nil ? Transform(onto: support) : .identity
  }

  /// What is wrong with the numbers, in words: `sd has to be positive and is -1`; nil if they describe a
  /// density.
  public var flaw: String? {
    zip(type(of: density).arguments, density.numbers).lazy
      .compactMap { $0.flaw(of: $1) }.first ?? density.flaw
  }

  /// Whether the numbers describe a density.
  public var isValid: Bool { flaw == nil }

  /// Returns the log density and its derivative at a value of the parameter.
  ///
  /// Outside the support the log density is minus infinity. A fixed parameter contributes zero.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) {
    density.logDensity(at: value)
  }

  /// Draws a value.
  public func sample(using generator: inout some RandomNumberGenerator) -> Double {
    density.sample(using: &generator)
  }

  /// The value below which the parameter is with a probability, 0 to 1.
  public func quantile(_ probability: Double) -> Double {
    density.value(atNormal: NormalDistribution.quantile(probability))
  }
}

extension Prior: Equatable {
  /// Whether two priors are of one family and have the same numbers.
  public static func == (a: Prior, b: Prior) -> Bool {
    type(of: a.density) == type(of: b.density) && a.density.numbers == b.density.numbers
  }
}

extension Prior: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads a family's name with its numbers by their names.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    guard let key = container.allKeys.first, container.allKeys.count == 1,
      let kind = Self.kinds.first(where: { $0.name == key.stringValue })
    else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "no family of priors is named here"))
    }
    let numbers = try container.nestedContainer(keyedBy: Key.self, forKey: key)
    density = kind.init(
      try kind.arguments.map { try numbers.decode(Double.self, forKey: Key(stringValue: $0.name)) })
  }

  /// Writes the family's name with its numbers by their names.
  public func encode(to encoder: any Encoder) throws {
    let kind = type(of: density)
    var container = encoder.container(keyedBy: Key.self)
    var numbers = container.nestedContainer(
      keyedBy: Key.self, forKey: Key(stringValue: kind.name))
    for (argument, number) in zip(kind.arguments, density.numbers) {
      try numbers.encode(number, forKey: Key(stringValue: argument.name))
    }
  }
}
