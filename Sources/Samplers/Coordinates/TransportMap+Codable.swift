/// A saved map is its order, its standardisation, and the coefficients and degrees of its layers; a
/// map that contradicts itself is refused.
extension TransportMap: Codable {
  private enum CodingKeys: String, CodingKey {
    case order, means, deviations, degrees, layers
  }

  /// Writes the map.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(order, forKey: .order)
    try container.encode(means, forKey: .means)
    try container.encode(deviations, forKey: .deviations)
    try container.encode(layers.first?.degrees ?? [], forKey: .degrees)
    try container.encode(layers.map(\.coefficients), forKey: .layers)
  }

  /// Reads a map.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let order = try container.decode([Int].self, forKey: .order)
    let means = try container.decode([Double].self, forKey: .means)
    let deviations = try container.decode([Double].self, forKey: .deviations)
    let degrees = try container.decode([ConditionalLayers.Degrees].self, forKey: .degrees)
    let coefficients = try container.decode([[Double]].self, forKey: .layers)

    func require(_ isTrue: Bool, _ key: CodingKeys, _ words: String) throws {
      if !isTrue {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "a transport map whose \(words)")
      }
    }
    let count = order.count
    try require(
      count > 0 && order.sorted() == Array(0..<count), .order, "order leaves a parameter out")
    try require(
      means.count == count && means.allSatisfy(\.isFinite), .means, "means are not finite numbers")
    try require(
      deviations.count == count && deviations.allSatisfy { $0 > 0 && $0.isFinite }, .deviations,
      "deviations are not positive")
    try require(
      !degrees.isEmpty && degrees.flatMap(\.all).allSatisfy { (0...20).contains($0) }, .degrees,
      "degrees are none")
    var layers = (0..<count).map { ConditionalLayers(variableCount: $0, degrees: degrees) }
    try require(
      coefficients.map(\.count) == layers.map(\.coefficients.count)
        && coefficients.allSatisfy { $0.allSatisfy(\.isFinite) }, .layers,
      "coefficients do not fit its degrees")
    for k in layers.indices { layers[k].coefficients = coefficients[k] }
    (self.order, self.means, self.deviations, self.layers) = (order, means, deviations, layers)
  }
}
