import RealModule

/// A universe as a function of its parameters: the values of all quantities that probes ask for, from one evaluation,
/// and one way back for derivatives.
///
/// The values are those of the parameters, then those of the quantities; both have slots.
///
/// Cost of one evaluation: the rates at some twenty nodes, twenty more for last scattering, and a product of these with as many
/// rows as there are distances and rates; as much for the way back.
public struct UniverseFunction: Sendable {
  /// The parameters, in the order in which they are received.
  public let parameterNames: [String]
  /// The number of values: parameters and quantities.
  public let valueCount: Int
  /// The number of elements of the tape.
  public let tapeCount: Int
  /// Where the values of quantities are.
  private let slots: [UniverseQuantity: Int]

  private let path: DistancePath?
  /// The number of parameters that the path receives, which are the first.
  private let backgroundCount: Int
  /// The number of outputs of the path, which come first behind the parameters.
  private let outputCount: Int
  private let early: EarlyScalars?
  /// h r_d of other origin: the slot, and those of its factors.
  private let reducedSoundHorizon: (slot: Int, factors: [Int])?

  /// Prepares a universe for what probes ask of it.
  ///
  /// - Parameters:
  ///   - model: the universe.
  ///   - quantities: what is asked for, in any order, each any number of times.
  ///   - points: typical parameters of the expansion, then h and what else the background has, by which the number of nodes is
  ///     chosen.
  ///   - accuracy: the relative accuracy of distances.
  /// - Throws: `UniverseError.needsEarlyUniverse`.
  public init(
    _ model: UniverseModel, _ quantities: [UniverseQuantity], for points: [[Double]] = [],
    accuracy: Double = 1e-10
  ) throws(UniverseError) {
    var (distances, rates, names) = ([Double](), [Double](), model.backgroundNames)
    let background = names.count
    var asked = Set<UniverseQuantity>()
    for quantity in quantities where asked.insert(quantity).inserted {
      switch quantity {
      case .comovingDistance(let z): distances.append(z)
      case .inverseRate(let z): rates.append(z)
      case .parameter(let name): if !names.contains(name) { names.append(name) }
      default: break
      }
    }
    func need(_ name: String) { if !names.contains(name) { names.append(name) } }
    let wantsHorizon = asked.contains(.reducedSoundHorizon)
    let wantsEarly: [UniverseQuantity] = [
      .soundHorizonAtLastScattering, .distanceToLastScattering, .baryonAndColdDensity,
    ].filter(asked.contains)
    let isComputed = model.soundHorizon == .computed && model.content != nil
    if let quantity = wantsEarly.first, !isComputed { throw .needsEarlyUniverse(quantity) }
    let hasEarly = isComputed && (wantsHorizon || !wantsEarly.isEmpty)
    if hasEarly { need("omega_b") }
    if wantsHorizon, !isComputed {
      if model.soundHorizon == .free { need("h") }
      need(model.soundHorizon == .free ? "r_d" : "h_rd")
    }
    parameterNames = names
    backgroundCount = background

    var slots: [UniverseQuantity: Int] = [:]
    for (slot, name) in names.enumerated() { slots[.parameter(name)] = slot }
    var next = names.count
    for z in distances {
      slots[.comovingDistance(redshift: z)] = next
      next += 1
    }
    let reachesLastScattering = asked.contains(.distanceToLastScattering)
    if reachesLastScattering || !(distances.isEmpty && rates.isEmpty) {
      // The way to last scattering begins where the others end, but not too early.
      let end = max((distances + rates).max() ?? 0, reachesLastScattering ? 2.2 : 0.1)
      let isShort = (distances.max() ?? 0) < end
      let last = reachesLastScattering || isShort ? [end] : []
      if !last.isEmpty {
        if reachesLastScattering { slots[.distanceToLastScattering] = next }
        next += 1
      }
      for z in rates {
        slots[.inverseRate(redshift: z)] = next
        next += 1
      }
      let line = LineOfSight(redshifts: distances + last)
      let accuracy = max(accuracy, model.expansion.distanceAccuracy)
      let path = DistancePath(
        line, level: line.level(for: points, tolerance: accuracy) { model.rates(at: $0) },
        parameterCount: background, curvatureIndex: model.expansion.curvatureIndex,
        rateRedshifts: rates,
        lastScattering: reachesLastScattering
          ? LastScattering(from: .log(onePlus: end)) : nil, tolerance: accuracy
      ) { model.rates(at: $0) }
      self.path = path
    } else {
      path = nil
    }
    outputCount = next - names.count
    if hasEarly, let content = model.content {
      let scalars = EarlyScalars(content, names, first: next)
      slots[.reducedSoundHorizon] = next
      slots[.soundHorizonAtLastScattering] = next + 1
      slots[.baryonAndColdDensity] = next + 2
      next += EarlyScalars.count
      early = scalars
      reducedSoundHorizon = nil
    } else {
      early = nil
      if wantsHorizon {
        let factors = model.soundHorizon == .free ? ["h", "r_d"] : ["h_rd"]
        slots[.reducedSoundHorizon] = next
        reducedSoundHorizon = (next, factors.compactMap { names.firstIndex(of: $0) })
        next += 1
      } else {
        reducedSoundHorizon = nil
      }
    }
    self.slots = slots
    valueCount = next
    tapeCount = (path?.tapeCount ?? 0) + EarlyScalars.tapeCount
  }

  /// Where the value of a quantity is; nil if it was not asked for.
  public func slot(of quantity: UniverseQuantity) -> Int? { slots[quantity] }

  /// Writes the values.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - values: `valueCount` elements, overwritten.
  ///   - tape: `tapeCount` elements, overwritten with what `pullBack` needs.
  /// - Returns: false where the universe has no meaning, or is outside the fit of the sound horizon.
  public func evaluate(
    at parameters: Span<Double>, values: inout MutableSpan<Double>,
    tape: inout MutableSpan<Double>
  ) -> Bool {
    let count = parameterNames.count
    precondition(
      parameters.count == count && values.count == valueCount && tape.count >= tapeCount,
      "spans of other sizes than parameters, values and tape")
    for i in 0..<count { values[i] = parameters[i] }
    var logStretch = 0.0
    if let early {
      guard let place = early.evaluate(parameters, &values, &tape) else { return false }
      logStretch = place
    }
    if let reducedSoundHorizon {
      var product = 1.0
      for factor in reducedSoundHorizon.factors { product *= parameters[factor] }
      values[reducedSoundHorizon.slot] = product
    }
    guard let path else { return true }
    return values.withUnsafeMutableBufferPointer { values in
      tape.withUnsafeMutableBufferPointer { tape in
        var outputs = values.extracting(count..<count + outputCount).mutableSpan
        var own = tape.extracting(EarlyScalars.tapeCount..<tape.count).mutableSpan
        return path.evaluate(
          at: parameters.extracting(0..<backgroundCount), lastScattering: logStretch,
          outputs: &outputs, tape: &own)
      }
    }
  }

  /// Writes Σ sᵢ ∂vᵢ/∂θ for each parameter θ.
  ///
  /// - Parameters:
  ///   - sensitivities: s, one element for each value; used up.
  ///   - values: as the evaluation left them.
  ///   - tape: likewise.
  ///   - gradient: one element for each of `parameterNames`, overwritten.
  public func pullBack(
    _ sensitivities: inout MutableSpan<Double>, values: Span<Double>, tape: Span<Double>,
    gradient: inout MutableSpan<Double>
  ) {
    let count = parameterNames.count
    var inLogStretch = 0.0
    if let path {
      sensitivities.withUnsafeMutableBufferPointer { sensitivities in
        var outputs = sensitivities.extracting(count..<count + outputCount).mutableSpan
        inLogStretch = path.pullBack(
          &outputs, at: values.extracting(0..<backgroundCount),
          lastScattering: early == nil ? 0 : tape[0],
          tape: tape.extracting(EarlyScalars.tapeCount..<tape.count), gradient: &gradient)
      }
    }
    for i in path == nil ? 0..<count : backgroundCount..<count { gradient[i] = 0 }
    for i in 0..<count { gradient[i] += sensitivities[i] }
    if let reducedSoundHorizon {
      let (slot, factors) = reducedSoundHorizon
      let sensitivity = sensitivities[slot]
      for factor in factors { gradient[factor] += sensitivity * values[slot] / values[factor] }
    }
    early?.pullBack(sensitivities.span, inLogStretch, values, tape, into: &gradient)
  }
}
