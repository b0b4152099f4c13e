/// The kinds of coordinates to choose from at run time.
public enum CoordinateChoice: Sendable, Equatable, CaseIterable {
  /// Triangular maps fitted to the posterior, one for each mode; `map` is another name.
  case fitted
  /// Location, scale and shape alone, without nonlinear dependence.
  case thin
  /// Those in which the prior is N(0, I), shifted, scaled and rotated so that the curvature at the mode is that
  /// of N(0, I).
  case whitened
  /// Coordinates in which the prior is N(0, I).
  case probit
  /// Logits, logarithms and values.
  case natural
}

extension CoordinateChoice: RawRepresentable, Codable {
  /// The name.
  public var rawValue: String { "\(self)" }

  /// The choice of a name.
  public init?(rawValue: String) {
    let aliases: [String: CoordinateChoice] = ["map": .fitted, "auto": .fitted]
    guard let choice = Self.allCases.first(where: { "\($0)" == rawValue }) ?? aliases[rawValue]
    else { return nil }
    self = choice
  }
}
