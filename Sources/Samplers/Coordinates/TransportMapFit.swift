import Inference
import LinearAlgebra

/// What a fit of maps gives: coordinates, and a proposal for weighted draws.
public struct TransportMapFit: Sendable, Codable, Equatable {
  /// The maps, one for each mode, that of the largest mass first.
  package(set) public var maps: [TransportMap]
  /// The mass of the posterior that belongs to each.
  public let masses: [Double]
  /// Where the modes are.
  public internal(set) var modes: [[Double]]
  /// One map of all modes, where there are several and one map can describe them.
  public internal(set) var mapOfAll: TransportMap?
  /// Location, scale and shape alone, without nonlinear dependence.
  public internal(set) var thin: TransportMap
  /// The density that proposals are drawn from.
  package(set) public var proposal: ProposalMixture
  /// A density wider than the posterior, which covers what the first map misses.
  public internal(set) var wide: ProposalMixture
  /// log Z, estimated from the pool of points.
  let logEvidence: Double
  /// How many times the density was evaluated.
  public internal(set) var evaluationCount: Int
  /// The effective sample size of the final pool of points.
  public let effectiveSampleSize: Double
  /// Whether fresh descents ended where the proposal has draws; nil if that was not tested.
  public internal(set) var completeness: Completeness?

  /// Coordinates for Markov chains: the map of a single mode or of all, or the frame of several
  /// modes, as the map of one does not describe the others.
  public var coordinates: FittedCoordinates {
    if let map = mapOfAll ?? (maps.count == 1 ? maps[0] : nil) { return .map(map) }
    return .whitened(thin.frame)
  }

  /// The first map alone, or that of all, with a share of 2 % for the prior.
  public var firstMap: ProposalMixture {
    ProposalMixture(
      [.map(mapOfAll ?? maps[0]), .prior], shares: [0.98, 0.02], dimension: maps[0].dimension)
  }

  /// What a check of the proposal is drawn from: one half of it, and one half of the wide density.
  var check: ProposalMixture {
    ProposalMixture(
      proposal.parts + wide.parts, shares: proposal.shares + wide.shares,
      dimension: proposal.dimension)
  }

  /// The same for a density with the coordinates that the fit could leave out, as they are N(0, 1)
  /// whatever the others are.
  func whole(_ density: any LogDensity, _ callCount: Int) -> TransportMapFit {
    var fit = self
    fit.evaluationCount = callCount
    let count = density.independentCount
    if count == 0 { return fit }
    fit.maps = maps.map { $0.extended(by: count) }
    fit.mapOfAll = mapOfAll?.extended(by: count)
    fit.thin = thin.extended(by: count)
    fit.modes = modes.map { $0 + [Double](repeating: 0, count: count) }
    fit.wide = wide.extended(by: count)
    fit.proposal = proposal.extended(by: count)
    return fit
  }

  /// The fit of an earlier sampler of the same run, or of the run that is continued, or a new one.
  ///
  /// - Returns: the fit, and whether it is new to this run.
  static func shared(
    _ density: any LogDensity, in context: RunContext
  ) async throws(SamplingError) -> (fit: TransportMapFit, isNew: Bool) {
    if let known = context.earlier.lazy.compactMap({ $0.details as? TransportMapFit }).first {
      return (known, false)
    }
    let kept = context.state(
      TransportMapFit.self, stateName, orElse: "the coordinates are fitted again")
    if let kept, kept.fits(density.dimension) { return (kept, true) }
    var failure: SamplingError?
    for attempt in 0..<3 {
      do throws(SamplingError) {
        let fit = try await TransportMapFitter().fit(
          density, in: attempt == 0 ? context : context.child("fit \(attempt)"))
        // A fit that cannot be stored only costs time when the run is resumed.
        try? context.store.keep(fit, stateName)
        return (fit, true)
      } catch {
        // Other random numbers may succeed, unless the run was stopped or cannot succeed.
        guard case .noMode = error else { throw error }
        failure = error
      }
    }
    throw failure ?? .noMode([])
  }

  /// Whether what was read from a file is a fit for a number of parameters.
  private func fits(_ dimension: Int) -> Bool {
    !maps.isEmpty && masses.count == maps.count && modes.count == maps.count
      && (maps + [thin] + [mapOfAll].compactMap(\.self)).allSatisfy { $0.dimension == dimension }
      && modes.allSatisfy { $0.count == dimension && $0.allSatisfy(\.isFinite) }
      && [proposal, wide].allSatisfy { $0.dimension == dimension }
  }

  /// Where it is kept.
  static let stateName = "coordinates.json"
}

extension TransportMap {
  /// The same map with further coordinates, which it leaves unchanged.
  func extended(by count: Int) -> TransportMap {
    let more = (0..<count).map { index in
      var layers = ConditionalLayers(variableCount: dimension + index, degree: 0)
      layers.coefficients[0] = .zero
      return layers
    }
    return TransportMap(frame.extended(by: count), layers + more)
  }
}

extension ProposalMixture {
  /// The same with further coordinates around 0, of scale 1.
  fileprivate func extended(by count: Int) -> ProposalMixture {
    ProposalMixture(
      parts.map { $0.extended(by: count) }, shares: shares, dimension: dimension + count)
  }
}

extension ProposalMixture.Part {
  fileprivate func extended(by count: Int) -> Self {
    switch self {
    case .prior: .prior
    case .student(let density): .student(density.extended(by: count))
    case .map(let map): .map(map.extended(by: count))
    case .wideMap(let map): .wideMap(map.extended(by: count))
    }
  }
}
