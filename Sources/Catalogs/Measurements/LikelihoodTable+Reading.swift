public import Cosmology
import Foundation

extension LikelihoodTable {
  /// Reads the likelihood of one or two observables on a grid, as eBOSS publishes it: rows of a value of each and
  /// the likelihood, in any order.
  ///
  /// ```
  /// # D_M(z=2.334)/r_d  D_H(z=2.334)/r_d  likelihood ratio
  /// 31.3628 6.88088 1.7113e-17
  /// 31.3628 6.95109 1.9736e-17
  /// ```
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - observables: what its first columns are, one or two.
  /// - Throws: `CatalogError` with the row of what is wrong: also for points that are missing or repeated,
  ///   likelihoods that are not positive, and axes of other observables.
  public init(
    likelihoods path: String, of observables: [Observable]
  ) throws(CatalogError) {
    precondition((1...2).contains(observables.count), "\(observables.count) axes")
    let lines = try WordLines(path, upTo: WordLines.mostPoints)
    try self.init(lines, of: observables)
  }

  private init(_ lines: WordLines, of observables: [Observable]) throws(CatalogError) {
    let names = observables.map(\.name)
    let count = observables.count + 1
    var (points, logLikelihoods) = ([[Double]](), [Double]())
    for row in lines.rows {
      guard row.words.count == count else {
        throw lines.error(row, .columnCount(found: row.words.count, axes: names))
      }
      var point: [Double] = []
      for (place, name) in names.enumerated() {
        point.append(try lines.number(place, of: row, name))
      }
      let likelihood = try lines.number(count - 1, of: row, "likelihood")
      guard likelihood > 0 else {
        throw lines.error(row, column: "likelihood", .notALikelihood(found: likelihood))
      }
      points.append(point)
      logLikelihoods.append(log(likelihood))
    }
    let axes = (0..<observables.count).map { axis in GridAxis(points.map { $0[axis] }) }
    for (axis, name) in zip(axes, names) where axis.values.count < 4 {
      throw CatalogError(
        lines.path, .measurement(.tooFewPoints(found: axis.values.count, axis: name)))
    }
    let size = axes.reduce(1) { $0 * $1.values.count }
    // A table with holes may have an axis for every row.
    guard size <= 4 * WordLines.mostPoints else {
      throw CatalogError(lines.path, .measurement(.tooMany(limit: WordLines.mostPoints)))
    }
    var grid = [Double](repeating: .nan, count: size)
    var rows = [Int](repeating: 0, count: size)
    for (index, point) in points.enumerated() {
      let cell = zip(axes, point).reduce(0) { $0 * $1.0.values.count + $1.0.place(of: $1.1) }
      guard grid[cell].isNaN else {
        throw lines.error(lines.rows[index], .repeated(firstLine: lines.rows[rows[cell]].line))
      }
      (grid[cell], rows[cell]) = (logLikelihoods[index], index)
    }
    if let cell = grid.firstIndex(where: \.isNaN) {
      var (rest, place) = (cell, [String]())
      for (axis, name) in zip(axes, names).reversed() {
        place.insert("\(name) = \(axis.values[rest % axis.values.count])", at: 0)
        rest /= axis.values.count
      }
      throw CatalogError(
        lines.path, .measurement(.hole(point: place.joined(separator: ", "))))
    }
    self.init(observables, axes: axes.map(\.values), logLikelihoods: grid)
    try check(lines.path)
  }

  /// Reads χ² on an even grid of one observable over a fiducial value, as the Main Galaxy Sample of SDSS publishes
  /// it: a number in each row.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - observable: what is measured.
  ///   - range: the first and the last value of the grid.
  ///   - unit: the fiducial value by which those are to be multiplied.
  /// - Throws: `CatalogError` with the row of what is wrong.
  public init(
    chiSquared path: String, of observable: Observable, over range: ClosedRange<Double>,
    unit: Double = 1
  ) throws(CatalogError) {
    let lines = try WordLines(path, upTo: WordLines.mostPoints)
    var values: [Double] = []
    for row in lines.rows {
      guard row.words.count == 1 else {
        throw lines.error(row, .wordCount(found: row.words.count, expected: "χ²"))
      }
      values.append(-0.5 * (try lines.number(0, of: row, "χ²")))
    }
    try self.init(
      logLikelihoods: values, of: observable, from: range.lowerBound * unit,
      to: range.upperBound * unit, path)
  }

  /// A table on an even grid.
  init(
    logLikelihoods: [Double], of observable: Observable, from lower: Double, to upper: Double,
    _ path: String
  ) throws(CatalogError) {
    guard logLikelihoods.count > 3 else {
      throw CatalogError(
        path,
        .measurement(.tooFewPoints(found: logLikelihoods.count, axis: observable.name)))
    }
    guard lower < upper, (upper - lower).isFinite else {
      throw CatalogError(path, .measurement(.emptyRange(lower: lower, upper: upper)))
    }
    self.init(
      [observable], axes: [Self.even(logLikelihoods.count, from: lower, to: upper)],
      logLikelihoods: logLikelihoods)
    try check(path)
  }

  /// Values at equal distances.
  static func even(_ count: Int, from lower: Double, to upper: Double) -> [Double] {
    (0..<count).map { lower + (upper - lower) * Double($0) / Double(count - 1) }
  }

  /// Checks that the best point is one of the universe near ours, and that this is no χ².
  private func check(_ path: String) throws(CatalogError) {
    guard let best = logLikelihoods.indices.max(by: { logLikelihoods[$0] < logLikelihoods[$1] }),
      let worst = logLikelihoods.indices.min(by: { logLikelihoods[$0] < logLikelihoods[$1] })
    else { return }
    let (bestPlaces, worstPlaces) = (places(of: best), places(of: worst))
    func isAtEdge(_ places: [Int]) -> Bool {
      zip(places, axes).contains { $0 == 0 || $0 == $1.count - 1 }
    }
    if isAtEdge(bestPlaces), !isAtEdge(worstPlaces) {
      throw CatalogError(path, .measurement(.isChiSquared))
    }
    for (observable, (axis, place)) in zip(observables, zip(axes, bestPlaces)) {
      if let expected = PlausibleValue.unlike(axis[place], observable) {
        throw CatalogError(
          path,
          .measurement(
            .implausible(found: axis[place], name: observable.name, expected: expected, .unit)))
      }
    }
  }

  /// The places on the axes of a value.
  private func places(of index: Int) -> [Int] {
    var (rest, places) = (index, [Int]())
    for axis in axes.reversed() {
      places.insert(rest % axis.count, at: 0)
      rest /= axis.count
    }
    return places
  }
}

/// The distinct values of a column of a grid, ascending; what differs by rounding alone is one.
private struct GridAxis {
  private(set) var values: [Double] = []
  private let tolerance: Double

  init(_ column: [Double]) {
    let sorted = column.sorted()
    tolerance = 1e-9 * max(abs(sorted[0]), abs(sorted[sorted.count - 1]))
    for value in sorted where values.last.map({ value - $0 > tolerance }) ?? true {
      values.append(value)
    }
  }

  /// The place of a value of the column.
  func place(of value: Double) -> Int {
    var (lower, upper) = (0, values.count)
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if values[middle] <= value { lower = middle } else { upper = middle }
    }
    return lower
  }
}
