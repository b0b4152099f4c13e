import Inference
import RealModule

/// The posterior of one mock on a lattice.
struct MockLattice {
  /// One row, of points in equal steps.
  struct Row {
    /// The number of steps from the mode to the first point.
    var first: Int
    var (logDensities, logLikelihoods, values): ([Double], [Double], [Double])
    /// The step of the row, and its value of the first parameter.
    var (place, value): (Int, Double)
  }

  private let table: SummaryTable
  private let data: [SIMD4<Double>]
  /// 1/s².
  private let factor: Double
  private var scratch: SummaryTable.Row
  private let isPlane: Bool
  /// The middle, within half a step of the mode.
  private(set) var mode: [Double]
  /// The triangle of axes: uᵢ = mᵢ + Σ axes x.
  private var (a, b, c) = (1.0, 0.0, 1.0)
  private(set) var rows: [Row] = []
  private var peak = -Double.infinity

  /// x from one point to the next.
  let step: Double
  /// How far below the largest log density it ends.
  private static let depth = 12.5
  private static let largestCount = 40_000

  /// The lattice of a posterior; nil if it has no mode within the table or does not end there.
  ///
  /// - Parameter step: from one point to the next, in standard deviations at the mode.
  init?(
    _ table: SummaryTable, _ summaries: [Double], errorScale: Double, from start: [Double],
    step: Double, using random: inout RandomStream
  ) {
    self.table = table
    self.step = step
    data = table.blocks(summaries)
    factor = 1 / (errorScale * errorScale)
    scratch = SummaryTable.Row(table)
    isPlane = table.counts.rows > 1
    mode = start
    guard findMode() else { return nil }
    // Not at the mode itself, so that errors of sums over points are as often positive as negative.
    for axis in mode.indices {
      let shift = step * (random.nextUniform() - 0.5)
      mode[axis] += shift * (axis == 0 && isPlane ? a : c)
    }
    guard grow() else { return nil }
  }

  /// Row by row, from the mode up and down.
  private mutating func grow() -> Bool {
    var (up, down): ([Row], [Row]) = ([], [])
    guard let middle = row(0, near: 0...0) else { return false }
    var count = 0
    for sign in isPlane ? [1, -1] : [] {
      var last = middle
      var place = sign
      while let inside = inside(last) {
        guard let next = row(place, near: inside) else { return false }
        count += next.values.count
        guard count < Self.largestCount else { return false }
        if sign > 0 { up.append(next) } else { down.append(next) }
        (last, place) = (next, place + sign)
      }
    }
    rows = down.reversed() + [middle] + up
    return peak.isFinite
  }

  /// The steps of a row from the first to the last that count.
  private func inside(_ row: Row) -> ClosedRange<Int>? {
    let limit = peak - Self.depth
    guard let first = row.logDensities.firstIndex(where: { $0 > limit }),
      let last = row.logDensities.lastIndex(where: { $0 > limit })
    else { return nil }
    return row.first + first...row.first + last
  }

  /// A row that covers some steps, and as many more as count; nil if it leaves the table before it ends.
  private mutating func row(_ place: Int, near steps: ClosedRange<Int>) -> Row? {
    let x = step * Double(place)
    let u = isPlane ? mode[0] + a * x : 0
    scratch.move(to: u, table)
    let middle = mode[mode.count - 1] + b * x
    let (table, data, factor, own) = (table, data, factor, table.summaryCount)
    let (width, second) = (c * step, isPlane ? own + 1 : own)
    var row = Row(
      first: steps.lowerBound, logDensities: [], logLikelihoods: [], values: [], place: place,
      value: 0)
    var (below, above): ([SIMD4<Double>], [SIMD4<Double>]) = ([], [])
    /// log density, log L, and both parameters; nil where the table has no meaning. Next to nothing is outside of it.
    func point(_ step: Int, _ scratch: inout SummaryTable.Row) -> SIMD4<Double>? {
      let v = middle + width * Double(step)
      guard scratch.evaluate(at: v, table) else { return SIMD4(-.infinity, -.infinity, 0, 0) }
      let logLikelihood = -0.5 * factor * scratch.squares(data)
      guard logLikelihood.isFinite else { return nil }
      let logPrior = -0.5 * (u * u + v * v)
      return SIMD4(
        logLikelihood + logPrior, logLikelihood, scratch.number(own), scratch.number(second))
    }
    var step = steps.lowerBound
    while true {
      guard let next = point(step, &scratch) else { return nil }
      above.append(next)
      peak = max(peak, next[0])
      if step >= steps.upperBound, next[0] < peak - Self.depth { break }
      step += 1
      if above.count > Self.largestCount { return nil }
    }
    step = steps.lowerBound - 1
    while (below.last ?? above[0])[0] >= peak - Self.depth {
      guard let next = point(step, &scratch) else { return nil }
      below.append(next)
      peak = max(peak, next[0])
      step -= 1
      if below.count > Self.largestCount { return nil }
    }
    let all = below.reversed() + above
    row.first = steps.lowerBound - below.count
    row.logDensities = all.map { $0[0] }
    row.logLikelihoods = all.map { $0[1] }
    row.values = all.map { $0[3] }
    row.value = all[below.count][2]
    return row
  }

  // MARK: The mode

  /// ½ (|y − m|²/s² + |u|²) at a point, whose residuals / s are written; infinite outside of the table.
  private mutating func cost(_ point: [Double], _ residuals: inout [Double]) -> Double {
    scratch.move(to: isPlane ? point[0] : 0, table)
    guard scratch.evaluate(at: point[point.count - 1], table) else { return .infinity }
    var sum = point.reduce(0) { $0 + $1 * $1 }
    let root = factor.squareRoot()
    for i in 0..<table.summaryCount {
      residuals[i] = root * (data[i / 4][i % 4] - scratch.number(i))
      sum += residuals[i] * residuals[i]
    }
    return sum.isFinite ? 0.5 * sum : .infinity
  }

  /// Damped Gauss–Newton steps to the mode, and the axes of the curvature there.
  private mutating func findMode() -> Bool {
    let count = table.summaryCount
    var residuals = [Double](repeating: 0, count: count)
    var (other, tried) = (residuals, residuals)
    var current = cost(mode, &residuals)
    guard current.isFinite else { return false }
    let difference = 0.02 * table.spacing
    var damping = 1e-6
    for _ in 0..<60 {
      var slopes: [[Double]] = []
      for axis in mode.indices {
        var near = mode
        near[axis] += near[axis] > 0 ? -difference : difference
        guard cost(near, &other).isFinite else { return false }
        let inverse = 1 / (near[axis] - mode[axis])
        slopes.append((0..<count).map { (other[$0] - residuals[$0]) * inverse })
      }
      func product(_ i: Int, _ j: Int) -> Double {
        (0..<count).reduce(0) { $0 + slopes[i][$1] * slopes[j][$1] }
      }
      let gradient = mode.indices.map { axis in
        (0..<count).reduce(mode[axis]) { $0 + slopes[axis][$1] * residuals[$1] }
      }
      let (p, q) = (product(0, 0) + 1, isPlane ? product(0, 1) : 0)
      let r = isPlane ? product(1, 1) + 1 : p
      setAxes(p, q, r)
      while true {
        let step = solve(p * (1 + damping), q, r * (1 + damping), gradient)
        let trial = zip(mode, step).map { $0 - $1 }
        // Half the squared length of the step, in standard deviations.
        let length = 0.5 * zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
        let value = cost(trial, &tried)
        if value <= current {
          (mode, current, residuals) = (trial, value, tried)
          damping = max(1e-6, 0.1 * damping)
          if length < 1e-4 { return true }
          break
        }
        if length < 1e-4 { return true }
        damping = max(1e-3, 10 * damping)
        guard damping < 1e8 else { return false }
      }
    }
    return false
  }

  /// The axes of a curvature, a lower triangle L with L Lᵀ = H⁻¹.
  private mutating func setAxes(_ p: Double, _ q: Double, _ r: Double) {
    guard isPlane else {
      c = 1 / p.squareRoot()
      return
    }
    let determinant = p * r - q * q
    a = (r / determinant).squareRoot()
    b = -q / determinant / a
    c = 1 / r.squareRoot()
  }

  private func solve(_ p: Double, _ q: Double, _ r: Double, _ gradient: [Double]) -> [Double] {
    guard isPlane else { return [gradient[0] / p] }
    let determinant = p * r - q * q
    return [
      (r * gradient[0] - q * gradient[1]) / determinant,
      (p * gradient[1] - q * gradient[0]) / determinant,
    ]
  }

  /// Where a point is in steps: that of its row, and that within a row x steps from the mode.
  func position(_ point: [Double]) -> (row: Double, column: (Int) -> Double) {
    let (last, mode) = (point.count - 1, mode)
    let (b, c, step) = (b, c, step)
    return (
      isPlane ? (point[0] - mode[0]) / (a * step) : 0,
      { (point[last] - mode[last] - b * step * Double($0)) / (c * step) }
    )
  }

  /// log L at a point; NaN where a coordinate is, nil outside of the table.
  func logLikelihood(_ point: [Double]) -> Double? {
    if point.contains(where: \.isNaN) { return .nan }
    var row = scratch
    row.move(to: isPlane ? point[0] : 0, table)
    guard row.evaluate(at: point[point.count - 1], table) else { return nil }
    return -0.5 * factor * row.squares(data)
  }

  /// The largest log density.
  var logPeak: Double { peak }
}
