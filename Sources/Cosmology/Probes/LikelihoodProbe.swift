public import Inference

/// Any likelihood of the universe's parameters and of its own, which computes its own distances, as one of several
/// probes.
public struct LikelihoodProbe: Probe {
  /// The name.
  public let name: String
  /// The likelihood.
  public let likelihood: any GaussianLikelihood
  /// Its parameters that are the universe's.
  private let shared: [String]

  /// A probe of a likelihood.
  ///
  /// - Parameters:
  ///   - name: that of the probe.
  ///   - likelihood: the likelihood.
  ///   - shared: which of its parameters are the universe's; the others are its own.
  public init(_ name: String, _ likelihood: any GaussianLikelihood, shared: [String]) {
    (self.name, self.likelihood) = (name, likelihood)
    self.shared = likelihood.parameterNames.filter(shared.contains)
  }

  /// Its parameters that are the universe's.
  public var quantities: [UniverseQuantity] { shared.map { .parameter($0) } }
  /// The others.
  public var nuisanceNames: [String] {
    likelihood.parameterNames.filter { !shared.contains($0) }
  }
  /// That of the likelihood.
  public var dataCount: Int { likelihood.dataCount }
  /// That of the likelihood.
  public var marginalisedCount: Int { likelihood.marginalisedCount }
  /// That of the likelihood.
  public var offset: LinearOffset? { (likelihood as? any OffsetLikelihood)?.offset }

  /// The probe with its parameters found.
  public func bound(to universe: UniverseFunction) -> any BoundProbe {
    let names = nuisanceNames
    return BoundLikelihoodProbe(
      likelihood: likelihood,
      slots: likelihood.parameterNames.map { universe.slot(of: .parameter($0)) },
      places: likelihood.parameterNames.map { names.firstIndex(of: $0) })
  }
}

private struct BoundLikelihoodProbe: BoundProbe {
  var likelihood: any GaussianLikelihood
  /// For each parameter its slot, or its place among the probe's own.
  let slots, places: [Int?]

  /// Not known.
  var logNormalisation: Double { .nan }

  func chiSquared(_ values: [Double], nuisances: [Double], logLikelihood: Double) -> Double {
    likelihood.chiSquared(at: point(values.span, nuisances.span))
  }

  var data: [Double] { likelihood.data }

  private func point(_ values: Span<Double>, _ nuisances: Span<Double>) -> [Double] {
    var point: [Double] = []
    for i in slots.indices {
      if let place = places[i] {
        point.append(nuisances[place])
      } else if let slot = slots[i] {
        point.append(values[slot])
      }
    }
    return point
  }

  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    let point = point(values, nuisances)
    var slopes = point
    var span = slopes.mutableSpan
    let value = likelihood.logLikelihood(at: point.span, gradient: &span)
    guard value.isFinite else { return value }
    for i in slots.indices {
      if let place = places[i] {
        gradient[place] = slopes[i]
      } else if let slot = slots[i] {
        sensitivities[slot] += slopes[i]
      }
    }
    return value
  }

  func prediction(_ values: [Double], nuisances: [Double]) -> [Double] {
    likelihood.prediction(at: point(values.span, nuisances.span))
  }

  func replacingData(_ data: [Double]) -> any BoundProbe {
    var other = self
    other.likelihood = likelihood.replacingData(data)
    return other
  }
}
