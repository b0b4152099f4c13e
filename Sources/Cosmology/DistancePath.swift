import RealModule

/// The path from parameters to distances and back, for any model: `ModelDistances` without the type
/// of the model, so that no type metadata has to be looked up.
///
/// The tape: 1/E at the nodes and its derivatives, times 1+z where there are no panels, the level they
/// are for, and D_C.
struct DistancePath: Sendable {
  private let model: any ExpansionModel
  private let lineOfSight: LineOfSight
  /// The index of the initial number of nodes.
  private let level: Int
  let parameterCount: Int
  private let epochs: [Epoch]
  private let curvatureIndex: Int?
  private let redshiftCount: Int
  /// 1+z at the nodes.
  private let stretches: [Double]
  /// The map from 1/E at the nodes to distances, and its transpose; nil for so many redshifts
  /// that it would fill the memory.
  private let panels: (forward: Panel, backward: Panel)?

  /// The required size of the last two coefficients of (1+z)/E relative to the largest value.
  static let tolerance = 1e-13

  init(_ model: any ExpansionModel, _ lineOfSight: LineOfSight, level: Int) {
    self.model = model
    self.lineOfSight = lineOfSight
    self.level = level
    parameterCount = model.parameterNames.count
    curvatureIndex = model.curvatureIndex
    redshiftCount = lineOfSight.logStretches.count
    epochs = lineOfSight.epochs(level)
    stretches = epochs.map { 1 + $0.redshift }
    if redshiftCount <= 512 {
      let (map, stretches) = (lineOfSight.panel(level), stretches)
      let forward = Panel(rows: map.rowCount, columns: map.columnCount) {
        map.element($0, $1) * stretches[$1]
      }
      let backward = Panel(rows: map.columnCount, columns: redshiftCount) {
        forward.element($1, $0)
      }
      panels = (forward, backward)
    } else {
      panels = nil
    }
  }

  private var valueCount: Int { (1 + parameterCount) * epochs.count }

  var tapeCount: Int { valueCount + 1 + (panels?.forward.paddedCount ?? redshiftCount) }

  /// Writes D_M; false where the model has none.
  func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    tape: inout MutableSpan<Double>
  ) -> Bool {
    precondition(
      parameters.count == parameterCount && distances.count == redshiftCount
        && tape.count >= tapeCount, "spans of other sizes than parameters, redshifts and tape")
    guard model.evaluate(parameters, at: epochs.span, inverseRates: &tape) else { return false }
    guard integrate(&tape) || refine(parameters, &tape) else { return false }
    return curve(parameters, tape.span, into: &distances)
  }

  /// Writes the gradient of a function of the distances.
  func pullBack(
    _ sensitivities: inout MutableSpan<Double>, at parameters: Span<Double>,
    tape: Span<Double>, gradient: inout MutableSpan<Double>
  ) {
    uncurve(&sensitivities, parameters, tape, into: &gradient)
    let level = Int(tape[valueCount])
    if level == self.level {
      pullBack(sensitivities.span, values: tape, level: level, into: &gradient)
    } else if let values = values(parameters, level) {
      // Rare: the derivatives at a finer level were not stored.
      pullBack(sensitivities.span, values: values.span, level: level, into: &gradient)
    }
  }

  // MARK: Along the line of sight

  /// (1+z)/E and its derivatives at the nodes of a level; nil where the model has none.
  private func values(_ parameters: Span<Double>, _ level: Int) -> [Double]? {
    let epochs = lineOfSight.epochs(level)
    var values = [Double](repeating: 0, count: (1 + parameterCount) * epochs.count)
    var span = values.mutableSpan
    guard model.evaluate(parameters, at: epochs.span, inverseRates: &span) else { return nil }
    for series in 0...parameterCount {
      for j in epochs.indices { values[series * epochs.count + j] *= 1 + epochs[j].redshift }
    }
    return values
  }

  /// Writes D_C with more nodes, and notes how many.
  private func refine(_ parameters: Span<Double>, _ tape: inout MutableSpan<Double>) -> Bool {
    for level in level + 1..<LineOfSight.nodeCounts.count {
      guard let values = values(parameters, level) else { return false }
      if integrate(values, level: level, &tape) { return true }
    }
    return false
  }

  /// Writes D_C from rates at the initial nodes; false if these are too few.
  private func integrate(_ tape: inout MutableSpan<Double>) -> Bool {
    tape.withUnsafeMutableBufferPointer { tape in
      guard let values = tape.baseAddress else { return false }
      let (count, along) = (epochs.count, values + valueCount + 1)
      values[valueCount] = Double(level)
      guard let panel = panels?.forward else {
        for series in 0...parameterCount {
          for j in 0..<count { values[series * count + j] *= stretches[j] }
        }
        guard LineOfSight.tail(values, level) <= Self.tolerance else { return false }
        lineOfSight.integrate(values, level, into: along)
        return true
      }
      panel.multiply(values, into: along)
      // The integrand is smooth, so three points show its size.
      let (middle, end) = (count / 2, count - 1)
      let size = max(
        values[0] * stretches[0], values[middle] * stretches[middle], values[end] * stretches[end])
      let tail = abs(along[redshiftCount]) + abs(along[redshiftCount + 1])
      return tail <= Self.tolerance * size
    }
  }

  /// Writes D_C from values at the nodes of a finer level, if these are enough, or there are no
  /// finer ones.
  private func integrate(
    _ values: [Double], level: Int, _ tape: inout MutableSpan<Double>
  ) -> Bool {
    values.withUnsafeBufferPointer { values in
      tape.withUnsafeMutableBufferPointer { tape in
        guard let values = values.baseAddress, let start = tape.baseAddress else { return false }
        let isLast = level == LineOfSight.nodeCounts.count - 1
        guard isLast || LineOfSight.tail(values, level) <= Self.tolerance else { return false }
        start[valueCount] = Double(level)
        lineOfSight.integrate(values, level, into: start + valueCount + 1)
        return true
      }
    }
  }

  /// Adds Σ over nodes of the adjoint times the derivatives of the values.
  private func pullBack(
    _ sensitivities: Span<Double>, values: Span<Double>, level: Int,
    into gradient: inout MutableSpan<Double>
  ) {
    let nodeCount = level == self.level ? epochs.count : LineOfSight.nodeCounts[level]
    let capacity = max(nodeCount, panels?.backward.paddedCount ?? 0)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { nodes in
      guard let nodes = nodes.baseAddress else { return }
      sensitivities.withUnsafeBufferPointer { sensitivities in
        guard let sensitivities = sensitivities.baseAddress else {
          for j in 0..<nodeCount { nodes[j] = 0 }
          return
        }
        if level == self.level, let panel = panels?.backward {
          panel.multiply(sensitivities, into: nodes)
        } else {
          lineOfSight.pullBack(sensitivities, level, into: nodes)
        }
      }
      for parameter in 0..<parameterCount {
        // Four sums, since an addition waits for the one before; all levels are multiples of four.
        var sum = SIMD4<Double>.zero
        let first = (1 + parameter) * nodeCount
        for j in stride(from: 0, to: nodeCount, by: 4) {
          for lane in 0..<4 { sum[lane] += nodes[j + lane] * values[first + j + lane] }
        }
        gradient[parameter] += sum.sum()
      }
    }
  }

  // MARK: Across the line of sight

  /// Writes D_M of D_C.
  private func curve(
    _ parameters: Span<Double>, _ tape: Span<Double>, into distances: inout MutableSpan<Double>
  ) -> Bool {
    let first = valueCount + 1
    guard let curvatureIndex else {
      for i in 0..<redshiftCount { distances[i] = tape[first + i] }
      return true
    }
    let curvature = parameters[curvatureIndex]
    for i in 0..<redshiftCount {
      let distance = tape[first + i]
      guard let stretch = CurvedSpace.stretch(curvature * distance * distance) else {
        return false
      }
      distances[i] = distance * stretch.value
    }
    return true
  }

  /// Turns sensitivities to D_M into those to D_C, and initialises the gradient with the direct dependence on Ωk
  /// itself.
  private func uncurve(
    _ sensitivities: inout MutableSpan<Double>, _ parameters: Span<Double>, _ tape: Span<Double>,
    into gradient: inout MutableSpan<Double>
  ) {
    for parameter in 0..<parameterCount { gradient[parameter] = 0 }
    guard let curvatureIndex else { return }
    let first = valueCount + 1
    var sum = 0.0
    for i in 0..<redshiftCount {
      let distance = tape[first + i]
      let y = parameters[curvatureIndex] * distance * distance
      guard let stretch = CurvedSpace.stretch(y) else { continue }
      // dD_M/dD_C = S + 2 y S′, dD_M/dΩk at fixed D_C = D_C³ S′.
      sum += sensitivities[i] * distance * distance * distance * stretch.slope
      sensitivities[i] *= stretch.value + 2 * y * stretch.slope
    }
    gradient[curvatureIndex] += sum
  }
}
