import Inference
import LinearAlgebra
import RealModule

/// A fit of maps in progress: the pool of points, and what each mode has so far.
struct FitState {
  let density: CountedDensity
  let context: RunContext
  let dimension: Int
  let family: MapFamily
  var pool: ImportancePool
  var fittedModes: [FittedMode]
  /// Densities at ends of descents that belong to a known mode, but are hardly covered by its map.
  var spurs: [StudentDensity] = []
  var random: RandomStream

  /// What belongs to a mode.
  struct FittedMode {
    let mode: PosteriorMode
    var mass: Double
    /// The last maps, the newest last.
    var maps: [TransportMap] = []
    /// Whether the frame of the last is kept.
    var isFrozen = false
    /// A coarse map of a tempered posterior.
    var hot: TransportMap?
    var student: StudentDensity

    init?(_ mode: PosteriorMode, mass: Double) {
      guard let student = Self.around(mode) else { return nil }
      (self.mode, self.mass, self.student) = (mode, mass, student)
    }

    /// A density around a mode.
    static func around(_ mode: PosteriorMode) -> StudentDensity? {
      try? StudentDensity(
        mean: mode.position, covariance: mode.covariance, stretch: 2.0.squareRoot(), freedom: 4)
    }
  }

  init(_ density: CountedDensity, _ modes: [PosteriorMode], _ context: RunContext) {
    (self.density, self.context) = (density, context)
    dimension = density.dimension
    family = MapFamily(dimension: dimension)
    pool = ImportancePool(dimension: dimension)
    let largest = modes.map(\.logMass).max() ?? 0
    let sum = modes.reduce(0) { $0 + Double.exp($1.logMass - largest) }
    fittedModes = modes.compactMap { FittedMode($0, mass: .exp($0.logMass - largest) / sum) }
    random = context.seed.stream("thinning of the pool")
  }

  // MARK: The rounds

  mutating func run(rounds: Int) async throws(SamplingError) {
    try await addPilot()
    for round in 0..<rounds {
      let size = try await refit()
      let coefficients = fittedModes.reduce(0) { $0 + ($1.maps.last?.coefficientCount ?? 0) }
      // Of many parameters terms are chosen by what they gain from the points that there are.
      let least = Double(1500 * dimension)
      let goal = dimension > 9 ? least : max(least, 30 * Double(coefficients))
      if round >= 2, size >= goal { break }
      try await pool.add(
        roundSize, of: density, from: roundMixture(), in: context)
    }
    try await refitForLast()
  }

  /// Covers modes that were found later: with a map of their own, or where they belong to a mode that is
  /// known, with a density.
  mutating func cover(_ missed: [PosteriorMode], rounds: Int) async throws(SamplingError) {
    let all = PosteriorMode.distinct(fittedModes.map(\.mode) + missed, of: density)
    let new = all.filter { mode in !fittedModes.contains { $0.mode.position == mode.position } }
    let more = new.prefix(max(0, 8 - fittedModes.count)).compactMap { FittedMode($0, mass: 0.05) }
    spurs += missed.filter { end in !new.contains { $0.position == end.position } }
      .compactMap(FittedMode.around)
    fittedModes += more
    let fresh = more.map(\.student) + spurs
    if fresh.isEmpty { return }
    try await pool.add(
      400 * dimension, of: density,
      from: ProposalMixture(
        fresh.map { .student($0) } + [.prior], shares: fresh.map { _ in 1 } + [0.1],
        dimension: dimension), in: context)
    if more.isEmpty { return }
    for _ in 0..<min(3, rounds) {
      _ = try await refit()
      try await pool.add(roundSize, of: density, from: roundMixture(), in: context)
    }
    try await refitForLast()
  }

  var roundSize: Int { dimension <= 3 ? 3000 * dimension : 1000 * dimension }

  /// The first points: around the modes, and from the prior where that is cheap.
  private mutating func addPilot() async throws(SamplingError) {
    if dimension <= 4 {
      let count = [0, 1024, 8192, 32_768, 32_768][dimension]
      try await pool.add(
        PriorStarts.evenPoints(count, dimension: dimension, context.seed.stream("even points")),
        of: density, from: ProposalMixture([.prior], shares: [1], dimension: dimension),
        in: context)
    }
    let count = dimension <= 4 ? 1000 * dimension : 400 * dimension
    let parts = fittedModes.map { ProposalMixture.Part.student($0.student) } + [.prior]
    let shares = fittedModes.map { 0.95 * ($0.mass + 0.05) } + [0.05]
    try await pool.add(
      count, of: density,
      from: ProposalMixture(parts, shares: shares, dimension: dimension), in: context)
  }

  /// What a round is drawn from.
  private func roundMixture() -> ProposalMixture {
    var parts: [ProposalMixture.Part] = [.prior]
    var shares = [0.02]
    for fitted in fittedModes {
      let mass = max(fitted.mass, 0.15)
      if let map = fitted.maps.last {
        parts.append(.wideMap(map))
        shares.append(0.68 * mass)
      }
      if let hot = fitted.hot {
        parts.append(.map(hot))
        shares.append(0.25 * mass)
      }
      parts.append(.student(fitted.student))
      shares.append(0.05 * mass)
    }
    return ProposalMixture(parts, shares: shares, dimension: dimension)
  }

  // MARK: Fits

  /// Fits all maps to the pool.
  ///
  /// - Returns: the effective sample size of the pool.
  private mutating func refit() async throws(SamplingError) -> Double {
    let full = weights(pool.logWeights())
    let size = 1 / full.reduce(0) { $0 + $1 * $1 }
    let (enough, plenty) = (25 * Double(dimension), 30 * Double(dimension))
    let used = size >= enough ? full : tempered(full, to: plenty)
    // Where the posterior is a tenth of its square root in each parameter's width.
    let heat = Double.pow(10, -2 / Double(dimension))
    let hot = weights(pool.logWeights(power: heat))
    let owners = owners()
    updateMasses(full, owners)
    for index in fittedModes.indices {
      let own = sample(used, of: index, owners)
      guard own.count > 2 * dimension, let frame = own.frame else { continue }
      fittedModes[index].student =
        (try? StudentDensity(
          mean: frame.mean, covariance: frame.covariance, stretch: 1.3, freedom: 3))
        ?? fittedModes[index].student
      let map: TransportMap
      if fittedModes[index].isFrozen, let last = fittedModes[index].maps.last,
        Self.fits(last.frame, frame.mean, frame.covariance)
      {
        let points = own.thinned(to: 16_000, using: &random)
        map = await family.fit(last, to: points, steps: 4, tests: 1, in: context)
      } else {
        map = await firstMap(of: own, frame)
        fittedModes[index].isFrozen = size >= 1000 * Double(dimension)
      }
      fittedModes[index].maps = fittedModes[index].maps.suffix(2) + [map]

      let warm = sample(hot, of: index, owners).thinned(to: 4000, using: &random)
      if warm.count > 2 * dimension, let frame = warm.frame {
        let coarse = MapFamily.coarse(dimension: dimension)
        fittedModes[index].hot = await coarse.fit(
          coarse.identity(frame.coordinates), to: warm, steps: 8, in: context)
      }
      try context.checkStop(during: TransportMapFitter.stage)
    }
    return size
  }

  /// The last fit, converged, without which the tails are not right.
  private mutating func refitForLast() async throws(SamplingError) {
    let (full, owners) = (weights(pool.logWeights()), owners())
    for index in fittedModes.indices {
      guard let last = fittedModes[index].maps.last else { continue }
      let own = sample(full, of: index, owners)
      guard own.count > 2 * dimension else { continue }
      fittedModes[index].maps = fittedModes[index].maps.suffix(2) + [await converged(last, of: own)]
      try context.checkStop(during: TransportMapFitter.stage)
    }
  }

  /// A map in the frame that suits it best.
  mutating func firstMap(
    of sample: WeightedPoints,
    _ frame: (mean: [Double], covariance: Matrix, coordinates: WhiteningCoordinates)
  ) async -> TransportMap {
    let points = sample.thinned(to: 2500 + 700 * dimension, using: &random)
    let best = await FrameTrial(
      points, frame.mean, frame.covariance, in: context, using: &random
    ).best(frame.coordinates)
    return await family.fit(family.identity(best), to: points, steps: 10, in: context)
  }

  /// The same map with the likelihood of the sample at its largest.
  mutating func converged(
    _ map: TransportMap, of sample: WeightedPoints
  ) async -> TransportMap {
    let few = sample.thinned(to: 5000, using: &random)
    let near = await family.fit(map, to: few, steps: 30, tests: 1, in: context)
    let many = sample.thinned(to: 30_000, using: &random)
    return await family.fit(near, to: many, steps: 8, tests: 0, in: context)
  }

  /// Whether points have the mean and the axes of a frame, so that a map in it can go on.
  private static func fits(
    _ frame: WhiteningCoordinates, _ mean: [Double], _ covariance: Matrix
  ) -> Bool {
    let shift = frame.coordinates(of: mean).coordinates
    if shift.contains(where: { abs($0) > 0.35 }) { return false }
    let values = frame.whitened(covariance).symmetricEigenvalues() ?? []
    return values.count == mean.count && values.allSatisfy { (0.6...1.6).contains($0) }
  }

  // MARK: Weights

  /// Weights that add up to 1, none of them more than a fiftieth.
  func weights(_ logWeights: [Double]) -> [Double] {
    let largest = logWeights.reduce(-.infinity, max)
    var weights = logWeights.map { largest > -.infinity ? Double.exp($0 - largest) : 0 }
    let sum = weights.reduce(0, +)
    for index in weights.indices { weights[index] = min(weights[index] / sum, 0.02) }
    let rest = weights.reduce(0, +)
    return weights.map { $0 / rest }
  }

  /// The power of the weights that gives them a wanted effective sample size.
  private func tempered(_ weights: [Double], to wanted: Double) -> [Double] {
    func powered(_ power: Double) -> [Double] {
      let raised = weights.map { $0 > 0 ? Double.pow($0, power) : 0 }
      let sum = raised.reduce(0, +)
      return raised.map { $0 / sum }
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<20 {
      let middle = 0.5 * (low + high)
      let size = 1 / powered(middle).reduce(0) { $0 + $1 * $1 }
      if size >= wanted { low = middle } else { high = middle }
    }
    return powered(low)
  }

  /// The mode that each point of the pool belongs to: the nearest, in the metric of its curvature.
  func owners() -> [Int] {
    guard fittedModes.count > 1 else { return [] }
    return (0..<pool.count).map { index in
      let point = Array(pool.points[index * dimension..<(index + 1) * dimension])
      var (best, least) = (0, Double.infinity)
      for (fitted, content) in fittedModes.enumerated() {
        let distance = content.mode.squaredDistance(to: point)
        if distance < least { (best, least) = (fitted, distance) }
      }
      return best
    }
  }

  func sample(_ weights: [Double], of fitted: Int, _ owners: [Int]) -> WeightedPoints {
    let chosen = weights.indices.filter {
      weights[$0] > 1e-12 && (owners.isEmpty || owners[$0] == fitted)
    }
    return WeightedPoints(
      chosen.flatMap { pool.points[$0 * dimension..<($0 + 1) * dimension] },
      weights: chosen.map { weights[$0] }, dimension: dimension)
  }

  mutating func updateMasses(_ weights: [Double], _ owners: [Int]) {
    guard !owners.isEmpty else { return }
    for index in fittedModes.indices { fittedModes[index].mass = 0 }
    for (owner, weight) in zip(owners, weights) { fittedModes[owner].mass += weight }
  }
}
