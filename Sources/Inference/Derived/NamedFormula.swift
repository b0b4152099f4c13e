import Foundation

/// A formula under a name: a derived quantity as options and files have it.
public struct NamedFormula: Sendable, Equatable, Codable {
  /// The name, such as `S8`.
  public let name: String
  /// LaTeX for labels, without dollar signs.
  public let label: String
  /// The formula.
  public let formula: Expression

  /// A formula under a name; without a label it is labelled by its name.
  public init(_ name: String, label: String? = nil, _ formula: Expression) {
    (self.name, self.label, self.formula) = (name, label ?? name, formula)
  }

  /// Reads `name=formula`, such as `S8like=omega_m^0.5*h`.
  ///
  /// - Throws: `DerivedQuantityError` if it has not this form, or the formula cannot be read.
  public init(text: String) throws(DerivedQuantityError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw .notAnAssignment(text)
    }
    do {
      self.init(parts[0], try Expression(parts[1]))
    } catch {
      throw .formula(parts[0], error)
    }
  }

  /// Formulas in an order in which each uses only those before it; by name, where that leaves a choice.
  ///
  /// - Throws: `DerivedQuantityError.circular` if there is none, `.duplicate` if a name occurs twice.
  public static func ordered(
    _ formulas: [NamedFormula]
  ) throws(DerivedQuantityError) -> [NamedFormula] {
    var left = formulas.sorted { $0.name < $1.name }
    if let pair = zip(left, left.dropFirst()).first(where: { $0.name == $1.name }) {
      throw .duplicate(pair.0.name)
    }
    var ordered: [NamedFormula] = []
    while !left.isEmpty {
      let names = Set(left.map(\.name))
      guard let next = left.firstIndex(where: { names.isDisjoint(with: $0.formula.names) }) else {
        throw .circular(circle(left))
      }
      ordered.append(left.remove(at: next))
    }
    return ordered
  }

  /// A way from a formula back to itself, among formulas of which each uses another one.
  private static func circle(_ formulas: [NamedFormula]) -> [String] {
    var path: [String] = []
    var next = formulas.first
    while let formula = next {
      if let start = path.firstIndex(of: formula.name) { return Array(path[start...]) }
      path.append(formula.name)
      next = formulas.first { formula.formula.names.contains($0.name) }
    }
    return path
  }
}
