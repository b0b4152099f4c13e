/// The mean supernova of a sample of light curves, weighted as for their zero point.
struct MeanLightCurve {
  private let shape: Double
  private let color: Double
  /// The fraction of massive hosts.
  private let massive: Double
  /// The parameters that the sample is standardised with.
  private let best: [String: Double]

  /// The name of the zero point.
  private let zeroPoint: String

  init(
    _ sample: LightCurveSample, weights: [Double], standardisedWith best: [String: Double],
    zeroPoint: String
  ) {
    self.zeroPoint = zeroPoint
    func mean(_ quantity: (LightCurveSample.Supernova) -> Double) -> Double {
      zip(weights, sample.supernovae).reduce(0) { $0 + $1.0 * quantity($1.1) }
    }
    shape = mean(\.shape)
    color = mean(\.color)
    massive = mean { $0.hasMassiveHost ? 1 : 0 }
    self.best = best
  }

  /// The change of its magnitude with the parameters at fixed distance.
  func shift(at parameters: [String: Double]) -> Double {
    func change(_ name: String) -> Double { (parameters[name] ?? 0) - (best[name] ?? 0) }
    return change(zeroPoint) + massive * change("delta_M") - shape * change("alpha")
      + color * change("beta")
  }
}
