import RealModule

/// The age of a universe, t₀ = (1/H₀) ∫ du/E over u = ln(1+z) ≥ 0; where E² becomes negative in the past, beyond all data, the time
/// since about then.
public struct Age: Sendable {
  /// 1/H₀ in Gyr for h = 1, with the Julian year.
  private static let hubbleTime = 3.0856775814913673e19 / 100 / 3.15576e16
  private static let end = 20.0
  /// The rates at the nodes of panels, with the weights.
  private let panels: [(rates: any ExpansionRates, weights: [Double])]

  /// Prepares for a model.
  public init(_ model: UniverseModel) {
    let rule = GaussLegendre(count: 12)
    // Twelve nodes in each of panels that widen: 1/E falls like a power of 1+z.
    let ends = [0, 0.5, 1, 2, 3, 5, 8, 12, Self.end]
    panels = zip(ends, ends.dropFirst()).map { low, high in
      (
        model.rates(at: rule.nodes.map { Epoch(logStretch: low + (high - low) * $0) }),
        rule.weights.map { (high - low) * $0 }
      )
    }
  }

  /// The age in Gyr, to 1e-6.
  ///
  /// - Parameters:
  ///   - parameters: those of the background.
  ///   - h: the Hubble constant in units of 100 km/s/Mpc.
  public func callAsFunction(_ parameters: [Double], h: Double) -> Double {
    var sum = 0.0
    for (rates, weights) in panels {
      var values = [Double](repeating: 0, count: (1 + parameters.count) * weights.count)
      var span = values.mutableSpan
      guard rates.evaluate(parameters.span, inverseRates: &span) else { break }
      for (i, weight) in weights.enumerated() { sum += weight * span[i] }
    }
    return Self.hubbleTime / h * sum
  }
}
