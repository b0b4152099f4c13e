/// One parameter of a model: its name, its label, and its prior.
public struct Parameter: Sendable, Equatable, Codable {
  /// The name in files and options: ASCII letters, digits and underscores, such as `omega_m`; for a part
  /// of a vector with its number, such as `theta[1]`.
  public let name: String
  /// LaTeX for labels, without dollar signs, such as `\Omega_\mathrm{m}`.
  public let label: String
  /// The prior density; one that means nothing, if the parameter follows from others.
  public let prior: Prior
  /// The formula by which the parameter follows from others; nil for one with a prior.
  public let formula: Expression?

  /// A parameter; without a label it is labelled by its name.
  public init(_ name: String, label: String? = nil, prior: Prior) {
    self.name = name
    self.label = label ?? name
    self.prior = prior
    formula = nil
  }

  /// A parameter that is not sampled but follows from others, such as `1 - pi[1] - pi[2]`.
  ///
  /// - Throws: `ModelError.formula` for what is no formula.
  public init(_ name: String, label: String? = nil, equal text: String) throws(ModelError) {
    self.name = name
    self.label = label ?? name
    prior = .improperFlat
    do { formula = try Expression(text) } catch { throw .formula(text, error) }
  }

  /// The parts of a vector, `name[1]` to `name[count]`, each with the same prior.
  ///
  /// - Parameters:
  ///   - name: that of the vector.
  ///   - count: the number of parts.
  ///   - label: LaTeX, to which the number is added as an index; by default the name.
  ///   - prior: that of each.
  public static func vector(
    _ name: String, count: Int, label: String? = nil, prior: Prior
  ) -> [Parameter] {
    (1...max(count, 1)).map {
      Parameter("\(name)[\($0)]", label: "\(label ?? name)_{\($0)}", prior: prior)
    }
  }

  /// What makes the parts of a vector ascend, for `ParameterSpace(_:requiring:)`: `mu[1] < mu[2] < mu[3]`.
  ///
  /// The prior stays that of the parts, which has 1/count! of its mass where they ascend.
  ///
  /// - Parameters:
  ///   - name: that of the vector.
  ///   - count: the number of parts, at least 2.
  public static func ascending(_ name: String, count: Int) -> String {
    (1...max(count, 2)).map { "\(name)[\($0)]" }.joined(separator: " < ")
  }

  /// The map from the sampler's natural coordinate to the parameter, which the support of the prior
  /// decides.
  public var transform: Transform { prior.transform }

  /// Whether the parameter keeps one value.
  public var isFixed: Bool { prior.fixedValue != nil }

  /// Whether the parameter is sampled: neither fixed nor following from others.
  public var isFree: Bool { !isFixed && formula == nil }
}
