import RealModule

/// The Dirichlet density of positive shares that add up to 1: Γ(Σ α) / Π Γ(αᵢ) · Π xᵢ^(αᵢ − 1), over all
/// shares but the last, which follows from them.
///
/// With all αᵢ = 1 it is flat, (K − 1)! for K shares, and so normalised. Each share has its part of what
/// those before it have left, x = (1 − Σ) y with y of a beta density (stick breaking).
public struct DirichletPrior: JointPrior, Equatable {
  /// The shares.
  public let names: [String]
  /// αᵢ.
  public let concentrations: [Double]

  /// The density of named shares.
  public init(_ names: [String], concentrations: [Double]) {
    (self.names, self.concentrations) = (names, concentrations)
  }

  /// The density of a vector of shares, `name[1]` to `name[count]`.
  ///
  /// - Parameters:
  ///   - name: that of the vector.
  ///   - count: the number of shares, at least 2.
  ///   - concentration: α of all, above 0; 1 for the flat density.
  public init(_ name: String, count: Int, concentration: Double = 1) {
    self.init(
      (1...max(count, 1)).map { "\(name)[\($0)]" },
      concentrations: (1...max(count, 1)).map { _ in concentration })
  }

  /// Fewer than two shares, or an α that is not positive.
  public var flaw: String? {
    if names.count < 2 { return "shares have to be two or more" }
    if concentrations.count != names.count {
      return "\(concentrations.count) concentrations for \(names.count) shares"
    }
    return concentrations.first { !($0 > 0 && $0.isFinite) }
      .map { "a concentration has to be positive and is \($0)" }
  }

  /// Each share given those before it.
  public var conditionals: [ConditionalPrior] {
    names.indices.map { k in
      let left = LinearForm(1, (0..<k).map { _ in -1 })
      if k == names.count - 1 { return .determined(left) }
      let others = concentrations[(k + 1)...].reduce(0, +)
      return .scaled(.beta(a: concentrations[k], b: others), location: LinearForm(0), scale: left)
    }
  }

  /// The beta density of one share.
  public func marginal(of index: Int) -> Prior {
    .beta(
      a: concentrations[index], b: concentrations.reduce(0, +) - concentrations[index])
  }

  /// The shares with their α.
  public func words(_ number: (Double) -> String) -> String {
    let list = zip(names, concentrations).map { "\($0) \(number($1))" }
    return "Dirichlet, concentrations \(list.joined(separator: ", "))"
  }
}
