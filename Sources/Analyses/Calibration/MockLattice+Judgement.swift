import Inference
import RealModule

extension MockLattice {
  /// The largest difference of sums over every second point from half the sum over all, relative to it.
  ///
  /// Trapezoidal sums converge as exp(−2π²σ²/h²): what twice the step gets to this, the step gets to its fourth power.
  private static let resolution = 1e-4

  /// Where a mock's truth is in its posterior; nil if the truth is outside of the table, or if the step is too large for some
  /// part of the posterior.
  func judgement(of mock: Replicate, _ point: [Double]) -> ReplicateJudgement? {
    guard let trueLogLikelihood = logLikelihood(point) else { return nil }
    let (truePlace, column) = position(point)
    let isPlane = mock.survey.space.dimension == 2
    var (total, below) = (0.0, 0.0)
    var lines: [Lattice.Line] = []
    var marginal: [Double] = []
    // Sums over rows of even and odd places, and over their points of even and odd places.
    var parts = SIMD4<Double>.zero
    // Sums from the values at the mode, where no digits cancel.
    let middle = rows[rows.count / 2]
    let (origin, rowOrigin) = (middle.values[middle.values.count / 2], middle.value)
    var moments = [SIMD2<Double>](repeating: .zero, count: 2)
    for row in rows {
      let densities = row.logDensities.map { Double.exp($0 - logPeak) }
      var alternating = SIMD2<Double>.zero
      for (index, density) in densities.enumerated() {
        alternating[(row.first + index) & 1] += density
      }
      let sum = alternating.sum()
      total += sum
      let part = 2 * (row.place & 1)
      parts[part] += alternating[0]
      parts[part + 1] += alternating[1]
      marginal.append(sum)
      below += Lattice.integral(
        of: densities, below: column(row.place) - Double(row.first))
      lines.append(
        Lattice.Line(first: row.first, values: densities, other: row.logLikelihoods))
      var own = SIMD2<Double>.zero
      for (density, value) in zip(densities, row.values) {
        let difference = value - origin
        own += density * SIMD2(difference, difference * difference)
      }
      moments[1] += own
      let difference = row.value - rowOrigin
      moments[0] += sum * SIMD2(difference, difference * difference)
    }
    guard total > 0, let first = rows.first else { return nil }
    let share = total / (isPlane ? 4 : 2)
    for part in 0..<(isPlane ? 4 : 2) where abs(parts[part] - share) > Self.resolution * share {
      return nil
    }
    let rowRank =
      Lattice.integral(of: marginal, below: truePlace - Double(first.place)) / total
    func result(_ moment: SIMD2<Double>, _ origin: Double) -> (mean: Double, deviation: Double) {
      let mean = moment[0] / total
      return (origin + mean, max(0, moment[1] / total - mean * mean).squareRoot())
    }
    let last = result(moments[1], origin)
    let all = isPlane ? [result(moments[0], rowOrigin), last] : [last]
    let ranks = zip(point, isPlane ? [rowRank, below / total] : [below / total]).map {
      $0.isNaN ? .nan : min(1, max(0, $1))
    }
    guard all.allSatisfy({ $0.deviation > 0 }) else { return nil }
    return ReplicateJudgement(
      ranks: ranks, means: all.map(\.mean),
      standardDeviations: all.map(\.deviation),
      likelihoodRank: trueLogLikelihood.isNaN
        ? .nan
        : min(1, max(0, 1 - Lattice.integral(of: lines, above: trueLogLikelihood) / total)),
      effectiveSampleSize: .infinity)
  }
}

/// Integrals over points in equal steps, in units of these.
enum Lattice {
  /// ∫ p up to a position, from values at 0, 1, … that vanish beyond both ends.
  ///
  /// The trapezoidal rule with the correction of its ends, and Hermite's cubic in the last interval.
  static func integral(of values: [Double], below limit: Double) -> Double {
    guard limit > 0, let last = values.last else { return 0 }
    guard limit < Double(values.count - 1) else { return values.reduce(0, +) }
    let place = Int(limit)
    func slope(_ i: Int) -> Double {
      let before = i > 0 ? values[i - 1] : 0
      let after = i + 1 < values.count ? values[i + 1] : last
      return 0.5 * (after - before)
    }
    let sum = values[..<place].reduce(0.5 * values[place], +) - slope(place) / 12
    let (t, p, q) = (limit - Double(place), values[place], values[place + 1])
    let (d, e) = (slope(place), slope(place + 1))
    // p + d t + (3 (q − p) − 2 d − e) t² + (2 (p − q) + d + e) t³, integrated.
    let second = (3 * (q - p) - 2 * d - e) / 3
    let third = (2 * (p - q) + d + e) / 4
    return sum + t * (p + t * (0.5 * d + t * (second + t * third)))
  }

  /// Points in a row, each with another number.
  struct Line {
    /// The place of the first.
    var first: Int
    var (values, other): ([Double], [Double])
  }

  /// ∫∫ p where another function, concave in the main, is above a limit; p vanishes beyond the ends.
  ///
  /// Three more rows are put between any two, by cubic interpolation.
  static func integral(of lines: [Line], above limit: Double) -> Double {
    guard lines.count > 1 else { return lines.reduce(0) { $0 + integral(of: $1, above: limit) } }
    var sum = 0.0
    for index in lines.indices {
      sum += integral(of: lines[index], above: limit)
      guard index > 0, index + 2 < lines.count else { continue }
      for quarter in 1...3 {
        let between = between(lines[index - 1...index + 2], 0.25 * Double(quarter))
        sum += integral(of: between, above: limit)
      }
    }
    return 0.25 * sum
  }

  /// The row at t between the second and the third of four, where all have points.
  private static func between(_ lines: ArraySlice<Line>, _ t: Double) -> Line {
    let first = lines.reduce(Int.min) { max($0, $1.first) }
    let end = lines.reduce(Int.max) { min($0, $1.first + $1.values.count) }
    guard first < end else { return Line(first: first, values: [], other: []) }
    let (a, b, c, d) = (t + 1, t, t - 1, t - 2)
    let weights = [b * c * d / -6, a * c * d / 2, a * b * d / -2, a * b * c / 6]
    var values = [Double](repeating: 0, count: end - first)
    var other = values
    for (line, weight) in zip(lines, weights) {
      let shift = first - line.first
      for i in values.indices {
        values[i] += weight * line.values[i + shift]
        other[i] += weight * line.other[i + shift]
      }
    }
    return Line(first: first, values: values, other: other)
  }

  /// The second difference of a smooth function around the interval that ends at a point; at the ends, that next to it.
  private static func bend(_ values: [Double], _ i: Int) -> Double {
    let before = i > 1 ? values[i - 2] - 2 * values[i - 1] + values[i] : .nan
    let after = i + 1 < values.count ? values[i - 1] - 2 * values[i] + values[i + 1] : .nan
    let mean = 0.5 * (before + after)
    if mean.isFinite { return mean }
    return before.isFinite ? before : after.isFinite ? after : 0
  }

  /// The same of one row, between whose points both are parabolas.
  private static func integral(of line: Line, above limit: Double) -> Double {
    let (values, other) = (line.values, line.other)
    var sum = 0.0
    for i in 1..<max(1, values.count) {
      let (a, b) = (other[i - 1] - limit, other[i] - limit)
      if a < 0, b < 0, a.isInfinite || b.isInfinite { continue }
      let (p, q) = (values[i - 1], values[i])
      let curve = bend(values, i)
      // ∫ p + (q − p) t + ½ curve t (t − 1).
      func part(_ s: Double, _ t: Double) -> Double {
        func integral(_ t: Double) -> Double {
          t * (p + t * (0.5 * (q - p) + curve * (t / 6 - 0.25)))
        }
        return integral(t) - integral(s)
      }
      if a >= 0, b >= 0 {
        sum += part(0, 1)
        continue
      }
      let bend = bend(other, i)
      // a + slope t + ½ bend t² = 0.
      let slope = b - a - 0.5 * bend
      let root = slope * slope - 2 * bend * a
      guard root.isFinite, root > 0 else { continue }
      let r = root.squareRoot()
      // Where it rises, and where it falls; without cancellation.
      let rising = slope >= 0 ? -2 * a / (slope + r) : (r - slope) / bend
      let falling = slope < 0 ? -2 * a / (slope - r) : (-slope - r) / bend
      if a < 0, b < 0 {
        if bend < 0, rising > 0, falling < 1, rising < falling { sum += part(rising, falling) }
      } else if a < 0 {
        sum += part(min(1, max(0, rising)), 1)
      } else {
        sum += part(0, min(1, max(0, falling)))
      }
    }
    return sum
  }
}
