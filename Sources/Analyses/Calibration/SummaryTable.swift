import Cosmology
import Inference

/// What a survey predicts over one or two parameters, as a table in coordinates in which their prior is N(0, 1): made once for
/// all mocks.
///
/// Between nodes polynomials of fifth degree interpolate. Rows of numbers are m(θ) and behind it the parameters themselves.
struct SummaryTable: Sendable {
  /// The number of summaries, and that of all numbers of a node in whole blocks of four.
  let (summaryCount, width): (Int, Int)
  /// The nodes along each axis; the first has one if there is one parameter.
  let counts: (rows: Int, columns: Int)
  let spacing: Double
  private let values: [SIMD4<Double>]

  /// How far nodes reach, in standard deviations of the prior.
  static let reach = 5.5
  /// The degree of interpolation, plus one.
  private static let points = 6

  /// The table of a survey of one or two parameters; nil where no spacing is fine enough.
  ///
  /// Cost: up to 160 predictions of the model for each parameter, or for each pair of nodes.
  init?(_ survey: MockSurvey, in context: RunContext) async {
    for intervals in [40, 80, 160] {
      let table = await SummaryTable(survey, intervals: intervals, in: context)
      if table.error(of: survey, context.seed) < 1e-4 {
        self = table
        return
      }
    }
    return nil
  }

  private init(_ survey: MockSurvey, intervals: Int, in context: RunContext) async {
    let isPlane = survey.space.dimension == 2
    let spacing = 2 * Self.reach / Double(intervals)
    let count = intervals + 1
    let own = survey.likelihood.summaries.count
    let blocks = (own + survey.space.dimension + 3) / 4
    let rows = await context.workers.map(isPlane ? count : 1) { row -> [SIMD4<Double>] in
      let first = isPlane ? [Double(row) * spacing - Self.reach] : []
      return (0..<count).flatMap { column -> [SIMD4<Double>] in
        let point = first + [Double(column) * spacing - Self.reach]
        let values = survey.values(at: point).prefix(point.count)
        let numbers =
          (survey.predictedSummaries(at: point) ?? [Double](repeating: .nan, count: own)) + values
        return (0..<blocks).map { block in
          var four = SIMD4<Double>.zero
          for lane in 0..<4 where 4 * block + lane < numbers.count {
            four[lane] = numbers[4 * block + lane]
          }
          return four
        }
      }
    }
    self.spacing = spacing
    (summaryCount, width) = (own, blocks)
    counts = (isPlane ? count : 1, count)
    values = rows.flatMap(\.self)
  }

  /// The largest error of summaries at draws of the prior, which is that of a residual in standard deviations.
  private func error(of survey: MockSurvey, _ seed: Seed) -> Double {
    var random = seed.stream("points of a summary table")
    var largest = 0.0
    var scratch = Row(self)
    for _ in 0..<64 {
      let point = survey.space.samplePrior(using: &random)
      guard let exact = survey.predictedSummaries(at: point), place(point[0]) != nil,
        place(point[point.count - 1]) != nil
      else { continue }
      scratch.move(to: counts.rows > 1 ? point[0] : 0, self)
      guard scratch.evaluate(at: point[point.count - 1], self) else { continue }
      let difference = exact.indices.reduce(0) {
        max($0, abs(scratch.number($1) - exact[$1]))
      }
      // NaN next to where the model has no meaning, and there alone.
      if difference.isFinite { largest = max(largest, difference) }
    }
    return largest
  }

  /// The first of six nodes and their weights; nil outside of the table.
  fileprivate func place(_ coordinate: Double) -> (first: Int, weights: Weights)? {
    let position = (coordinate + Self.reach) / spacing
    guard position >= 0, position <= Double(counts.columns - 1) else { return nil }
    let first = min(max(Int(position) - 2, 0), counts.columns - Self.points)
    let t = position - Double(first)
    // Lagrange's polynomials of nodes 0 to 5.
    let (b, c, d, e, f) = (t - 1, t - 2, t - 3, t - 4, t - 5)
    let (tb, cd, ef): (Double, Double, Double) = (t * b, c * d, e * f)
    let w0: Double = b * cd * ef / -120
    let w1: Double = t * cd * ef / 24
    let w2: Double = tb * d * ef / -12
    let w3: Double = tb * c * ef / 12
    let w4: Double = tb * cd * f / -24
    let w5: Double = tb * cd * e / 120
    return (first, Weights(w0, w1, w2, w3, w4, w5))
  }

  /// The weights of six nodes.
  fileprivate struct Weights {
    let (w0, w1, w2, w3, w4, w5): (Double, Double, Double, Double, Double, Double)

    init(_ w0: Double, _ w1: Double, _ w2: Double, _ w3: Double, _ w4: Double, _ w5: Double) {
      (self.w0, self.w1, self.w2, self.w3, self.w4, self.w5) = (w0, w1, w2, w3, w4, w5)
    }

    /// The weighted sum of nodes that are a stride apart.
    @inline(__always)
    func sum(
      _ values: UnsafeBufferPointer<SIMD4<Double>>, _ start: Int, stride: Int
    ) -> SIMD4<Double> {
      var sum = w0 * values[start]
      sum += w1 * values[start + stride]
      sum += w2 * values[start + 2 * stride]
      sum += w3 * values[start + 3 * stride]
      sum += w4 * values[start + 4 * stride]
      sum += w5 * values[start + 5 * stride]
      return sum
    }
  }

  /// One row of the table, between its nodes, and a point on it.
  struct Row: Sendable {
    private var numbers: [SIMD4<Double>]
    /// The numbers of the last point.
    private(set) var point: [SIMD4<Double>]
    /// Where the row is; nil outside of the table.
    private var place: (first: Int, weights: Weights)?
    /// The columns that are known.
    private var known = 0..<0

    init(_ table: SummaryTable) {
      numbers = Array(repeating: .zero, count: table.counts.columns * table.width)
      point = Array(repeating: .zero, count: table.width)
      if table.counts.rows == 1 {
        numbers = table.values
        known = 0..<table.counts.columns
      }
    }

    /// Moves to a value of the first parameter; of no meaning if there is one.
    mutating func move(to coordinate: Double, _ table: SummaryTable) {
      guard table.counts.rows > 1 else { return }
      place = table.place(coordinate)
      known = 0..<0
    }

    /// Interpolates columns of the row, which are few of all.
    private mutating func learn(_ columns: Range<Int>, _ table: SummaryTable) -> Bool {
      guard let (first, weights) = place else { return false }
      let all =
        known.isEmpty
        ? columns
        : min(known.lowerBound, columns.lowerBound)..<max(known.upperBound, columns.upperBound)
      let (width, length) = (table.width, table.counts.columns * table.width)
      table.values.withUnsafeBufferPointer { values in
        numbers.withUnsafeMutableBufferPointer { numbers in
          for column in all where !known.contains(column) {
            for i in column * width..<(column + 1) * width {
              numbers[i] = weights.sum(values, first * length + i, stride: length)
            }
          }
        }
      }
      known = all
      return true
    }

    /// Writes the numbers at a value of the last parameter; false outside of the table.
    mutating func evaluate(at coordinate: Double, _ table: SummaryTable) -> Bool {
      guard let (first, weights) = table.place(coordinate) else { return false }
      let columns = first..<first + SummaryTable.points
      if columns.lowerBound < known.lowerBound || columns.upperBound > known.upperBound {
        guard learn(columns, table) else { return false }
      }
      let width = table.width
      numbers.withUnsafeBufferPointer { numbers in
        point.withUnsafeMutableBufferPointer { point in
          for i in 0..<width { point[i] = weights.sum(numbers, first * width + i, stride: width) }
        }
      }
      return true
    }

    /// A number of the last point.
    func number(_ index: Int) -> Double { point[index / 4][index % 4] }

    /// Σ (y − m)² of the last point.
    func squares(_ data: [SIMD4<Double>]) -> Double {
      var sum = SIMD4<Double>.zero
      data.withUnsafeBufferPointer { data in
        point.withUnsafeBufferPointer { point in
          for i in 0..<data.count - 1 {
            let difference = data[i] - point[i]
            sum += difference * difference
          }
          // NaN where there are no data.
          let last = data[data.count - 1]
          let difference = last - point[data.count - 1]
          sum += (difference * difference).replacing(with: 0, where: last .!= last)
        }
      }
      return sum.sum()
    }
  }

  /// y in blocks of four, NaN behind it.
  func blocks(_ summaries: [Double]) -> [SIMD4<Double>] {
    stride(from: 0, to: summaries.count, by: 4).map { first in
      var four = SIMD4<Double>(repeating: .nan)
      for lane in 0..<min(4, summaries.count - first) { four[lane] = summaries[first + lane] }
      return four
    }
  }
}
