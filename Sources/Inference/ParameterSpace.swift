/// The parameters of a model, in order; the free ones are the coordinates of a sampler.
public struct ParameterSpace: Sendable, Equatable, Codable {
  /// All parameters, fixed ones included.
  public let parameters: [Parameter]
  /// The positions in `parameters` of those that are sampled.
  public let freeIndices: [Int]

  /// Joins parameters to a space.
  ///
  /// - Throws: `ModelError` if a name occurs twice or is not a plain word, a prior is no density,
  ///   or nothing is free.
  public init(_ parameters: [Parameter]) throws(ModelError) {
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
  }

  /// The parameters that are sampled.
  public var free: [Parameter] { freeIndices.map { parameters[$0] } }

  /// The number of parameters that are sampled.
  public var dimension: Int { freeIndices.count }

  /// Draws a point of the sampler's space from the prior.
  public func samplePrior(using generator: inout some RandomNumberGenerator) -> [Double] {
    free.map { $0.transform.coordinate(of: $0.prior.sample(using: &generator)) }
  }
}

/// Chain files separate names by blanks and mark them with `*` and `?`, so a name is letters,
/// digits, `_` and `-`.
private func isPlainWord(_ name: String) -> Bool {
  !name.isEmpty
    && name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
}
