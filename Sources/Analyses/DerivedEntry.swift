import Inference

/// A derived quantity among the parameters of a file: its formula under `derived`, with a label in the
/// words of Cobaya.
struct DerivedEntry: Codable {
  let formula: Expression
  let label: String?

  init(_ definition: NamedFormula) {
    formula = definition.formula
    label = definition.label == definition.name ? nil : definition.label
  }

  func definition(named name: String) -> NamedFormula {
    NamedFormula(name, label: label, formula)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case derived, latex
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    label = try container.decodeIfPresent(String.self, forKey: .latex)
    if (try? container.decode(Bool.self, forKey: .derived)) != nil {
      throw DecodingError.dataCorruptedError(
        forKey: .derived, in: container,
        debugDescription: "a formula is expected here, such as omega_m^0.5*h")
    }
    let text = try container.decode(String.self, forKey: .derived)
    do {
      formula = try Expression(Self.body(text))
    } catch {
      throw DecodingError.dataCorruptedError(
        forKey: .derived, in: container, debugDescription: "\(error)")
    }
  }

  /// The formula of a function as one writes it in Python, `lambda omega_m, h: np.sqrt(omega_m)*h`; other
  /// texts as they are.
  static func body(_ text: String) -> String {
    guard let match = text.wholeMatch(of: /\s*lambda\s[^:]*:\s*(.*)/) else { return text }
    return String(match.1).replacing(/\b(?:np|numpy|math)\./, with: "")
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(formula.text, forKey: .derived)
    try container.encodeIfPresent(label, forKey: .latex)
  }
}
