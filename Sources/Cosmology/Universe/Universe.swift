import RealModule

/// A universe at one point of its parameters, with its distances and sizes.
///
/// ```swift
/// let universe = Universe(FlatWCDM(), [0.3, -0.9], h: 0.7)
/// print(universe.distanceModulus(redshift: 0.5))
/// ```
public struct Universe: Sendable {
  /// The model.
  public let model: UniverseModel
  /// The parameters by name.
  public let parameters: [String: Double]

  /// A universe of an expansion model.
  ///
  /// - Parameters:
  ///   - expansion: the expansion.
  ///   - parameters: one value for each of its `parameterNames`.
  ///   - h: the Hubble constant in units of 100 km/s/Mpc, positive.
  public init(_ expansion: some ExpansionModel, _ parameters: [Double], h: Double) {
    let names = expansion.parameterNames
    precondition(parameters.count == names.count, "\(parameters.count) values for \(names)")
    do {
      model = try UniverseModel(expansion)
    } catch {
      preconditionFailure("\(error)")
    }
    self.parameters = Dictionary(
      zip(names + ["h"], parameters + [h]), uniquingKeysWith: { first, _ in first })
  }

  /// A universe of a model with any content.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - parameters: its parameters by name, h among them for distances in Mpc.
  public init(_ model: UniverseModel, _ parameters: [String: Double]) {
    (self.model, self.parameters) = (model, parameters)
  }

  /// h, the Hubble constant in units of 100 km/s/Mpc; NaN if it is not given.
  public var h: Double { parameters["h"] ?? .nan }

  /// The value of a quantity; NaN where the universe has none, or a parameter that it needs is not given.
  ///
  /// For many at once, or derivatives, use `UniverseFunction`.
  public subscript(quantity: UniverseQuantity) -> Double {
    guard let function = try? UniverseFunction(model, [quantity]),
      let slot = function.slot(of: quantity)
    else { return .nan }
    let point = function.parameterNames.map { parameters[$0] ?? .nan }
    var values = [Double](repeating: 0, count: function.valueCount)
    var tape = [Double](repeating: 0, count: function.tapeCount)
    var valueSpan = values.mutableSpan
    var tapeSpan = tape.mutableSpan
    guard point.allSatisfy(\.isFinite),
      function.evaluate(at: point.span, values: &valueSpan, tape: &tapeSpan)
    else { return .nan }
    return valueSpan[slot]
  }

  /// The value of what surveys measure.
  public subscript(observable: Observable) -> Double { observable.value { self[$0] } }

  /// E = H(z)/H₀; NaN where E² is negative.
  public func expansionRate(redshift z: Double) -> Double {
    guard z > -1 else { return .nan }
    let point = model.backgroundNames.map { parameters[$0] ?? .nan }
    var values = [Double](repeating: 0, count: 1 + point.count)
    var span = values.mutableSpan
    let epoch = Epoch(logStretch: .log(onePlus: z))
    guard model.rates(at: [epoch]).evaluate(point.span, inverseRates: &span) else { return .nan }
    return 1 / span[0]
  }

  /// The transverse comoving distance to a redshift in Mpc.
  ///
  /// - Parameter z: zero or positive; the distance is NaN otherwise, and where the model has none.
  public func comovingDistance(redshift z: Double) -> Double {
    guard z > 0 else { return z == 0 ? 0 : .nan }
    return hubbleDistance / h * self[.comovingDistance(redshift: z)]
  }

  /// The luminosity distance to a redshift in Mpc: (1+z) times the comoving distance.
  public func luminosityDistance(redshift z: Double) -> Double {
    (1 + z) * comovingDistance(redshift: z)
  }

  /// The distance modulus 5 log₁₀(D_L / 10 pc) in magnitudes.
  ///
  /// - Parameters:
  ///   - z: the cosmological redshift (zHD), corrected for peculiar motions, which sets the
  ///     comoving distance.
  ///   - heliocentric: the redshift as observed (zHEL), which dims the light; equal to `z` if not
  ///     given.
  public func distanceModulus(redshift z: Double, heliocentric: Double? = nil) -> Double {
    let distance = (1 + (heliocentric ?? z)) * comovingDistance(redshift: z)
    return 5 * .log10(distance) + 25
  }
}
