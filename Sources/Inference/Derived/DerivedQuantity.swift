/// A function of the parameters of a model that chains carry as a column of its own, such as
/// S₈ = σ₈ (Ωm / 0.3)^½.
///
/// It is computed where a draw is kept, and takes no part in sampling.
///
/// ```swift
/// let posterior = try posterior.deriving([
///   DerivedQuantity("omega_lambda", label: #"\Omega_\Lambda"#, "1 - omega_m"),
///   DerivedQuantity("log_h", from: ["h"]) { log($0[0]) },
/// ])
/// ```
public struct DerivedQuantity: Sendable {
  /// The name of its column: ASCII letters, digits, underscores and hyphens, such as `S8`.
  public let name: String
  /// LaTeX for labels, without dollar signs.
  public let label: String
  /// What it is computed from: parameters, free or fixed, and derived quantities that come before it.
  public let arguments: [String]
  /// The formula, where it is one.
  public let formula: Expression?
  /// The value at those of the arguments, in their order.
  let value: @Sendable ([Double]) -> Double

  /// A quantity that a function computes.
  ///
  /// - Parameters:
  ///   - name: that of its column.
  ///   - label: LaTeX without dollar signs; by default the name.
  ///   - arguments: the names of what it is computed from.
  ///   - value: its value at those of the arguments, in their order; finite wherever the priors allow.
  public init(
    _ name: String, label: String? = nil, from arguments: [String],
    _ value: @escaping @Sendable ([Double]) -> Double
  ) {
    (self.name, self.label, self.arguments) = (name, label ?? name, arguments)
    formula = nil
    self.value = value
  }

  /// A quantity by its formula.
  public init(_ definition: NamedFormula) {
    let formula = definition.formula
    (name, label, arguments) = (definition.name, definition.label, formula.names)
    self.formula = formula
    value = { values in formula.value { values[$0] } }
  }

  /// A quantity by a formula as one types it.
  ///
  /// - Parameters:
  ///   - name: that of its column.
  ///   - label: LaTeX without dollar signs; by default the name.
  ///   - formula: such as `omega_m^0.5 * h`; see `Expression`.
  /// - Throws: `DerivedQuantityError.formula` if it cannot be read.
  public init(
    _ name: String, label: String? = nil, _ formula: String
  ) throws(DerivedQuantityError) {
    do {
      self.init(NamedFormula(name, label: label, try Expression(formula)))
    } catch {
      throw .formula(name, error)
    }
  }
}
