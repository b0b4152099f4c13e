/// Conditions Σ cᵢ xᵢ + r < 0 on parameters that are each in an interval, brought into triangular form:
/// each parameter is bounded by those before it, and whatever these are, something is left of its
/// interval.
///
/// By elimination (Fourier 1827; Motzkin 1936) from the last parameter to the first: every upper bound
/// on a parameter must be above every lower one.
struct LinearConditions {
  /// A condition, with the requirements that it follows from.
  struct Row {
    var coefficients: [Double]
    var constant: Double
    var sources: Set<String>

    /// The place of the last parameter in it; nil if it depends on none.
    var last: Int? { coefficients.lastIndex { $0 != 0 } }

    /// The bounds of its left side.
    func bounds(
      over supports: [(lower: Double, upper: Double)]
    ) -> (lower: Double, upper: Double) {
      zip(coefficients, supports).reduce((lower: constant, upper: constant)) { sum, term in
        let (c, support) = term
        if c == 0 { return sum }
        return c > 0
          ? (sum.lower + c * support.lower, sum.upper + c * support.upper)
          : (sum.lower + c * support.upper, sum.upper + c * support.lower)
      }
    }
  }

  /// What was asked for cannot be had.
  enum Failure: Error {
    /// Nothing fulfils what follows from these requirements.
    case impossible(Set<String>)
    /// There are too many combinations.
    case tooMany(Set<String>)
  }

  /// The conditions in triangular form: those whose last parameter has a place, by that place.
  private(set) var bounding: [[Row]]

  /// The most conditions that one parameter may have.
  private static let most = 500

  /// Brings conditions into triangular form.
  ///
  /// - Parameters:
  ///   - rows: the conditions, with as many coefficients as there are parameters.
  ///   - supports: the intervals of the parameters, in the order of dependence.
  init(_ rows: [Row], supports: [(lower: Double, upper: Double)]) throws(Failure) {
    bounding = supports.map { _ in [] }
    var open: [Row] = []
    func keep(_ row: Row, _ open: inout [Row]) throws(Failure) {
      let (lower, upper) = row.bounds(over: supports)
      let scale = 1e-12 * (abs(row.constant) + (row.coefficients.map(abs).max() ?? 0))
      guard lower < -scale else { throw .impossible(row.sources) }
      if upper <= scale { return }
      // Of parallel ones only the tightest counts.
      if let other = open.firstIndex(where: { $0.coefficients == row.coefficients }) {
        if row.constant > open[other].constant { open[other] = row }
      } else {
        open.append(row)
      }
      guard open.count <= Self.most else { throw .tooMany(row.sources) }
    }
    for row in rows { try keep(row.normalised, &open) }
    for place in supports.indices.reversed() {
      let own = open.filter { $0.coefficients[place] != 0 }
      open.removeAll { $0.coefficients[place] != 0 }
      bounding[place] = own
      func end(_ sign: Double, _ value: Double) -> [Row] {
        guard value.isFinite else { return [] }
        var row = Row(coefficients: supports.map { _ in 0 }, constant: -sign * value, sources: [])
        row.coefficients[place] = sign
        return [row]
      }
      let uppers = own.filter { $0.coefficients[place] > 0 } + end(1, supports[place].upper)
      let lowers = own.filter { $0.coefficients[place] < 0 } + end(-1, supports[place].lower)
      for upper in uppers {
        for lower in lowers where !(upper.sources.isEmpty && lower.sources.isEmpty) {
          try keep(upper.eliminating(place, with: lower).normalised, &open)
        }
      }
    }
  }
}

extension LinearConditions.Row {
  /// The same condition with a largest coefficient of one; what is left of a sum that cancels is zero.
  fileprivate var normalised: Self {
    let largest = coefficients.map(abs).max() ?? 0
    guard largest > 0 else { return self }
    var row = self
    row.coefficients = coefficients.map { abs($0) < 1e-13 * largest ? 0 : $0 / largest }
    row.constant = constant / largest
    return row
  }

  /// The sum of both in which a parameter cancels, of which one is an upper, the other a lower bound.
  fileprivate func eliminating(_ place: Int, with lower: Self) -> Self {
    let (p, q) = (1 / coefficients[place], -1 / lower.coefficients[place])
    var row = Self(
      coefficients: zip(coefficients, lower.coefficients).map { p * $0 + q * $1 },
      constant: p * constant + q * lower.constant, sources: sources.union(lower.sources))
    row.coefficients[place] = 0
    return row
  }
}
