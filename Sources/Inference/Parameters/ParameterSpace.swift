/// The parameters of a model, in order; the free ones are the coordinates of a sampler.
public struct ParameterSpace: Sendable, Equatable {
  /// All parameters, fixed ones included.
  public let parameters: [Parameter]
  /// The positions in `parameters` of those that are sampled.
  public let freeIndices: [Int]
  /// What a sampler moves in.
  public private(set) var coordinates: CoordinateSystem

  /// What a sampler moves in to move in the parameters.
  public enum CoordinateSystem: Sendable {
    /// The parameter where it may be any real number, its logarithm where it is positive, its logit
    /// in an interval.
    case natural
    /// Probits: the coordinates in which all priors are N(0, 1), so that walls are at infinity and
    /// the posterior is nowhere wider than a normal density.
    case standardNormal
  }

  /// Joins parameters to a space.
  ///
  /// - Throws: `ModelError` if a name occurs twice or is not a plain word, a prior is not a density,
  ///   or nothing is free.
  public init(
    _ parameters: [Parameter], coordinates: CoordinateSystem = .natural
  ) throws(ModelError) {
    var seen: Set<String> = []
    for parameter in parameters {
      guard isPlainWord(parameter.name) else { throw .unusableName(parameter.name) }
      guard seen.insert(parameter.name).inserted else { throw .duplicateParameter(parameter.name) }
      guard parameter.prior.isValid else {
        throw .invalidPrior(parameter: parameter.name, parameter.prior)
      }
    }
    self.parameters = parameters
    freeIndices = parameters.indices.filter { !parameters[$0].isFixed }
    guard !freeIndices.isEmpty else { throw .nothingToSample }
    self.coordinates = coordinates
  }

  /// The same parameters in coordinates in which their prior is N(0, I).
  public var standardised: ParameterSpace {
    var space = self
    space.coordinates = .standardNormal
    return space
  }

  /// The map from a sampler's coordinate to one of the parameters.
  public func transform(of parameter: Parameter) -> Transform {
    switch coordinates {
    case .natural: parameter.transform
    case .standardNormal: .standardNormal(parameter.prior)
    }
  }

  /// The parameters that are sampled.
  public var free: [Parameter] { freeIndices.map { parameters[$0] } }

  /// The number of parameters that are sampled.
  public var dimension: Int { freeIndices.count }

  /// The values of all parameters by their names: those of a draw, and those that are fixed.
  package func values(_ draw: [Double], of names: [String]) -> [String: Double] {
    let fixed = parameters.compactMap { parameter in
      parameter.prior.fixedValue.map { (parameter.name, $0) }
    }
    return Dictionary(zip(names, draw), uniquingKeysWith: { first, _ in first })
      .merging(fixed) { _, fixed in fixed }
  }

  /// Draws a point of the sampler's space from the prior.
  public func samplePrior(using generator: inout some RandomNumberGenerator) -> [Double] {
    free.map { transform(of: $0).coordinate(of: $0.prior.sample(using: &generator)) }
  }
}

/// Chain files separate names by blanks and commas and mark them with `*` and `?`, so a name is letters,
/// digits, `_` and `-`, and for a part of a vector its number in brackets.
private func isPlainWord(_ name: String) -> Bool {
  func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  var word = name.utf8[...]
  if let open = word.firstIndex(of: UInt8(ascii: "[")) {
    let index = word[open...].dropFirst()
    guard index.last == UInt8(ascii: "]"), index.count > 1, index.dropLast().allSatisfy(isDigit)
    else { return false }
    word = word[..<open]
  }
  return !word.isEmpty
    && word.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: isDigit(byte)
      }
    }
}
