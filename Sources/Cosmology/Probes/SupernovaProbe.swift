public import Inference

/// Supernova magnitudes as one of several probes, from a few nodes in redshift.
///
/// A zero point is the probe's own, unless it is h and the data measure h, as calibrators do.
public struct SupernovaProbe: Probe {
  /// The name.
  public let name: String
  /// The likelihood, which answers alone where the nodes are not enough.
  public let likelihood: ProjectedSupernovaLikelihood<BackgroundDistances>
  /// Parameters of the likelihood that are the universe's.
  private let shared: [String]

  /// A probe of a projected likelihood.
  public init(_ name: String, _ likelihood: ProjectedSupernovaLikelihood<BackgroundDistances>) {
    self.name = name
    self.likelihood = likelihood
    let own = likelihood.parameterNames.dropFirst(likelihood.direct.distances.parameterNames.count)
    shared =
      likelihood.direct.sample.calibratorModuli.isEmpty ? [] : own.filter { $0 == "h" }
  }

  private var offsetNames: [String] {
    Array(
      likelihood.parameterNames.dropFirst(likelihood.direct.distances.parameterNames.count))
  }

  /// The distances to the nodes, and h if it is measured.
  public var quantities: [UniverseQuantity] {
    likelihood.nodeRedshifts.map { .comovingDistance(redshift: $0) }
      + (likelihood.direct.distances.parameterNames + shared).map { .parameter($0) }
  }
  /// What the last coefficients on the nodes need, so that the nodes are enough for so many supernovae.
  public var distanceAccuracy: Double {
    min(1e-10, 20 * likelihood.projection.acceptedTruncation(for: likelihood.dataCount))
  }
  /// The zero points that are not the universe's.
  public var nuisanceNames: [String] { offsetNames.filter { !shared.contains($0) } }
  /// That of the likelihood.
  public var dataCount: Int { likelihood.dataCount }
  /// That of the likelihood.
  public var marginalisedCount: Int { likelihood.marginalisedCount }
  /// That of the likelihood.
  public var offset: LinearOffset? { likelihood.offset }

  /// The probe with its nodes found.
  public func bound(to universe: UniverseFunction) -> any BoundProbe {
    let names = nuisanceNames
    return BoundSupernovaProbe(
      likelihood: likelihood, projection: likelihood.projection,
      nodes: likelihood.nodeRedshifts.compactMap {
        universe.slot(of: .comovingDistance(redshift: $0))
      },
      parameters: likelihood.direct.distances.parameterNames.compactMap {
        universe.slot(of: .parameter($0))
      },
      offsets: offsetNames.map { name in
        names.firstIndex(of: name).map { .own($0) }
          ?? .shared(universe.slot(of: .parameter(name)) ?? 0)
      })
  }
}

private struct BoundSupernovaProbe: SummarisedProbe {
  /// Where an offset is.
  enum Place {
    case own(Int)
    case shared(Int)
  }

  var likelihood: ProjectedSupernovaLikelihood<BackgroundDistances>
  /// That of the likelihood.
  var projection: NodeProjection
  /// The slots of the distances to the nodes.
  let nodes: [Int]
  /// The slots of the parameters of the distances.
  let parameters: [Int]
  let offsets: [Place]

  var logNormalisation: Double { likelihood.logNormalisation }
  var data: [Double] { likelihood.data }

  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    let count = projection.scratchCount
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count + 4) { scratch in
      guard let start = scratch.baseAddress else { return -.infinity }
      // Zero points: at most h and M.
      let places = start + count
      for i in 0..<offsets.count {
        switch offsets[i] {
        case .own(let index): places[i] = nuisances[index]
        case .shared(let slot): places[i] = values[slot]
        }
      }
      for i in 0..<nodes.count { start[i] = values[nodes[i]] }
      guard let value = projection.logLikelihood(start, offsets: places, places + 2) else {
        return direct(values, nuisances, &sensitivities, &gradient)
      }
      guard value > -.infinity else { return value }
      for i in 0..<nodes.count { sensitivities[nodes[i]] += start[i] }
      for i in 0..<offsets.count {
        switch offsets[i] {
        case .own(let index): gradient[index] = places[2 + i]
        case .shared(let slot): sensitivities[slot] += places[2 + i]
        }
      }
      return value
    }
  }

  /// From all supernovae, where the nodes are not enough.
  private func direct(
    _ values: Span<Double>, _ nuisances: Span<Double>,
    _ sensitivities: inout MutableSpan<Double>, _ gradient: inout MutableSpan<Double>
  ) -> Double {
    let point = arguments(values, nuisances)
    var slopes = point
    var span = slopes.mutableSpan
    let value = likelihood.direct.logLikelihood(at: point.span, gradient: &span)
    guard value.isFinite else { return -.infinity }
    for (i, slot) in parameters.enumerated() { sensitivities[slot] += slopes[i] }
    for (i, place) in offsets.enumerated() {
      let slope = slopes[parameters.count + i]
      switch place {
      case .own(let index): gradient[index] = slope
      case .shared(let slot): sensitivities[slot] += slope
      }
    }
    return value
  }

  private func arguments(_ values: Span<Double>, _ nuisances: Span<Double>) -> [Double] {
    var point = parameters.map { values[$0] }
    for place in offsets {
      switch place {
      case .own(let index): point.append(nuisances[index])
      case .shared(let slot): point.append(values[slot])
      }
    }
    return point
  }

  func prediction(_ values: [Double], nuisances: [Double]) -> [Double] {
    likelihood.prediction(at: arguments(values.span, nuisances.span))
  }

  func replacingData(_ data: [Double]) -> any BoundProbe {
    var other = self
    other.likelihood = likelihood.replacingData(data)
    other.projection = other.likelihood.projection
    return other
  }

  /// Qᵀ W y.
  var summaries: [Double] { projection.summaries }

  func summaries(of prediction: [Double]) -> [Double] {
    likelihood.summaries(of: prediction)
  }

  func predictedSummaries(_ values: [Double], nuisances: [Double]) -> [Double]? {
    projection.predictedSummaries(
      nodes.map { values[$0] },
      offsets: offsets.map { place in
        switch place {
        case .own(let index): nuisances[index]
        case .shared(let slot): values[slot]
        }
      })
  }

  func isSummarised(_ values: [Double], nuisances: [Double]) -> Bool {
    projection.suffices(
      forDistances: nodes.map { values[$0] }, chiSquared: Double(likelihood.dataCount))
  }

  func drawnData(
    _ values: [Double], nuisances: [Double], using generator: inout RandomStream
  ) -> [Double] {
    likelihood.direct.drawnData(
      at: arguments(values.span, nuisances.span), using: &generator)
  }

  func replacingSummaries(_ summaries: [Double]) -> BoundSupernovaProbe {
    var other = self
    other.likelihood = likelihood.replacingSummaries(summaries)
    other.projection = other.likelihood.projection
    return other
  }
}
