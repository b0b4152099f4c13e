/// A saved map is its frame, and the coefficients and degrees of its layers; a map that contradicts
/// itself is refused.
extension TransportMap: Codable {
  private enum CodingKeys: String, CodingKey {
    case frame, degrees, layers
  }

  /// Writes the map.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(frame, forKey: .frame)
    try container.encode(layers.map { $0.features.counts.count - 1 }, forKey: .degrees)
    try container.encode(
      layers.map { $0.coefficients.flatMap { group in (0..<8).map { group[$0] } } }, forKey: .layers
    )
  }

  /// Reads a map.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let frame = try container.decode(WhiteningCoordinates.self, forKey: .frame)
    let degrees = try container.decode([Int].self, forKey: .degrees)
    let coefficients = try container.decode([[Double]].self, forKey: .layers)

    func require(_ isTrue: Bool, _ key: CodingKeys, _ words: String) throws {
      if !isTrue {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "a transport map whose \(words)")
      }
    }
    try require(
      degrees.count == frame.dimension && degrees.allSatisfy { (0...20).contains($0) }, .degrees,
      "degrees are invalid")
    try require(
      coefficients.count == degrees.count
        && coefficients.allSatisfy { $0.allSatisfy(\.isFinite) }, .layers,
      "layers are invalid")
    var layers: [ConditionalLayers] = []
    for (k, degree) in degrees.enumerated() {
      // Before there is room for so many.
      try require(
        coefficients[k].count == 8 * PolynomialFeatures.count(variables: k, degree: degree),
        .layers, "coefficients do not fit its degrees")
      var own = ConditionalLayers(variableCount: k, degree: degree)
      for (index, value) in coefficients[k].enumerated() {
        own.coefficients[index / 8][index % 8] = value
      }
      layers.append(own)
    }
    self.init(frame, layers)
  }
}
