import Inference
import RealModule

extension FitState {
  /// The mixture with optimal shares, once what it misses has a component of its own.
  mutating func result() async throws(SamplingError) -> TransportMapFit {
    var now = weights(pool.logWeights())
    updateMasses(now, owners())
    fittedModes = fittedModes.filter { !$0.maps.isEmpty }.sorted { $0.mass > $1.mass }
    guard let first = fittedModes.first else {
      throw .noMode(density.describe([Double](repeating: 0, count: dimension)))
    }
    var parts = MixtureParts(dimension: dimension)
    try await parts.extend(to: pool, now, in: context)
    try await parts.add([.prior], least: 0.005, in: context)
    for fitted in fittedModes {
      let own =
        fitted.maps.reversed().map { ProposalMixture.Part.map($0.trimmed) }
        + (fitted.hot.map { [.map($0)] } ?? []) + [.student(fitted.student)]
      try await parts.add(own, least: 0.005 * max(fitted.mass, 0.02), in: context)
    }
    try await parts.add(spurs.map { .student($0) }, least: 0.001, in: context)
    var missed = spurs
    var mixture = parts.best(pool, now)
    for _ in 0..<2 {
      try await pool.add(roundSize / 2, of: density, from: tails(mixture), in: context)
      now = weights(pool.logWeights())
      try await parts.extend(to: pool, now, in: context)
      let found = MissedMass.densities(
        parts.sample(now), logRatios: parts.logRatios(mixture.shares, pool), count: 3)
      missed += found
      try await parts.add(found.map { .student($0) }, least: 0.001, in: context)
      mixture = parts.best(pool, now)
      if found.isEmpty { break }
    }
    let sample = parts.sample(now)
    let mapOfAll = try await mapOfAll(sample, now)
    if let mapOfAll {
      try await parts.add([.map(mapOfAll)], least: 0.001, in: context)
      mixture = parts.best(pool, now)
    }
    let few = sample.thinned(to: 4000, using: &random)
    var thin = MapFamily.thin.identity(first.maps[0].frame)
    if let frame = few.frame {
      thin = await MapFamily.thin.fit(
        MapFamily.thin.identity(frame.coordinates), to: few, steps: 10, in: context)
    }
    return TransportMapFit(
      maps: fittedModes.compactMap { $0.maps.last?.trimmed }, masses: fittedModes.map(\.mass),
      modes: fittedModes.map(\.mode.position), mapOfAll: mapOfAll, thin: thin, proposal: mixture,
      wide: wide(missed),
      logEvidence: pool.logEvidence, evaluationCount: density.callCount,
      effectiveSampleSize: sample.effectiveSampleSize, completeness: nil)
  }

  /// Half of a mixture, and half of the tempered posterior, whose draws show what the mixture misses.
  private func tails(_ mixture: ProposalMixture) -> ProposalMixture {
    let hot = fittedModes.compactMap(\.hot)
    return ProposalMixture(
      mixture.parts + hot.map { .map($0) },
      shares: mixture.shares + hot.map { _ in 1 / Double(hot.count) }, dimension: dimension)
  }

  /// A density around the whole posterior: the prior, the modes' tails, the other modes' maps, and what
  /// the maps miss.
  private func wide(_ missed: [StudentDensity]) -> ProposalMixture {
    var (parts, shares): ([ProposalMixture.Part], [Double]) = ([.prior], [1])
    for fitted in fittedModes {
      parts.append(.student(fitted.student))
      shares.append(max(fitted.mass, 0.02))
    }
    for fitted in fittedModes.dropFirst() {
      guard let map = fitted.maps.last else { continue }
      parts.append(.map(map.trimmed))
      shares.append(max(fitted.mass, 0.02))
    }
    parts += missed.map { .student($0) }
    shares += missed.map { _ in 1 / Double(missed.count) }
    return ProposalMixture(parts, shares: shares, dimension: dimension)
  }

  /// One map of all modes; nil where their common frame alone is more efficient.
  private mutating func mapOfAll(
    _ sample: WeightedPoints, _ weights: [Double]
  ) async throws(SamplingError) -> TransportMap? {
    guard fittedModes.count > 1, let frame = sample.frame else { return nil }
    let map = await converged(await firstMap(of: sample, frame), of: sample).trimmed
    let plain = MapFamily.thin.identity(frame.coordinates)
    return try await efficiency(of: map, weights) > efficiency(of: plain, weights) ? map : nil
  }

  /// The efficiency of a map alone, with a little of the prior: 1 / E[w] at draws of the posterior.
  private func efficiency(
    of map: TransportMap, _ weights: [Double]
  ) async throws(SamplingError) -> Double {
    var parts = MixtureParts(dimension: dimension)
    try await parts.extend(to: pool, weights, in: context)
    try await parts.add([.prior, .map(map)], least: 0, in: context)
    return 1
      / zip(parts.sample(weights).weights, parts.logRatios([0.02, 0.98], pool)).reduce(0) {
        $1.0 > 0 ? $0 + $1.0 * .exp($1.1) : $0
      }
  }
}
