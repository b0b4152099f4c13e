import RealModule

/// The path from parameters to distances and rates, and back, for any model: without the type of the model, so that
/// no type metadata has to be looked up, and behind one reference.
///
/// The outputs: D_M at redshifts, then D_M to last scattering if that is wanted, then 1/E at other redshifts.
///
/// The tape: 1/E at the nodes and its derivatives, times 1+z where there are no panels, the level they
/// are for, and D_C.
final class DistancePath: Sendable {
  private let prepare: @Sendable ([Epoch]) -> any ExpansionRates
  private let rates: any ExpansionRates
  private let lineOfSight: LineOfSight
  /// The index of the initial number of nodes.
  private let level: Int
  let parameterCount: Int
  private let curvatureIndex: Int?
  /// The number of D_C, that to the beginning of the way to last scattering included.
  private let distanceCount: Int
  /// The nodes of the line of sight, behind which come those of the way to last scattering.
  private let nodeCount: Int
  private let lastScattering: LastScattering?
  private let rateRedshifts: [Double]
  /// 1+z at the nodes.
  private let stretches: [Double]
  /// The map from 1/E at the nodes to distances, the last coefficients, and 1/E at other redshifts, and its transpose
  /// without the coefficients; nil for so many redshifts that it would fill the memory.
  private let panels: (forward: Panel, backward: Panel)?

  /// The required size of the last two coefficients of (1+z)/E relative to the largest value.
  private let tolerance: Double

  /// - Parameters:
  ///   - lineOfSight: to the redshifts of distances, and with `lastScattering` to where that begins, the last.
  ///   - level: the index of the initial number of nodes.
  ///   - rateRedshifts: where 1/E is wanted, none above the end of the line of sight.
  ///   - tolerance: the largest size of what is left out relative to the largest value.
  ///   - prepare: the rates at any epochs.
  init(
    _ lineOfSight: LineOfSight, level: Int, parameterCount: Int, curvatureIndex: Int?,
    rateRedshifts: [Double] = [], lastScattering: LastScattering? = nil,
    tolerance: Double,
    prepare: @escaping @Sendable ([Epoch]) -> any ExpansionRates
  ) {
    self.prepare = prepare
    self.tolerance = tolerance
    self.lineOfSight = lineOfSight
    self.level = level
    self.parameterCount = parameterCount
    self.curvatureIndex = curvatureIndex
    self.lastScattering = lastScattering
    self.rateRedshifts = rateRedshifts
    distanceCount = lineOfSight.logStretches.count
    let nodes = lineOfSight.epochs(level)
    nodeCount = nodes.count
    stretches = nodes.map { 1 + $0.redshift }
    rates = prepare(nodes + (lastScattering?.epochs ?? []))
    if distanceCount + rateRedshifts.count <= 512 {
      let map = lineOfSight.panel(level)
      let rateWeights = rateRedshifts.map { lineOfSight.rateWeights(level, redshift: $0) }
      let forward = Panel(rows: map.rowCount + rateWeights.count, columns: map.columnCount) {
        [stretches] row, node in
        let first = row - map.rowCount
        return (first < 0 ? map.element(row, node) : rateWeights[first][node]) * stretches[node]
      }
      let backward = Panel(rows: map.columnCount, columns: distanceCount + rateRedshifts.count) {
        [distanceCount] node, output in
        forward.element(output < distanceCount ? output : output + Self.tailCount, node)
      }
      panels = (forward, backward)
    } else {
      panels = nil
    }
  }

  /// The last coefficients, between distances and rates in a product.
  private static let tailCount = 2

  /// The elements of a series: 1/E, or a derivative.
  private var seriesCount: Int { nodeCount + (lastScattering?.epochs.count ?? 0) }
  private var valueCount: Int { (1 + parameterCount) * seriesCount }

  var tapeCount: Int { valueCount + 1 + (panels?.forward.paddedCount ?? distanceCount) }

  /// The number of outputs.
  var outputCount: Int { distanceCount + rateRedshifts.count }

  /// Writes the outputs; false where the model has none.
  ///
  /// - Parameter logStretch: ln(1 + z*), if the distance to last scattering is wanted.
  func evaluate(
    at parameters: Span<Double>, lastScattering logStretch: Double = 0,
    outputs: inout MutableSpan<Double>, tape: inout MutableSpan<Double>
  ) -> Bool {
    precondition(
      parameters.count == parameterCount && outputs.count == outputCount
        && tape.count >= tapeCount, "spans of other sizes than parameters, outputs and tape")
    guard rates.evaluate(parameters, inverseRates: &tape) else { return false }
    var finer: [Double]?
    if !integrate(&tape) {
      finer = refine(parameters, &tape)
      if finer == nil { return false }
    }
    if let lastScattering {
      tape[valueCount + distanceCount] += lastScattering.distance(
        to: logStretch, tape.span.extracting(nodeCount..<seriesCount))
    }
    guard curve(parameters, tape.span, into: &outputs) else { return false }
    writeRates(tape.span, finer, into: &outputs)
    return true
  }

  /// Writes the gradient of a function of the outputs.
  ///
  /// - Parameter sensitivities: to the outputs; used up.
  /// - Returns: the derivative with respect to ln(1 + z*).
  @discardableResult
  func pullBack(
    _ sensitivities: inout MutableSpan<Double>, at parameters: Span<Double>,
    lastScattering logStretch: Double = 0, tape: Span<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    uncurve(&sensitivities, parameters, tape, into: &gradient)
    let level = Int(tape[valueCount])
    if level == self.level {
      pullBack(
        sensitivities.span, values: tape, seriesCount: seriesCount, level: level, into: &gradient)
    } else if let values = values(parameters, level) {
      // Rare: the derivatives at a finer level were not stored.
      pullBack(
        sensitivities.span, values: values.span, seriesCount: LineOfSight.nodeCounts[level],
        level: level, into: &gradient)
    }
    guard let lastScattering else { return 0 }
    return lastScattering.pullBack(
      sensitivities[distanceCount - 1], at: logStretch, values: tape, first: nodeCount,
      seriesCount: seriesCount, parameterCount: parameterCount, into: &gradient)
  }

  // MARK: Along the line of sight

  /// (1+z)/E and its derivatives at the nodes of a level; nil where the model has none.
  private func values(_ parameters: Span<Double>, _ level: Int) -> [Double]? {
    let epochs = lineOfSight.epochs(level)
    var values = [Double](repeating: 0, count: (1 + parameterCount) * epochs.count)
    var span = values.mutableSpan
    guard prepare(epochs).evaluate(parameters, inverseRates: &span) else { return nil }
    for series in 0...parameterCount {
      for j in epochs.indices { values[series * epochs.count + j] *= 1 + epochs[j].redshift }
    }
    return values
  }

  /// Writes D_C with more nodes, notes how many, and returns the values there.
  private func refine(_ parameters: Span<Double>, _ tape: inout MutableSpan<Double>) -> [Double]? {
    for level in level + 1..<LineOfSight.nodeCounts.count {
      guard let values = values(parameters, level) else { return nil }
      if integrate(values, level: level, &tape) { return values }
    }
    return nil
  }

  /// Writes D_C from rates at the initial nodes; false if these are too few.
  private func integrate(_ tape: inout MutableSpan<Double>) -> Bool {
    tape.withUnsafeMutableBufferPointer { tape in
      guard let values = tape.baseAddress else { return false }
      let along = values + valueCount + 1
      values[valueCount] = Double(level)
      guard let panel = panels?.forward else {
        for series in 0...parameterCount {
          for j in 0..<nodeCount { values[series * seriesCount + j] *= stretches[j] }
        }
        guard LineOfSight.tail(values, level) <= tolerance else { return false }
        lineOfSight.integrate(values, level, into: along)
        return true
      }
      panel.multiply(values, into: along)
      // The integrand is smooth, so three points show its size.
      let (middle, end) = (nodeCount / 2, nodeCount - 1)
      let size = max(
        values[0] * stretches[0], values[middle] * stretches[middle], values[end] * stretches[end])
      let tail = abs(along[distanceCount]) + abs(along[distanceCount + 1])
      return tail <= tolerance * size
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
        guard isLast || LineOfSight.tail(values, level) <= tolerance else { return false }
        start[valueCount] = Double(level)
        lineOfSight.integrate(values, level, into: start + valueCount + 1)
        return true
      }
    }
  }

  /// Writes 1/E at the redshifts of rates, from the initial nodes or from finer ones.
  private func writeRates(
    _ tape: Span<Double>, _ finer: [Double]?, into outputs: inout MutableSpan<Double>
  ) {
    if finer == nil, panels != nil {
      let first = valueCount + 1 + distanceCount + Self.tailCount
      for i in 0..<rateRedshifts.count { outputs[distanceCount + i] = tape[first + i] }
      return
    }
    for (i, z) in rateRedshifts.enumerated() {
      let weights = lineOfSight.rateWeights(Int(tape[valueCount]), redshift: z)
      var sum = 0.0
      for j in weights.indices { sum += weights[j] * (finer?[j] ?? tape[j]) }
      outputs[distanceCount + i] = sum
    }
  }

  /// Adds Σ over nodes of the adjoint times the derivatives of the values.
  private func pullBack(
    _ sensitivities: Span<Double>, values: Span<Double>, seriesCount: Int, level: Int,
    into gradient: inout MutableSpan<Double>
  ) {
    let nodeCount = LineOfSight.nodeCounts[level]
    let capacity = max(nodeCount, panels?.backward.paddedCount ?? 0)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { scratch in
      guard let nodes = scratch.baseAddress else { return }
      sensitivities.withUnsafeBufferPointer { sensitivities in
        guard let sensitivities = sensitivities.baseAddress else {
          for j in 0..<nodeCount { nodes[j] = 0 }
          return
        }
        if level == self.level, let panel = panels?.backward {
          panel.multiply(sensitivities, into: nodes)
        } else {
          lineOfSight.pullBack(sensitivities, level, into: nodes)
          addRates(sensitivities + distanceCount, level, to: nodes)
        }
      }
      for parameter in 0..<parameterCount {
        // Four sums, since an addition waits for the one before; all levels are multiples of four.
        var sum = SIMD4<Double>.zero
        let first = (1 + parameter) * seriesCount
        for j in stride(from: 0, to: nodeCount, by: 4) {
          for lane in 0..<4 { sum[lane] += nodes[j + lane] * values[first + j + lane] }
        }
        gradient[parameter] += sum.sum()
      }
    }
  }

  /// Adds what the sensitivities to rates contribute to the adjoint at the nodes.
  private func addRates(
    _ sensitivities: UnsafePointer<Double>, _ level: Int, to nodes: UnsafeMutablePointer<Double>
  ) {
    for (i, z) in rateRedshifts.enumerated() {
      for (j, weight) in lineOfSight.rateWeights(level, redshift: z).enumerated() {
        nodes[j] += weight * sensitivities[i]
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
      for i in 0..<distanceCount { distances[i] = tape[first + i] }
      return true
    }
    let curvature = parameters[curvatureIndex]
    for i in 0..<distanceCount {
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
    for i in 0..<distanceCount {
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
