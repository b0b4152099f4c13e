import RealModule

/// Distances in any model, exact to rounding.
///
/// With u = ln(1+z) the distance is D_C = ∫ (1+z)/E du = u × the mean of (1+z)/E from 0 to u. The
/// integrand is analytic, so a polynomial through Chebyshev nodes reaches rounding with some twenty
/// values for all redshifts together, and its mean is a linear function of these values. The last
/// coefficients of the polynomial tell whether it did; where E comes close to zero the nodes are
/// doubled until it does.
///
/// Cost of one call: the rates at the nodes, and nodes × redshifts multiplications for the distances
/// and for each derivative. Relative error below 1e-13, and some 1e-12 for derivatives, unless the
/// universe all but stops to expand on the way (1/E above about 100).
public struct ModelDistances<Model: ExpansionModel>: ComovingDistances {
  /// The model.
  public let model: Model
  /// The redshifts, all positive.
  public let redshifts: [Double]

  private let parameterCount: Int
  /// Where the redshifts are in the interval [−1, 1] that u from 0 to the largest is mapped to.
  private let places: [Double]
  /// u of each redshift.
  private let logStretches: [Double]
  /// The largest u.
  private let end: Double
  /// The number of nodes to begin with, as an index in `chebyshevLevels`.
  private let level: Int
  private let epochs: [Epoch]
  /// 1+z at the nodes.
  private let stretches: [Double]
  /// What each node's value counts in the distance to each redshift, node by node; empty if there
  /// are so many redshifts that it would only fill the memory.
  private let weights: [Double]

  /// How small the last two coefficients of (1+z)/E must be in units of the largest value.
  private static var tolerance: Double { 1e-13 }

  /// Prepares for a list of redshifts.
  ///
  /// - Parameter points: parameters to be expected; the number of nodes is chosen such that nine in
  ///   ten of them need no doubling.
  public init(_ model: Model, redshifts: [Double], for points: [[Double]] = []) {
    precondition(redshifts.allSatisfy { $0 > 0 }, "redshifts must be positive")
    self.model = model
    self.redshifts = redshifts
    parameterCount = model.parameterNames.count
    let end = Double.log(onePlus: redshifts.max() ?? 1)
    self.end = end
    logStretches = redshifts.map { .log(onePlus: $0) }
    places = logStretches.map { 2 * $0 / end - 1 }
    level = Self.level(model, end, points)
    let grid = chebyshevLevels[level].grid
    epochs = grid.nodes.map { Epoch(logStretch: 0.5 * end * (1 + $0)) }
    stretches = epochs.map { 1 + $0.redshift }
    let isSmall = redshifts.count <= 512
    weights = isSmall ? Self.weights(grid, places, logStretches) : []
  }

  /// The names of the model's parameters.
  public var parameterNames: [String] { model.parameterNames }

  /// The same model to other redshifts.
  public func distances(to redshifts: [Double], for points: [[Double]]) -> ModelDistances {
    ModelDistances(model, redshifts: redshifts, for: points)
  }

  /// Writes D_M and its derivatives.
  public func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    derivatives: inout MutableSpan<Double>
  ) -> Bool {
    precondition(
      parameters.count == parameterCount && distances.count == redshifts.count
        && derivatives.count >= parameterCount * redshifts.count,
      "spans of other sizes than parameters and redshifts")
    let isRight =
      distances.withUnsafeMutableBufferPointer { distances in
        derivatives.withUnsafeMutableBufferPointer { derivatives -> Bool in
          guard let distances = distances.baseAddress, let derivatives = derivatives.baseAddress
          else { return true }
          return lineOfSight(parameters, distances, derivatives)
            && curve(parameters, distances, derivatives)
        }
      }
    return isRight
  }

  // MARK: Along the line of sight

  /// Writes D_C and its derivatives.
  private func lineOfSight(
    _ parameters: Span<Double>, _ distances: UnsafeMutablePointer<Double>,
    _ derivatives: UnsafeMutablePointer<Double>
  ) -> Bool {
    for level in level..<chebyshevLevels.count {
      let grid = chebyshevLevels[level].grid
      let isLast = level == chebyshevLevels.count - 1
      let outcome = withUnsafeTemporaryAllocation(
        of: Double.self, capacity: (1 + parameters.count) * grid.count
      ) { values -> Outcome in
        guard let values = values.baseAddress, fill(values, parameters, level) else {
          return .meaningless
        }
        guard isLast || isResolved(grid, values, parameters.count) else { return .unresolved }
        for series in 0...parameters.count {
          let target = series == 0 ? distances : derivatives + (series - 1) * redshifts.count
          integrate(values + series * grid.count, level, into: target)
        }
        return .done
      }
      switch outcome {
      case .done: return true
      case .meaningless: return false
      case .unresolved: continue
      }
    }
    return false
  }

  private enum Outcome { case done, meaningless, unresolved }

  /// Writes (1+z)/E at the nodes of a level, and its derivatives.
  private func fill(
    _ values: UnsafeMutablePointer<Double>, _ parameters: Span<Double>, _ level: Int
  ) -> Bool {
    let count = chebyshevLevels[level].grid.count
    let total = (1 + parameters.count) * count
    var span = UnsafeMutableBufferPointer(start: values, count: total).mutableSpan
    if level == self.level {
      guard model.evaluate(parameters, at: epochs.span, inverseRates: &span) else { return false }
      for series in 0...parameters.count {
        for j in 0..<count { values[series * count + j] *= stretches[j] }
      }
      return true
    }
    let finer = chebyshevLevels[level].grid.nodes.map { Epoch(logStretch: 0.5 * end * (1 + $0)) }
    guard model.evaluate(parameters, at: finer.span, inverseRates: &span) else { return false }
    for series in 0...parameters.count {
      for j in 0..<count { values[series * count + j] *= 1 + finer[j].redshift }
    }
    return true
  }

  /// Whether the polynomials through the values have converged.
  private func isResolved(
    _ grid: ChebyshevGrid, _ values: UnsafeMutablePointer<Double>, _ parameterCount: Int
  ) -> Bool {
    var size = 0.0
    for j in 0..<grid.count { size = max(size, abs(values[j])) }
    return grid.tail(of: values) <= Self.tolerance * size
  }

  /// Makes distances, or derivatives of distances, of the values at the nodes.
  private func integrate(
    _ values: UnsafeMutablePointer<Double>, _ level: Int, into target: UnsafeMutablePointer<Double>
  ) {
    let count = redshifts.count
    let nodeCount = chebyshevLevels[level].grid.count
    if level == self.level, !weights.isEmpty {
      for i in 0..<count { target[i] = 0 }
      weights.withUnsafeBufferPointer { weights in
        guard let weights = weights.baseAddress else { return }
        for j in 0..<nodeCount { add(values[j], weights + j * count, to: target, count: count) }
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: nodeCount) { coefficients in
      coefficients.initialize(repeating: 0)
      guard let coefficients = coefficients.baseAddress else { return }
      chebyshevLevels[level].meanTransform.withUnsafeBufferPointer { transform in
        guard let transform = transform.baseAddress else { return }
        for j in 0..<nodeCount {
          add(values[j], transform + j * nodeCount, to: coefficients, count: nodeCount)
        }
      }
      sum(coefficients, nodeCount, into: target)
    }
  }

  /// u × Σ cₖ Tₖ(x) at all redshifts, by Clenshaw's recurrence.
  private func sum(
    _ coefficients: UnsafeMutablePointer<Double>, _ nodeCount: Int,
    into target: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<redshifts.count {
      let twice = 2 * places[i]
      var (next, afterNext) = (0.0, 0.0)
      for k in stride(from: nodeCount - 1, through: 1, by: -1) {
        (next, afterNext) = (coefficients[k] + twice * next - afterNext, next)
      }
      target[i] = logStretches[i] * (coefficients[0] + places[i] * next - afterNext)
    }
  }

  // MARK: Across the line of sight

  /// Makes D_M of D_C, and derivatives likewise.
  private func curve(
    _ parameters: Span<Double>, _ distances: UnsafeMutablePointer<Double>,
    _ derivatives: UnsafeMutablePointer<Double>
  ) -> Bool {
    guard let index = model.curvatureIndex else { return true }
    let (curvature, count) = (parameters[index], redshifts.count)
    for i in 0..<count {
      let distance = distances[i]
      let y = curvature * distance * distance
      guard let stretch = CurvedSpace.stretch(y) else { return false }
      distances[i] = distance * stretch.value
      // dD_M/dD_C = S + 2 y S′, dD_M/dΩk at fixed D_C = D_C³ S′.
      let slope = stretch.value + 2 * y * stretch.slope
      for parameter in 0..<parameters.count { derivatives[parameter * count + i] *= slope }
      derivatives[index * count + i] += distance * distance * distance * stretch.slope
    }
    return true
  }

  // MARK: Preparation

  /// The first level that resolves nine in ten of the points.
  private static func level(_ model: Model, _ end: Double, _ points: [[Double]]) -> Int {
    for (level, prepared) in chebyshevLevels.enumerated() {
      let grid = prepared.grid
      let epochs = grid.nodes.map { Epoch(logStretch: 0.5 * end * (1 + $0)) }
      var (unresolved, valid) = (0, 0)
      for point in points {
        var rates = [Double](repeating: 0, count: (1 + point.count) * grid.count)
        var span = rates.mutableSpan
        guard model.evaluate(point.span, at: epochs.span, inverseRates: &span) else { continue }
        valid += 1
        for j in 0..<grid.count { rates[j] *= 1 + epochs[j].redshift }
        let size = rates[0..<grid.count].reduce(0) { max($0, abs($1)) }
        let tail = rates.withUnsafeBufferPointer { rates in
          rates.baseAddress.map(grid.tail) ?? 0
        }
        if tail > tolerance * size { unresolved += 1 }
      }
      if 10 * unresolved <= valid { return level }
    }
    return chebyshevLevels.count - 1
  }

  private static func weights(
    _ grid: ChebyshevGrid, _ places: [Double], _ logStretches: [Double]
  ) -> [Double] {
    let rows = zip(places, logStretches).map { place, u in
      grid.meanWeights(upTo: place).map { u * $0 }
    }
    return (0..<grid.count).flatMap { j in rows.map { $0[j] } }
  }
}

/// The grids that distances are computed with, each with the matrix that integrates on it.
private let chebyshevLevels: [(grid: ChebyshevGrid, meanTransform: [Double])] =
  [16, 20, 24, 32, 48, 96, 192].map { count in
    let grid = ChebyshevGrid(count: count)
    return (grid, grid.meanTransform())
  }
