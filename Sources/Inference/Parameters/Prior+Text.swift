import Foundation

extension Prior {
  /// A prior as one types it, such as `uniform(-3,1)`; nil if it is none.
  public init?(text: String) {
    guard let open = text.firstIndex(of: "("), text.hasSuffix(")") else { return nil }
    let name = text[..<open].lowercased().filter { $0 != "_" && $0 != " " }
    let fields = text[text.index(after: open)...].dropLast()
      .split(separator: ",", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard numbers.count == fields.count, numbers.allSatisfy(\.isFinite) else { return nil }
    switch (name, numbers.count) {
    case ("uniform", 2): self = .uniform(lower: numbers[0], upper: numbers[1])
    case ("normal", 2): self = .normal(mean: numbers[0], standardDeviation: numbers[1])
    case ("lognormal", 2):
      self = .logNormal(logMean: numbers[0], logStandardDeviation: numbers[1])
    case ("softuniform", 3):
      self = .softUniform(center: numbers[0], halfWidth: numbers[1], sharpness: numbers[2])
    case ("fixed", 1): self = .fixed(numbers[0])
    default: return nil
    }
    guard isValid else { return nil }
  }

  /// The prior as one types it.
  public var text: String {
    switch self {
    case .uniform(let lower, let upper): "uniform(\(lower),\(upper))"
    case .normal(let mean, let deviation): "normal(\(mean),\(deviation))"
    case .logNormal(let mean, let deviation): "lognormal(\(mean),\(deviation))"
    case .softUniform(let center, let halfWidth, let sharpness):
      "softuniform(\(center),\(halfWidth),\(sharpness))"
    case .fixed(let value): "fixed(\(value))"
    }
  }

  /// How a prior is typed.
  public static let grammar =
    "uniform(lower,upper), normal(mean,sd), lognormal(mean,sd), softuniform(center,halfwidth,sharpness) or fixed(value)"
}
