/// One parameter of a model: its name, its label, and its prior.
public struct Parameter: Sendable, Equatable, Codable {
  /// The name in files and options: ASCII letters, digits and underscores, such as `omega_m`; for a part
  /// of a vector with its number, such as `theta[1]`.
  public let name: String
  /// LaTeX for labels, without dollar signs, such as `\Omega_\mathrm{m}`.
  public let label: String
  /// The prior density.
  public let prior: Prior

  /// A parameter; without a label it is labelled by its name.
  public init(_ name: String, label: String? = nil, prior: Prior) {
    self.name = name
    self.label = label ?? name
    self.prior = prior
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

  /// The map from the sampler's natural coordinate to the parameter, which the support of the prior
  /// decides.
  public var transform: Transform { prior.transform }

  /// Whether the parameter keeps one value.
  public var isFixed: Bool { prior.fixedValue != nil }
}
