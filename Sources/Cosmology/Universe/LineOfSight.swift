import RealModule

/// The integral along the line of sight as a linear map: from values of (1+z)/E at Chebyshev nodes
/// of u = ln(1+z) to D_C = ∫ (1+z)/E du at redshifts.
///
/// D_C is u times the mean of the integrand from 0 to u, and the mean of a polynomial is one of the
/// same degree, so that no digit is lost at small u.
struct LineOfSight: Sendable {
  /// The available numbers of nodes.
  static let nodeCounts = [16, 20, 24, 32, 48, 96, 192, 384]

  /// u of each redshift.
  let logStretches: [Double]
  /// The largest u.
  let end: Double
  /// Where the redshifts are in the interval [−1, 1] that u from 0 to the largest is mapped to.
  private let places: [Double]

  init(redshifts: [Double]) {
    logStretches = redshifts.map { .log(onePlus: $0) }
    let end = logStretches.max() ?? 1
    self.end = end
    places = logStretches.map { 2 * $0 / end - 1 }
  }

  /// The epochs at the nodes of a level.
  func epochs(_ level: Int) -> [Epoch] {
    levels[level].grid.nodes.map { Epoch(logStretch: 0.5 * end * (1 + $0)) }
  }

  /// The largest sum of the last two coefficients of the interpolating polynomial, in units
  /// of the largest value.
  static func tail(_ values: UnsafePointer<Double>, _ level: Int) -> Double {
    let grid = levels[level].grid
    var size = 0.0
    for j in 0..<grid.count { size = max(size, abs(values[j])) }
    return grid.tail(of: values) / size
  }

  /// The map for a level as a matrix, with two more rows: the last two coefficients.
  func panel(_ level: Int) -> Panel {
    let grid = levels[level].grid
    let rows = zip(places, logStretches).map { place, u in
      grid.meanWeights(upTo: place).map { u * $0 }
    }
    return Panel(rows: rows.count + 2, columns: grid.count) { row, node in
      row < rows.count
        ? rows[row][node] : grid.transform[node * grid.count + grid.count - 2 + row - rows.count]
    }
  }

  /// The first level that resolves three in four of some points.
  ///
  /// - Parameters:
  ///   - points: typical parameters.
  ///   - tolerance: the largest size of what is left out relative to the largest value.
  ///   - rates: the rates at any epochs.
  func level(
    for points: [[Double]], tolerance: Double,
    _ rates: ([Epoch]) -> any ExpansionRates
  ) -> Int {
    if points.isEmpty {
      // Enough for flat ΛCDM: its singularities are π/3 away from real u.
      let wanted = end < 0.9 ? 20 : (end < 1.3 ? 24 : 32)
      return Self.nodeCounts.firstIndex { $0 >= wanted } ?? 0
    }
    // The finest is kept in reserve.
    for level in Self.nodeCounts.indices.dropLast() {
      let epochs = epochs(level)
      let rates = rates(epochs)
      var (unresolved, valid) = (0, 0)
      for point in points {
        var values = [Double](repeating: 0, count: (1 + point.count) * epochs.count)
        var span = values.mutableSpan
        guard rates.evaluate(point.span, inverseRates: &span) else { continue }
        valid += 1
        for j in epochs.indices { values[j] *= 1 + epochs[j].redshift }
        let tail = values.withUnsafeBufferPointer { values in
          values.baseAddress.map { Self.tail($0, level) } ?? 0
        }
        if tail > tolerance { unresolved += 1 }
      }
      if 4 * unresolved <= valid { return level }
    }
    return Self.nodeCounts.count - 2
  }

  /// The weights of (1+z)/E at the nodes of a level for 1/E at a redshift.
  func rateWeights(_ level: Int, redshift z: Double) -> [Double] {
    levels[level].grid.weights(at: 2 * .log(onePlus: z) / end - 1).map { $0 / (1 + z) }
  }

  /// Writes D_C without a matrix: Chebyshev coefficients of the mean, and Clenshaw's recurrence for
  /// eight redshifts at a time.
  func integrate(
    _ values: UnsafePointer<Double>, _ level: Int, into distances: UnsafeMutablePointer<Double>
  ) {
    let count = levels[level].grid.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: levels[level].mean.paddedCount) {
      guard let coefficients = $0.baseAddress else { return }
      levels[level].mean.multiply(values, into: coefficients)
      forEachBlock { block, x, u in
        var (next, afterNext) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
        for k in stride(from: count - 1, through: 1, by: -1) {
          (next, afterNext) = (coefficients[k] + 2 * x * next - afterNext, next)
        }
        let sum = u * (coefficients[0] + x * next - afterNext)
        for (lane, i) in block.enumerated() { distances[i] = sum[lane] }
      }
    }
  }

  /// The adjoint of `integrate`: writes Σᵢ sᵢ ∂D_C,i/∂value for each node.
  func pullBack(
    _ sensitivities: UnsafePointer<Double>, _ level: Int, into nodes: UnsafeMutablePointer<Double>
  ) {
    let count = levels[level].grid.count
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: count) { sums in
      sums.initialize(repeating: .zero)
      forEachBlock { block, x, u in
        var s = SIMD8<Double>.zero
        for (lane, i) in block.enumerated() { s[lane] = sensitivities[i] }
        s *= u
        var (before, current) = (x * s, s)
        for k in 0..<count {
          sums[k] += current
          (before, current) = (current, 2 * x * current - before)
        }
      }
      withUnsafeTemporaryAllocation(
        of: Double.self, capacity: count + levels[level].meanTransposed.paddedCount
      ) { scratch in
        guard let coefficients = scratch.baseAddress else { return }
        for k in 0..<count { coefficients[k] = sums[k].sum() }
        let padded = coefficients + count
        levels[level].meanTransposed.multiply(coefficients, into: padded)
        for j in 0..<count { nodes[j] = padded[j] }
      }
    }
  }

  /// Goes through the redshifts in blocks of eight, with places x and u in lanes.
  private func forEachBlock(_ body: (Range<Int>, SIMD8<Double>, SIMD8<Double>) -> Void) {
    places.withUnsafeBufferPointer { places in
      logStretches.withUnsafeBufferPointer { logStretches in
        for first in stride(from: 0, to: places.count, by: 8) {
          let block = first..<min(first + 8, places.count)
          var (x, u) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
          for (lane, i) in block.enumerated() {
            x[lane] = places[i]
            u[lane] = logStretches[i]
          }
          body(block, x, u)
        }
      }
    }
  }
}

/// A grid of nodes with the matrix from values at the nodes to the Chebyshev coefficients of
/// their mean.
private struct Level: Sendable {
  let grid: ChebyshevGrid
  let mean: Panel
  let meanTransposed: Panel

  init(_ count: Int) {
    let grid = ChebyshevGrid(count: count)
    let matrix = grid.meanTransform()
    self.grid = grid
    mean = Panel(rows: count, columns: count) { matrix[$1 * count + $0] }
    meanTransposed = mean.transposed
  }
}

/// The levels, the fine ones made on first use.
private struct Levels: Sendable {
  private static let coarse = LineOfSight.nodeCounts.prefix(5).map { Level($0) }
  private static let fine = LineOfSight.nodeCounts.dropFirst(5).map { Level($0) }

  subscript(level: Int) -> Level {
    level < 5 ? Self.coarse[level] : Self.fine[level - 5]
  }
}

private let levels = Levels()
