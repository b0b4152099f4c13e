import RealModule

/// Distances in any model, exact to rounding.
///
/// With u = ln(1+z) the comoving distance is D_C = ∫ (1+z)/E du. The integrand is analytic, so that a
/// polynomial through some twenty Chebyshev nodes reaches rounding for all redshifts together. Its
/// last coefficients tell whether it did; where E comes close to zero the nodes are doubled until it
/// does. Curvature then bends D_C to D_M.
///
/// Cost of one call: the rates at the nodes, and nodes × redshifts multiplications; as much for the
/// way back. Relative error below 1e-13, and some 1e-12 for derivatives, as long as the expansion does
/// not come within a tenth of a standstill (E below 0.1).
public struct ModelDistances<Model: ExpansionModel>: ComovingDistances {
  /// The redshifts, all positive.
  public let redshifts: [Double]
  /// The names of the model's parameters.
  public let parameterNames: [String]

  private let lineOfSight: LineOfSight
  private let curvatureIndex: Int?
  /// The index of the number of nodes to begin with.
  private let level: Int
  private let epochs: [Epoch]
  /// 1+z at the nodes.
  private let stretches: [Double]
  /// The map from the nodes to distances, and its transpose; nil if there are so many redshifts that
  /// it would only fill the memory.
  private let panels: (forward: Panel, backward: Panel)?
  // Last, so that the compiler knows where everything else is, whatever the size of a model.
  /// The model.
  public let model: Model

  /// How small the last two coefficients of (1+z)/E must be in units of the largest value.
  private static var tolerance: Double { 1e-13 }

  /// Prepares for a list of redshifts.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - redshifts: all positive.
  ///   - points: parameters to be expected; the number of nodes is chosen such that three in four of
  ///     them need no doubling.
  public init(_ model: Model, redshifts: [Double], for points: [[Double]] = []) {
    precondition(redshifts.allSatisfy { $0 > 0 }, "redshifts must be positive")
    self.model = model
    self.redshifts = redshifts
    parameterNames = model.parameterNames
    curvatureIndex = model.curvatureIndex
    let lineOfSight = LineOfSight(redshifts: redshifts)
    self.lineOfSight = lineOfSight
    let level = Self.level(model, lineOfSight, points)
    self.level = level
    epochs = lineOfSight.epochs(level)
    stretches = epochs.map { 1 + $0.redshift }
    if redshifts.count <= 512 {
      let panel = lineOfSight.panel(level)
      let transposed = Panel(rows: panel.columnCount, columns: redshifts.count) {
        panel.element($1, $0)
      }
      panels = (panel, transposed)
    } else {
      panels = nil
    }
  }

  /// The same model to other redshifts.
  public func distances(to redshifts: [Double], for points: [[Double]]) -> ModelDistances {
    ModelDistances(model, redshifts: redshifts, for: points)
  }

  /// The level, values and derivatives at the nodes, and D_C.
  public var tapeCount: Int {
    1 + (1 + parameterNames.count) * epochs.count
      + (panels?.forward.paddedCount ?? redshifts.count)
  }

  /// Writes D_M.
  public func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    tape: inout MutableSpan<Double>
  ) -> Bool {
    let dimension = parameterNames.count
    precondition(
      parameters.count == dimension && distances.count == redshifts.count
        && tape.count >= tapeCount, "spans of other sizes than parameters, redshifts and tape")
    return distances.withUnsafeMutableBufferPointer { distances in
      tape.withUnsafeMutableBufferPointer { tape -> Bool in
        guard let distances = distances.baseAddress, let start = tape.baseAddress else {
          return true
        }
        let values = start + 1
        let along = values + (1 + dimension) * epochs.count
        guard rates(parameters, epochs, into: values) else { return false }
        start.pointee = Double(level)
        guard integrate(values, into: along) || refine(parameters, start, into: along) else {
          return false
        }
        return curve(parameters, along, into: distances)
      }
    }
  }

  /// Writes the gradient of a function of the distances.
  public func pullBack(
    _ sensitivities: inout MutableSpan<Double>, at parameters: Span<Double>,
    tape: Span<Double>, gradient: inout MutableSpan<Double>
  ) {
    let dimension = parameterNames.count
    for parameter in 0..<dimension { gradient[parameter] = 0 }
    sensitivities.withUnsafeMutableBufferPointer { sensitivities in
      tape.withUnsafeBufferPointer { tape in
        guard let sensitivities = sensitivities.baseAddress, let start = tape.baseAddress else {
          return
        }
        let along = start + 1 + (1 + dimension) * epochs.count
        uncurve(parameters, along, sensitivities, &gradient)
        let level = Int(start.pointee)
        if level == self.level {
          pullBack(sensitivities, start + 1, epochs.count, level, &gradient)
          return
        }
        // Rare: the derivatives at a finer level were not kept.
        let finer = lineOfSight.epochs(level)
        withUnsafeTemporaryAllocation(
          of: Double.self, capacity: (1 + dimension) * finer.count
        ) { values in
          guard let values = values.baseAddress, rates(parameters, finer, into: values) else {
            return
          }
          pullBack(sensitivities, values, finer.count, level, &gradient)
        }
      }
    }
  }

  // MARK: Along the line of sight

  /// Writes (1+z)/E at epochs, and its derivatives.
  private func rates(
    _ parameters: Span<Double>, _ epochs: [Epoch], into values: UnsafeMutablePointer<Double>
  ) -> Bool {
    let total = (1 + parameters.count) * epochs.count
    var span = UnsafeMutableBufferPointer(start: values, count: total).mutableSpan
    guard model.evaluate(parameters, at: epochs.span, inverseRates: &span) else { return false }
    for series in 0...parameters.count {
      let first = values + series * epochs.count
      for j in 0..<epochs.count { first[j] *= 1 + epochs[j].redshift }
    }
    return true
  }

  /// Writes D_C; false if the nodes are too few.
  private func integrate(
    _ values: UnsafePointer<Double>, into along: UnsafeMutablePointer<Double>
  ) -> Bool {
    guard let panel = panels?.forward else {
      guard LineOfSight.tail(values, level) <= Self.tolerance else { return false }
      lineOfSight.integrate(values, level, into: along)
      return true
    }
    panel.multiply(values, into: along)
    // The integrand is smooth, so that three places tell its size.
    let (middle, last) = (abs(values[epochs.count / 2]), abs(values[epochs.count - 1]))
    let size = max(abs(values[0]), middle, last)
    return abs(along[redshifts.count]) + abs(along[redshifts.count + 1]) <= Self.tolerance * size
  }

  /// Writes D_C with more nodes, and notes how many.
  private func refine(
    _ parameters: Span<Double>, _ tape: UnsafeMutablePointer<Double>,
    into along: UnsafeMutablePointer<Double>
  ) -> Bool {
    for level in level + 1..<LineOfSight.nodeCounts.count {
      let finer = lineOfSight.epochs(level)
      let isLast = level == LineOfSight.nodeCounts.count - 1
      let outcome = withUnsafeTemporaryAllocation(
        of: Double.self, capacity: (1 + parameters.count) * finer.count
      ) { values -> Bool? in
        guard let values = values.baseAddress, rates(parameters, finer, into: values) else {
          return false
        }
        guard isLast || LineOfSight.tail(values, level) <= Self.tolerance else { return nil }
        lineOfSight.integrate(values, level, into: along)
        return true
      }
      tape.pointee = Double(level)
      if let outcome { return outcome }
    }
    return false
  }

  /// Adds Σ over nodes of the adjoint times the derivatives of the values.
  private func pullBack(
    _ sensitivities: UnsafePointer<Double>, _ values: UnsafePointer<Double>, _ nodeCount: Int,
    _ level: Int, _ gradient: inout MutableSpan<Double>
  ) {
    let capacity = max(nodeCount, panels?.backward.paddedCount ?? 0)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { nodes in
      guard let nodes = nodes.baseAddress else { return }
      if level == self.level, let panel = panels?.backward {
        panel.multiply(sensitivities, into: nodes)
      } else {
        lineOfSight.pullBack(sensitivities, level, into: nodes)
      }
      for parameter in 0..<parameterNames.count {
        let slopes = values + (1 + parameter) * nodeCount
        var sum = 0.0
        for j in 0..<nodeCount { sum += nodes[j] * slopes[j] }
        gradient[parameter] += sum
      }
    }
  }

  // MARK: Across the line of sight

  /// Writes D_M of D_C.
  private func curve(
    _ parameters: Span<Double>, _ along: UnsafePointer<Double>,
    into distances: UnsafeMutablePointer<Double>
  ) -> Bool {
    guard let curvatureIndex else {
      for i in 0..<redshifts.count { distances[i] = along[i] }
      return true
    }
    let curvature = parameters[curvatureIndex]
    for i in 0..<redshifts.count {
      guard let stretch = CurvedSpace.stretch(curvature * along[i] * along[i]) else {
        return false
      }
      distances[i] = along[i] * stretch.value
    }
    return true
  }

  /// Makes sensitivities to D_C of those to D_M, and adds what comes from Ωk itself.
  private func uncurve(
    _ parameters: Span<Double>, _ along: UnsafePointer<Double>,
    _ sensitivities: UnsafeMutablePointer<Double>, _ gradient: inout MutableSpan<Double>
  ) {
    guard let curvatureIndex else { return }
    var sum = 0.0
    for i in 0..<redshifts.count {
      let distance = along[i]
      let y = parameters[curvatureIndex] * distance * distance
      guard let stretch = CurvedSpace.stretch(y) else { continue }
      // dD_M/dD_C = S + 2 y S′, dD_M/dΩk at fixed D_C = D_C³ S′.
      sum += sensitivities[i] * distance * distance * distance * stretch.slope
      sensitivities[i] *= stretch.value + 2 * y * stretch.slope
    }
    gradient[curvatureIndex] += sum
  }

  // MARK: Preparation

  /// The first level that resolves three in four of the points.
  private static func level(
    _ model: Model, _ lineOfSight: LineOfSight, _ points: [[Double]]
  ) -> Int {
    if points.isEmpty {
      // Enough for flat ΛCDM: its singularities are π/3 away from real u.
      let wanted = lineOfSight.end < 0.9 ? 20 : (lineOfSight.end < 1.3 ? 24 : 32)
      return LineOfSight.nodeCounts.firstIndex { $0 >= wanted } ?? 0
    }
    // The finest is left to be turned to.
    for level in LineOfSight.nodeCounts.indices.dropLast() {
      let epochs = lineOfSight.epochs(level)
      var (unresolved, valid) = (0, 0)
      for point in points {
        var values = [Double](repeating: 0, count: (1 + point.count) * epochs.count)
        var span = values.mutableSpan
        guard model.evaluate(point.span, at: epochs.span, inverseRates: &span) else { continue }
        valid += 1
        for j in epochs.indices { values[j] *= 1 + epochs[j].redshift }
        let tail = values.withUnsafeBufferPointer { values in
          values.baseAddress.map { LineOfSight.tail($0, level) } ?? 0
        }
        if tail > tolerance { unresolved += 1 }
      }
      if 4 * unresolved <= valid { return level }
    }
    return LineOfSight.nodeCounts.count - 2
  }
}
