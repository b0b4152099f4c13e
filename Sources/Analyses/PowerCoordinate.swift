import Inference
import RealModule

/// How a parameter enters products of powers: as a coordinate y whose size does not depend on its unit.
///
///     y = ln θ                for a parameter that is positive under its prior
///     y = ln(−θ)              for one that is negative
///     y = (ln 10 / 5) θ       for magnitudes: the logarithm of a distance
///     y = θ / s               for others, with s the standard deviation of their prior
///
/// so that Σ aᵢ yᵢ is the logarithm of a product of powers, and a change of y by 1 is a factor e, or the width of
/// the prior.
public struct PowerCoordinate: Sendable, Codable, Equatable {
  /// What y is of θ.
  public enum Kind: String, Sendable, Codable {
    /// ln θ.
    case logarithm
    /// ln(−θ).
    case logarithmOfOpposite = "logarithm_of_opposite"
    /// (ln 10 / 5) θ.
    case magnitude
    /// θ / s.
    case linear
  }

  /// The name of the parameter.
  public var parameter: String
  /// What y is.
  public var kind: Kind
  /// s, positive; 1 for all that are not linear.
  public var unit: Double

  /// The coordinate of a parameter.
  ///
  /// - Parameters:
  ///   - parameter: its name, which tells magnitudes: `M`, `delta_mu`, `delta_M`.
  ///   - support: where its prior is not 0.
  ///   - width: the standard deviation of its prior, positive.
  public init(_ parameter: String, support: (lower: Double, upper: Double), width: Double) {
    self.parameter = parameter
    if Self.isMagnitude(parameter) {
      kind = .magnitude
    } else if support.lower >= 0 {
      kind = .logarithm
    } else if support.upper <= 0 {
      kind = .logarithmOfOpposite
    } else {
      kind = .linear
    }
    unit = kind == .linear && width > 0 && width.isFinite ? width : 1
  }

  /// Whether a name is that of a zero point or a step of magnitudes, also of one of several data sets.
  public static func isMagnitude(_ name: String) -> Bool {
    ["M", "delta_mu", "delta_M"].contains { name == $0 || name.hasPrefix("\($0)_") }
  }

  /// ln 10 / 5, the relative change of a distance per magnitude.
  static let perMagnitude = Double.log(10) / 5

  /// y; not finite where θ has the wrong sign.
  public func callAsFunction(_ value: Double) -> Double {
    switch kind {
    case .logarithm: .log(value)
    case .logarithmOfOpposite: .log(-value)
    case .magnitude: Self.perMagnitude * value
    case .linear: value / unit
    }
  }

  /// dy/dθ.
  public func derivative(at value: Double) -> Double {
    switch kind {
    case .logarithm, .logarithmOfOpposite: 1 / value
    case .magnitude: Self.perMagnitude
    case .linear: 1 / unit
    }
  }
}

extension PowerCoordinate {
  /// The coordinates of parameters with priors.
  ///
  /// - Parameters:
  ///   - names: the parameters, each of the space or determined by it.
  ///   - prior: draws of their prior.
  ///   - space: the parameters with their priors.
  static func all(_ names: [String], _ prior: PriorDraws, _ space: ParameterSpace) -> [Self] {
    names.map { name in
      let values = prior.values(of: name)
      let support =
        space.parameters.first { $0.name == name && $0.isFree }.map { space.support(of: $0) }
        ?? (values.min() ?? -.infinity, values.max() ?? .infinity)
      return Self(name, support: support, width: Self.deviation(values))
    }
  }

  /// The coordinates of columns of chains whose prior is not known: the edges of their columns decide, and where there
  /// are none the signs of their draws; the width of a linear one is that of its edges, or of its draws.
  static func all(_ names: [String], _ chains: [Chain]) -> [Self] {
    names.map { name in
      let place = chains[0].columns.firstIndex { $0.name == name } ?? 0
      let column = chains[0].columns[place]
      let values = chains.flatMap { $0.column(place) }.filter(\.isFinite)
      let isBounded = column.lowerBound.isFinite || column.upperBound.isFinite
      let support =
        isBounded
        ? (column.lowerBound, column.upperBound)
        : ((values.min() ?? -1) > 0 ? 0 : -.infinity, (values.max() ?? 1) < 0 ? 0 : .infinity)
      let range = column.upperBound - column.lowerBound
      return Self(
        name, support: support,
        width: range.isFinite ? range / 12.0.squareRoot() : deviation(values))
    }
  }

  private static func deviation(_ values: [Double]) -> Double {
    let finite = values.filter(\.isFinite)
    guard finite.count > 1 else { return 1 }
    let mean = finite.reduce(0, +) / Double(finite.count)
    let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(finite.count)).squareRoot()
  }
}

/// Draws of the prior of parameters, where it can be normalised.
struct PriorDraws: Sendable {
  let names: [String]
  private let rows: [[Double]]

  /// Draws of the prior inside what is required; nil if it cannot be normalised.
  init?(_ space: ParameterSpace) {
    guard space.improperParameters.isEmpty,
      let prior = try? Posterior(space, likelihoods: [])
    else { return nil }
    names = prior.columns.map(\.name)
    var random = RandomStream(seed: 1, "prior of components")
    rows = (0..<4000).map { _ in
      prior.draw(at: space.samplePrior(using: &random), logDensity: 0).values
    }
  }

  /// The draws of one parameter; none for one that is not there.
  func values(of name: String) -> [Double] {
    names.firstIndex(of: name).map { place in rows.map { $0[place] } } ?? []
  }

  /// The draws as a chain, to be analysed as one.
  var chain: Chain {
    var chain = Chain(columns: names.map { Chain.Column(name: $0) })
    for row in rows { chain.append(row, logDensity: 0) }
    return chain
  }
}
