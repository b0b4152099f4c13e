import Inference
import RealModule
public import Studies

/// Whether posteriors of mocks are calibrated.
public struct CalibrationResult: Sendable, Codable {
  /// What ranks of one quantity say.
  public struct Ranks: Sendable, Codable {
    /// A parameter, or `log_likelihood`.
    public var name: String
    /// χ² of the counts in 20 bins, and the probability of a larger one.
    public var chiSquared, probability: Double
    /// The probability that uniform ranks leave the diagonal further somewhere.
    public var bandProbability: Double
    /// For a parameter the mean of the pulls, and its deviation from 0 in standard errors.
    public var pullMean, pullMeanDeviation: Double?
    /// For a parameter the mean square of the pulls, and its deviation from 1 in standard errors.
    public var pullVariance, pullVarianceDeviation: Double?
    /// For a parameter the median of the posterior's sd in units of the prior's.
    public var medianWidth: Double?
    /// F(z) − z, for the figure.
    public var differences: [Double]
  }

  /// The number of mocks with a posterior, and of those without.
  public var mockCount, failedCount: Int
  /// The reasons of those without, each once.
  public var reasons: [String]
  /// The number of mocks of which all measurements were drawn.
  public var directCount: Int
  /// The median of effective numbers of draws; infinite for integrals.
  public var effectiveDraws: Double
  /// The parameters, and log L.
  public var ranks: [Ranks]
  /// Where differences are given, and the half width of their band of 95 %.
  public var points, halfWidths: [Double]
  /// What is wrong, in sentences: tests that calibrated posteriors fail, all together, in one of a thousand studies.
  public private(set) var objections: [String] = []
  /// The largest probability with which calibrated posteriors would fail: that of a false alarm of all tests together.
  public static var falseAlarm: Double { 1e-3 }

  private static let binCount = 20

  /// The result of a study.
  ///
  /// - Parameters:
  ///   - table: its units.
  ///   - names: the free parameters.
  public init(_ table: UnitTable, of names: [String]) {
    let rows = table.rows
    mockCount = rows.count
    let failures = table.failures
    failedCount = failures.count
    reasons = Set(failures.map(\.reason)).sorted()
    directCount = table["direct"].count { $0 == 1 }
    let sizes = table["effective_draws"].sorted()
    effectiveDraws =
      sizes.last.map { $0.isFinite ? quantile(0.5, ofSorted: sizes) : .infinity } ?? .nan
    let band = UniformBand(count: max(2, rows.count))
    (points, halfWidths) = (band.points, band.halfWidths)
    ranks = (names + ["log_likelihood"]).map { name in
      Self.ranks(name, table["rank_\(name)"], table, band)
    }
    objections = findObjections()
  }

  private static func ranks(
    _ name: String, _ values: [Double], _ table: UnitTable, _ band: UniformBand
  ) -> Ranks {
    var counts = [Double](repeating: 0, count: binCount)
    for value in values where value.isFinite {
      counts[min(binCount - 1, max(0, Int(value * Double(binCount))))] += 1
    }
    let expected = Double(values.count) / Double(binCount)
    let chiSquared = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / expected
    var result = Ranks(
      name: name, chiSquared: chiSquared,
      probability: chiSquared.isFinite
        ? ChiSquaredDistribution(degreesOfFreedom: Double(binCount - 1))
          .probability(above: chiSquared) : .nan,
      bandProbability: band.probability(of: values),
      differences: zip(band.distribution(of: values), band.points).map { $0 - $1 })
    let pulls = table["pull_\(name)"]
    if pulls.count > 1 {
      let squares = pulls.map { $0 * $0 }
      let (average, variance) = (mean(pulls), mean(squares))
      let root = Double(pulls.count).squareRoot()
      result.pullMean = average
      result.pullMeanDeviation = average / sampleVariance(pulls).squareRoot() * root
      result.pullVariance = variance
      result.pullVarianceDeviation = (variance - 1) / sampleVariance(squares).squareRoot() * root
      result.medianWidth = quantile(0.5, ofSorted: table["sd_over_prior_\(name)"].sorted())
    }
    return result
  }

  private func findObjections() -> [String] {
    var found: [(probability: Double, text: String)] = []
    for rank in ranks {
      found.append((rank.probability, "ranks of \(rank.name) are not uniform"))
      if let deviation = rank.pullMeanDeviation {
        found.append(
          (Self.twoSided(deviation), "pulls of \(rank.name) are not 0 in the mean"))
      }
      if let deviation = rank.pullVarianceDeviation, let variance = rank.pullVariance {
        found.append(
          (
            Self.twoSided(deviation),
            "errors of \(rank.name) are too \(variance > 1 ? "small" : "large")"
          ))
      }
    }
    // Bonferroni; a number that is none fails.
    let limit = Self.falseAlarm / Double(found.count)
    var sentences = found.filter { !($0.probability >= limit) }.map(\.text)
    if mockCount < 20 { sentences.append("fewer than 20 mocks have a posterior") }
    if failedCount * 100 > mockCount { sentences.append("more than 1 % of the mocks have none") }
    return sentences
  }

  private static func twoSided(_ deviation: Double) -> Double {
    ChiSquaredDistribution(degreesOfFreedom: 1).probability(above: deviation * deviation)
  }

  /// Failure if there are objections.
  public var exitStatus: ExitStatus { objections.isEmpty ? .success : .failedCheck }
}
