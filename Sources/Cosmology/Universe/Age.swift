import RealModule

/// The age of a universe, t₀ = (1/H₀) ∫ du/E over u = ln(1+z) ≥ 0.
public struct Age: Sendable {
  /// 1/H₀ in Gyr for h = 1, with the Julian year.
  private static let hubbleTime = 3.0856775814913673e19 / 100 / 3.15576e16
  private static let end = 20.0
  private let rates: any ExpansionRates
  private let epochs: [Epoch]
  private let weights: [Double]

  /// Prepares for a model.
  public init(_ model: UniverseModel) {
    let rule = GaussLegendre(count: 12)
    // Twelve nodes in each of panels that widen: 1/E falls like a power of 1+z.
    let ends = [0, 0.5, 1, 2, 3, 5, 8, 12, Self.end]
    var (epochs, weights) = ([Epoch](), [Double]())
    for (low, high) in zip(ends, ends.dropFirst()) {
      for (node, weight) in zip(rule.nodes, rule.weights) {
        epochs.append(Epoch(logStretch: low + (high - low) * node))
        weights.append((high - low) * weight)
      }
    }
    (self.epochs, self.weights) = (epochs, weights)
    rates = model.rates(at: epochs)
  }

  /// The age in Gyr, to 1e-6; NaN where the model has none.
  ///
  /// - Parameters:
  ///   - parameters: those of the background.
  ///   - h: the Hubble constant in units of 100 km/s/Mpc.
  public func callAsFunction(_ parameters: [Double], h: Double) -> Double {
    var values = [Double](repeating: 0, count: (1 + parameters.count) * epochs.count)
    var span = values.mutableSpan
    guard rates.evaluate(parameters.span, inverseRates: &span) else { return .nan }
    var sum = 0.0
    for (i, weight) in weights.enumerated() { sum += weight * span[i] }
    return Self.hubbleTime / h * sum
  }
}
