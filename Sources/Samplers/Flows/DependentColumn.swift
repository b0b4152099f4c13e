import RealModule

/// A column that others determine exactly, so that they have no joint density: a linear function of them, or a
/// product of powers.
struct DependentColumn {
  /// The relation in words, such as `H0 = 100 × h`.
  let relation: String

  /// The part of a column's scatter, in standard deviations, that others may leave open: what rounding of numbers
  /// in text does.
  private static let tolerance = 1e-5
  private static let mostRows = 20_000

  /// Finds the first such column; nil if there is none.
  ///
  /// - Parameter rows: numbers row by row; no column is constant.
  init?(in rows: [Double], _ names: [String]) {
    let dimension = names.count
    let count = rows.count / dimension
    let step = max(1, (count + Self.mostRows - 1) / Self.mostRows)
    let chosen = stride(from: 0, to: count, by: step)
    let columns = names.indices.map { column in chosen.map { rows[$0 * dimension + column] } }
    if let linear = Self.relation(columns) {
      relation = Self.sum(linear, names)
      return
    }
    let positive = names.indices.filter { columns[$0].allSatisfy { $0 > 0 } }
    guard positive.count > 1,
      let product = Self.relation(positive.map { columns[$0].map { .log($0) } })
    else { return nil }
    relation = Self.product(product, positive.map { names[$0] })
  }

  private struct Relation {
    var column: Int
    var factors: [Double]
    var constant: Double
  }

  /// The first column that is a linear function of earlier ones.
  private static func relation(_ columns: [[Double]]) -> Relation? {
    let count = Double(columns[0].count)
    guard columns[0].count > columns.count + 1 else { return nil }
    let means = columns.map { $0.reduce(0, +) / count }
    let centred = zip(columns, means).map { column, mean in column.map { $0 - mean } }
    let scales = centred.map { (dot($0, $0) / count).squareRoot() }
    guard scales.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    // Orthonormal combinations of earlier columns, and their coefficients.
    var basis: [(values: [Double], factors: [Double])] = []
    for index in columns.indices {
      var rest = centred[index].map { $0 / scales[index] / count.squareRoot() }
      var factors = [Double](repeating: 0, count: columns.count)
      // Twice is enough for orthogonality to rounding.
      for _ in 0..<2 {
        for part in basis {
          let along = dot(part.values, rest)
          for row in rest.indices { rest[row] -= along * part.values[row] }
          for column in columns.indices { factors[column] += along * part.factors[column] }
        }
      }
      let length = dot(rest, rest).squareRoot()
      if length < tolerance {
        let slopes = columns.indices.map { factors[$0] * scales[index] / scales[$0] }
        // Without what is zero but for rounding.
        let kept = columns.indices.map { abs(factors[$0]) < 1e-4 ? 0 : slopes[$0] }
        let constant = means[index] - zip(kept, means).reduce(0) { $0 + $1.0 * $1.1 }
        return Relation(column: index, factors: kept, constant: constant)
      }
      var own = factors.map { -$0 / length }
      own[index] += 1 / length
      basis.append((rest.map { $0 / length }, own))
    }
    return nil
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  private static func sum(_ relation: Relation, _ names: [String]) -> String {
    var text = "\(names[relation.column]) ="
    var isFirst = true
    func add(_ number: Double, _ name: String?) {
      let size = rounded(abs(number))
      let term = name.map { size == "1" ? $0 : "\(size) × \($0)" } ?? size
      text += isFirst ? (number < 0 ? " −" : " ") : (number < 0 ? " − " : " + ")
      text += term
      isFirst = false
    }
    for (index, factor) in relation.factors.enumerated() where factor != 0 {
      add(factor, names[index])
    }
    let size = relation.factors.map(abs).max() ?? 1
    if abs(relation.constant) > 1e-6 * max(size, 1e-300) { add(relation.constant, nil) }
    return text
  }

  private static func product(_ relation: Relation, _ names: [String]) -> String {
    let factor = rounded(Double.exp(relation.constant))
    var parts = factor == "1" ? [] : [factor]
    for (index, power) in relation.factors.enumerated() where power != 0 {
      let exponent = rounded(power)
      parts.append(exponent == "1" ? names[index] : "\(names[index])^\(exponent)")
    }
    return "\(names[relation.column]) = \(parts.joined(separator: " × "))"
  }

  /// A number with at most five digits.
  private static func rounded(_ number: Double) -> String {
    guard number != 0, number.isFinite else { return "0" }
    let unit = Double.pow(10, 4 - (Double.log10(abs(number))).rounded(.down))
    let value = (number * unit).rounded() / unit
    return Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
