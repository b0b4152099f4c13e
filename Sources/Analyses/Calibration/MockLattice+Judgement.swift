import Inference
import RealModule

extension MockLattice {
  /// Where a mock's truth is in its posterior; nil if the truth is outside of the table.
  func judgement(of mock: Mock, _ point: [Double]) -> ReplicateJudgement? {
    guard let trueLogLikelihood = logLikelihood(point) else { return nil }
    let (truePlace, column) = position(point)
    let isPlane = mock.survey.space.dimension == 2
    var (total, below, ofLikelihood) = (0.0, 0.0, 0.0)
    var marginal: [Double] = []
    // Sums from the values at the mode, where no digits cancel.
    let middle = rows[rows.count / 2]
    let (origin, rowOrigin) = (middle.values[middle.values.count / 2], middle.value)
    var moments = [SIMD2<Double>](repeating: .zero, count: 2)
    for row in rows {
      let densities = row.logDensities.map { Double.exp($0 - logPeak) }
      let sum = densities.reduce(0, +)
      total += sum
      marginal.append(sum)
      below += Lattice.integral(
        of: densities, below: column(row.place) - Double(row.first))
      ofLikelihood += Lattice.integral(
        of: densities, where: row.logLikelihoods, below: trueLogLikelihood)
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
      likelihoodRank: trueLogLikelihood.isNaN ? .nan : min(1, max(0, ofLikelihood / total)),
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

  /// ∫ p where another function is below a limit, both straight between points.
  static func integral(
    of values: [Double], where other: [Double], below limit: Double
  ) -> Double {
    var sum = 0.0
    if let first = other.first, first < limit { sum += 0.5 * values[0] }
    if let last = other.last, last < limit { sum += 0.5 * values[values.count - 1] }
    for i in 1..<max(1, values.count) {
      let (a, b) = (other[i - 1] - limit, other[i] - limit)
      let (p, q) = (values[i - 1], values[i])
      if a < 0, b < 0 {
        sum += 0.5 * (p + q)
      } else if a < 0 || b < 0 {
        // From the end that is below to where it crosses.
        let t = abs(a < 0 ? a : b) / (abs(a) + abs(b))
        let (start, end) = a < 0 ? (p, q) : (q, p)
        let share = t.isFinite ? t : 1
        sum += share * (start + 0.5 * share * (end - start))
      }
    }
    return sum
  }
}
