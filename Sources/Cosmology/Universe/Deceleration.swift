import RealModule

/// The deceleration parameter today, q₀ = −1 + dlnE/du with u = ln(1+z), from E at four redshifts beside 0.
public struct Deceleration: Sendable {
  private static let step = 2e-3
  private let rates: any ExpansionRates

  /// Prepares for a model.
  public init(_ model: UniverseModel) {
    rates = model.rates(at: [-2, -1, 1, 2].map { Epoch(logStretch: Self.step * $0) })
  }

  /// q₀ to 1e-9; NaN where the universe has no meaning.
  ///
  /// - Parameter parameters: those of the background.
  public func callAsFunction(_ parameters: [Double]) -> Double {
    var values = [Double](repeating: 0, count: 4 * (1 + parameters.count))
    var span = values.mutableSpan
    guard rates.evaluate(parameters.span, inverseRates: &span) else { return .nan }
    let logs = values.prefix(4).map { -Double.log($0) }
    return -1 + (8 * (logs[2] - logs[1]) - (logs[3] - logs[0])) / (12 * Self.step)
  }
}
