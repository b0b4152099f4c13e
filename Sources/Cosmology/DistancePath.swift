import RealModule

/// What leads from the rates at the nodes to distances and back, for any model: the part of
/// `ModelDistances` that the compiler can optimise without knowing one.
///
/// The tape: (1+z)/E at the nodes and its derivatives, the level they are for, and D_C.
struct DistancePath: Sendable {
  let lineOfSight: LineOfSight
  /// The index of the number of nodes to begin with.
  let level: Int
  let parameterCount: Int
  let epochs: [Epoch]
  private let curvatureIndex: Int?
  private let redshiftCount: Int
  /// 1+z at the nodes.
  private let stretches: [Double]
  /// The map from the nodes to distances, and its transpose; nil if there are so many redshifts that
  /// it would only fill the memory.
  private let panels: (forward: Panel, backward: Panel)?

  /// How small the last two coefficients of (1+z)/E must be in units of the largest value.
  static let tolerance = 1e-13

  init(_ lineOfSight: LineOfSight, level: Int, parameterCount: Int, curvatureIndex: Int?) {
    self.lineOfSight = lineOfSight
    self.level = level
    self.parameterCount = parameterCount
    self.curvatureIndex = curvatureIndex
    redshiftCount = lineOfSight.logStretches.count
    epochs = lineOfSight.epochs(level)
    stretches = epochs.map { 1 + $0.redshift }
    if redshiftCount <= 512 {
      let panel = lineOfSight.panel(level)
      let transposed = Panel(rows: panel.columnCount, columns: redshiftCount) {
        panel.element($1, $0)
      }
      panels = (panel, transposed)
    } else {
      panels = nil
    }
  }

  private var valueCount: Int { (1 + parameterCount) * epochs.count }

  var tapeCount: Int { valueCount + 1 + (panels?.forward.paddedCount ?? redshiftCount) }

  /// The level that D_C on a tape was computed at.
  func level(of tape: Span<Double>) -> Int { Int(tape[valueCount]) }

  // MARK: Along the line of sight

  /// Makes (1+z)/E of 1/E, and derivatives likewise.
  func scale(_ values: inout MutableSpan<Double>, _ epochs: [Epoch]) {
    for series in 0...parameterCount {
      for j in 0..<epochs.count { values[series * epochs.count + j] *= 1 + epochs[j].redshift }
    }
  }

  /// Writes D_C from rates at the nodes to begin with; false if these are too few.
  func integrate(_ tape: inout MutableSpan<Double>) -> Bool {
    tape.withUnsafeMutableBufferPointer { tape in
      guard let values = tape.baseAddress else { return false }
      let (count, along) = (epochs.count, values + valueCount + 1)
      for series in 0...parameterCount {
        for j in 0..<count { values[series * count + j] *= stretches[j] }
      }
      values[valueCount] = Double(level)
      guard let panel = panels?.forward else {
        guard LineOfSight.tail(values, level) <= Self.tolerance else { return false }
        lineOfSight.integrate(values, level, into: along)
        return true
      }
      panel.multiply(values, into: along)
      // The integrand is smooth, so that three places tell its size.
      let (middle, last) = (abs(values[count / 2]), abs(values[count - 1]))
      let size = max(abs(values[0]), middle, last)
      let tail = abs(along[redshiftCount]) + abs(along[redshiftCount + 1])
      return tail <= Self.tolerance * size
    }
  }

  /// Writes D_C from values at the nodes of a finer level, if these are enough, or there are no
  /// finer ones.
  func integrate(_ values: [Double], level: Int, _ tape: inout MutableSpan<Double>) -> Bool {
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
  func pullBack(
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
        var sum = 0.0
        for j in 0..<nodeCount { sum += nodes[j] * values[(1 + parameter) * nodeCount + j] }
        gradient[parameter] += sum
      }
    }
  }

  // MARK: Across the line of sight

  /// Writes D_M of D_C.
  func curve(
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

  /// Makes sensitivities to D_C of those to D_M, and begins the gradient with what comes from Ωk
  /// itself.
  func uncurve(
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
