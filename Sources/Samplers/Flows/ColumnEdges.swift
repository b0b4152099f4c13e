import RealModule

/// Hard edges of columns, and coordinates that have none: log((x − a)/(b − x)) between two edges, log(x − a) above
/// one, −log(b − x) below one, x itself without.
///
/// A flow that learns in these coordinates has no density, and no draws, beyond the edges.
public struct ColumnEdges: Sendable, Equatable {
  /// The lower edges, one for each column; −∞ where there is none.
  public var lower: [Double]
  /// The upper edges, one for each column; ∞ where there is none.
  public var upper: [Double]

  /// Edges of columns.
  ///
  /// - Parameters:
  ///   - lower: one for each column; −∞ where there is none.
  ///   - upper: one for each column, above the lower one; ∞ where there is none.
  public init(lower: [Double], upper: [Double]) {
    (self.lower, self.upper) = (lower, upper)
  }

  /// No edges.
  public init(dimension: Int) {
    lower = .init(repeating: -.infinity, count: dimension)
    upper = .init(repeating: .infinity, count: dimension)
  }

  /// Edges of a column as text has them: `name=lower,upper`, where either end may be empty; nil for anything
  /// else.
  public static func parse(_ text: String) -> (name: String, edges: (lower: Double, upper: Double))?
  {
    guard let sign = text.lastIndex(of: "="), sign > text.startIndex else { return nil }
    let ends = text[text.index(after: sign)...].split(
      separator: ",", omittingEmptySubsequences: false)
    guard ends.count == 2 else { return nil }
    func number(_ end: Substring, _ none: Double) -> Double? {
      let word = end.filter { $0 != " " }
      return word.isEmpty ? none : Double(word)
    }
    guard let lower = number(ends[0], -.infinity), let upper = number(ends[1], .infinity),
      lower < upper, lower < .infinity, upper > -.infinity
    else { return nil }
    return (String(text[..<sign]), (lower, upper))
  }

  /// Whether there are none.
  public var isEmpty: Bool {
    lower.allSatisfy { $0 == -.infinity } && upper.allSatisfy { $0 == .infinity }
  }

  /// The coordinates of rows; infinite at an edge, not a number beyond.
  public func open(_ rows: [Double]) -> [Double] {
    rows.enumerated().map { index, value in
      let (a, b) = (lower[index % lower.count], upper[index % lower.count])
      switch (a > -.infinity, b < .infinity) {
      case (true, true): return .log((value - a) / (b - value))
      case (true, false): return .log(value - a)
      case (false, true): return -.log(b - value)
      case (false, false): return value
      }
    }
  }

  /// The rows of coordinates, all between the edges.
  public func close(_ coordinates: [Double]) -> [Double] {
    coordinates.enumerated().map { index, y in
      let (a, b) = (lower[index % lower.count], upper[index % lower.count])
      let value: Double
      switch (a > -.infinity, b < .infinity) {
      case (true, true):
        value =
          y < 0
          ? a + (b - a) * (.exp(y) / (1 + .exp(y))) : b - (b - a) * (.exp(-y) / (1 + .exp(-y)))
      case (true, false): value = a + .exp(y)
      case (false, true): value = b - .exp(-y)
      case (false, false): return y
      }
      // Rounding may end at an edge, where there is no density.
      return value <= a ? a.nextUp : value >= b ? b.nextDown : value
    }
  }

  /// log |∂y/∂x| of each row; −∞ for rows that are not between the edges.
  public func logVolumes(_ rows: [Double]) -> [Double] {
    let dimension = lower.count
    return stride(from: 0, to: rows.count, by: dimension).map { start in
      (0..<dimension).reduce(0.0) { sum, column in
        let (value, a, b) = (rows[start + column], lower[column], upper[column])
        guard value > a, value < b else { return -.infinity }
        switch (a > -.infinity, b < .infinity) {
        case (true, true): return sum + .log((b - a) / (value - a) / (b - value))
        case (true, false): return sum - .log(value - a)
        case (false, true): return sum - .log(b - value)
        case (false, false): return sum
        }
      }
    }
  }

  /// Rows with numbers at an edge, where rounding has put them, moved to half the distance of the nearest
  /// number.
  ///
  /// - Throws: `FlowDataError.beyondEdge` if a row is outside.
  func inside(_ rows: [Double], _ names: [String]) throws(FlowDataError) -> [Double] {
    if isEmpty { return rows }
    var rows = rows
    for column in lower.indices {
      let places = stride(from: column, to: rows.count, by: lower.count)
      let (a, b) = (lower[column], upper[column])
      for place in places where !(rows[place] >= a && rows[place] <= b) {
        throw .beyondEdge(
          column: names[column], row: place / lower.count + 1, value: rows[place], lower: a,
          upper: b)
      }
      let scale = places.reduce(0) { max($0, abs(rows[$1])) }
      let tiny = max(scale, 1e-300) * 1e-12
      let above = places.reduce(tiny * 1e6) { rows[$1] > a ? min($0, rows[$1] - a) : $0 }
      let below = places.reduce(tiny * 1e6) { rows[$1] < b ? min($0, b - rows[$1]) : $0 }
      for place in places {
        if rows[place] == a { rows[place] = max(a + above / 2, a.nextUp) }
        if rows[place] == b { rows[place] = min(b - below / 2, b.nextDown) }
      }
    }
    return rows
  }
}
