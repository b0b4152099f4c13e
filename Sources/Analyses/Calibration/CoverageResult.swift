import Inference
import RealModule
public import Studies

/// How often intervals of mocks of one cosmology hold it.
public struct CoverageResult: Sendable, Codable {
  /// One interval.
  public struct Interval: Sendable, Codable {
    /// q.
    public var probability: Double
    /// The share of mocks whose central interval of q holds the truth, and √(q (1 − q) / n).
    public var share, error: Double
  }

  /// One parameter.
  public struct Row: Sendable, Codable {
    /// Its name.
    public var name: String
    /// What mocks were made with.
    public var truth: Double
    /// The mean of the mocks' estimates, and the median of their standard deviations.
    public var mean, standardDeviation: Double
    /// The mean of (estimate − truth) / sd, and its standard error.
    public var bias, biasError: Double
    /// The standard deviation of the pulls, and its standard error.
    public var pullDeviation, pullDeviationError: Double
    /// 50, 68.3 and 95.4 %.
    public var intervals: [Interval]
    /// The share of mocks whose central interval of q holds the truth, minus q, for the figure.
    public var differences: [Double]
  }

  /// The number of mocks with a posterior, and of those without.
  public var mockCount, failedCount: Int
  /// The reasons of those without, each once.
  public var reasons: [String]
  /// The parameters that the mocks' model has.
  public var rows: [Row]
  /// q of the differences, and the half width of the band that 95 % of sets of right intervals keep to, for all q at once.
  public var points, halfWidths: [Double]
  /// Free parameters that the mocks' model does not have.
  public var withoutTruth: [String]
  /// What is wrong, in sentences: a bias of more than 0.2 σ, or an interval of 68.3 % that holds the truth in less than 63 or
  /// more than 74 % of the mocks, beyond four standard errors.
  public private(set) var objections: [String] = []

  /// q of the intervals.
  static let probabilities = [0.5, 0.6827, 0.9545]

  /// The result of a study.
  ///
  /// - Parameters:
  ///   - table: its units.
  ///   - names: the free parameters.
  public init(_ table: UnitTable, of names: [String]) {
    let count = table.rows.count
    mockCount = count
    failedCount = table.failures.count
    reasons = Set(table.failures.map(\.reason)).sorted()
    let known = names.filter { table["truth_\($0)"].first?.isFinite == true }
    let band = UniformBand(count: max(2, count))
    (points, halfWidths) = (band.points, band.halfWidths)
    withoutTruth = names.filter { !known.contains($0) }
    rows = known.map { name in
      let (pulls, ranks) = (table["pull_\(name)"], table["rank_\(name)"])
      let n = Double(count)
      let deviation = sampleVariance(pulls).squareRoot()
      return Row(
        name: name, truth: table["truth_\(name)"].first ?? .nan,
        mean: mean(table["mean_\(name)"]),
        standardDeviation: quantile(0.5, ofSorted: table["sd_\(name)"].sorted()),
        bias: mean(pulls), biasError: 1 / n.squareRoot(), pullDeviation: deviation,
        pullDeviationError: 1 / (2 * n).squareRoot(),
        intervals: Self.probabilities.map { q in
          Interval(
            probability: q,
            share: Double(ranks.count { abs($0 - 0.5) <= 0.5 * q }) / n,
            error: (q * (1 - q) / n).squareRoot())
        },
        // The smallest q that holds the truth is as uniform as the rank.
        differences: zip(band.distribution(of: ranks.map { abs(2 * $0 - 1) }), band.points)
          .map { $0 - $1 })
    }
    objections = findObjections()
  }

  private func findObjections() -> [String] {
    var sentences: [String] = []
    for row in rows {
      if !(abs(row.bias) <= 0.2 + 4 * row.biasError) {
        sentences.append("\(row.name) is biased")
      }
      let middle = row.intervals[1]
      if !(middle.share >= 0.63 - 4 * middle.error) {
        sentences.append("errors of \(row.name) are too small")
      }
      if !(middle.share <= 0.74 + 4 * middle.error) {
        sentences.append("errors of \(row.name) are too large")
      }
    }
    if mockCount < 20 { sentences.append("fewer than 20 mocks have a posterior") }
    if failedCount * 100 > mockCount { sentences.append("more than 1 % of the mocks have none") }
    return sentences
  }

  /// Failure if there are objections.
  public var exitStatus: ExitStatus { objections.isEmpty ? .success : .failedCheck }
}
