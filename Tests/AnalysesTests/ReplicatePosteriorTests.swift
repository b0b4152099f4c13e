import Analyses
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// The posterior of a mock of flat wCDM by brute force: midpoints of a fine grid in Ωm and w themselves, with flat priors.
private struct BruteForce {
  var ranks: [Double]
  var means, deviations: [Double]
  /// ⟨x⁴⟩ / ⟨x²⟩² of each parameter.
  var kurtoses: [Double]
  var likelihoodRank: Double

  private static let cells = 300

  init(_ mock: Replicate, in ranges: [ClosedRange<Double>]) throws {
    let summaries = try #require(mock.summaries)
    let likelihood = mock.survey.likelihood.replacingSummaries(summaries)
    #expect(likelihood.parameterNames == ["omega_m", "w"])
    func value(_ point: [Double]) -> Double {
      var gradient = point
      var span = gradient.mutableSpan
      return likelihood.logLikelihood(at: point.span, gradient: &span)
    }
    func table(_ ranges: [ClosedRange<Double>]) -> (axes: [[Double]], values: [[Double]]) {
      let axes = ranges.map { range in
        (0..<Self.cells).map {
          range.lowerBound + (range.upperBound - range.lowerBound) * (Double($0) + 0.5)
            / Double(Self.cells)
        }
      }
      return (axes, axes[0].map { x in axes[1].map { value([x, $0]) } })
    }
    // The box of what counts, first among all, then finer.
    var ranges = ranges
    for _ in 0..<2 {
      let (axes, values) = table(ranges)
      let top = values.joined().reduce(-.infinity, max)
      let rows = axes[0].indices.filter { values[$0].contains { $0 > top - 15 } }
      let columns = axes[1].indices.filter { j in values.contains { $0[j] > top - 15 } }
      ranges = zip(ranges, [rows, columns]).map { range, kept in
        let step = (range.upperBound - range.lowerBound) / Double(Self.cells)
        let (first, last) = (Double((kept.first ?? 0) - 1), Double((kept.last ?? 0) + 2))
        return max(
          range.lowerBound, range.lowerBound + first * step)...min(
            range.upperBound, range.lowerBound + last * step)
      }
    }
    let (axes, values) = table(ranges)
    let top = values.joined().reduce(-.infinity, max)
    let truth = value(mock.values)
    var (total, below) = (0.0, 0.0)
    var marginals = axes.map { $0.map { _ in 0.0 } }
    for (i, row) in values.enumerated() {
      for (j, value) in row.enumerated() {
        let weight = exp(value - top)
        total += weight
        if value < truth { below += weight }
        marginals[0][i] += weight
        marginals[1][j] += weight
      }
    }
    likelihoodRank = below / total
    (ranks, means, deviations, kurtoses) = ([], [], [], [])
    for axis in 0..<2 {
      let (x, p) = (axes[axis], marginals[axis].map { $0 / total })
      func moment(_ power: Int, _ center: Double) -> Double {
        zip(x, p).reduce(0) { sum, pair in
          sum + pair.1 * (0..<power).reduce(1) { product, _ in product * (pair.0 - center) }
        }
      }
      let mean = moment(1, 0)
      let variance = moment(2, mean)
      means.append(mean)
      deviations.append(variance.squareRoot())
      kurtoses.append(moment(4, mean) / (variance * variance))
      // A cell counts with the part of it that is below.
      let step = x[1] - x[0]
      ranks.append(
        zip(x, p).reduce(0) { sum, pair in
          let share = (mock.values[axis] - pair.0) / step + 0.5
          return sum + pair.1 * min(1, max(0, share))
        })
    }
  }

  /// The largest difference from a judgement, in units of what is allowed: five standard errors of its effective draws, and what
  /// cells are wide.
  func deviation(of judgement: ReplicateJudgement) -> Double {
    let size = judgement.effectiveSampleSize
    var largest = 0.0
    func compare(_ a: Double, _ b: Double, error: Double, floor: Double) {
      largest = max(largest, abs(a - b) / (5 * error + floor))
    }
    func compareRanks(_ a: Double, _ b: Double) {
      compare(
        a, b, error: (b * (1 - b) / size).squareRoot() + 1 / (size + 1), floor: 0.005)
    }
    for axis in 0..<2 {
      compareRanks(judgement.ranks[axis], ranks[axis])
      compare(
        judgement.means[axis] / deviations[axis], means[axis] / deviations[axis],
        error: 1 / size.squareRoot(), floor: 0.003)
      compare(
        judgement.standardDeviations[axis] / deviations[axis], 1,
        error: ((kurtoses[axis] - 1) / (4 * size)).squareRoot(), floor: 0.003)
    }
    compareRanks(judgement.likelihoodRank, likelihoodRank)
    return largest
  }
}

/// Posteriors of single mocks of flat wCDM, which are bent and end at walls, by all samplers and by brute force.
@Suite struct ReplicatePosteriorTests {
  private func survey(errorScale: Double = 1) throws -> MockSurvey {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.csv"))
    analysis.theory.model = "flat_wcdm"
    analysis.likelihood[Analysis.supernovae]?.offset = .marginalised
    analysis.samplers = [TransportSampler()]
    return try analysis.problem().survey(errorScale: errorScale)
  }
  private let box = [0.0...1.0, -3.0...0.3]

  private func mocks(_ survey: MockSurvey, _ numbers: some Sequence<Int>) throws -> [Replicate] {
    try numbers.map { try survey.mock($0, 1) }.filter { !$0.isDirect }
  }

  @Test("the lattice has the posteriors of brute force; one of other errors has not")
  func lattice() async throws {
    let survey = try survey()
    let sampler = await GridReplicates(for: survey, in: RunContext())
    let wrong = try self.survey(errorScale: 0.95)
    let wrongSampler = await GridReplicates(for: wrong, in: RunContext())
    var seen = 0
    let mocks = try mocks(survey, 0..<24)
    // The same mocks, as a fit sees them that takes errors to be 5 % smaller than they are.
    let others = try self.mocks(wrong, 0..<24)
    #expect(mocks.count > 12 && mocks.map(\.values) == others.map(\.values))
    for (index, mock) in mocks.enumerated() {
      let exact = try BruteForce(mock, in: box)
      let judgement = try await sampler.judge(mock, in: RunContext(seed: 2))
      #expect(exact.deviation(of: judgement) < 1, "mock \(index): \(judgement), \(exact)")
      let other = try await wrongSampler.judge(others[index], in: RunContext(seed: 2))
      if exact.deviation(of: other) > 1 { seen += 1 }
    }
    #expect(seen == mocks.count, "\(seen)")
  }

  @Test(
    "weighted draws of Student's t and of maps, and long chains have the posteriors of brute force")
  func draws() async throws {
    let survey = try survey()
    var long = ChainReplicates()
    long.drawCount = 4000
    for sampler in [WeightedReplicates(), MapReplicates(), long] as [any ReplicateSampler] {
      for (index, mock) in try mocks(survey, 0..<6).enumerated() {
        let exact = try BruteForce(mock, in: box)
        let judgement = try await sampler.judge(mock, in: RunContext(seed: 3))
        #expect(judgement.effectiveSampleSize > 300)
        #expect(
          exact.deviation(of: judgement) < 1, "\(sampler), mock \(index): \(judgement), \(exact)")
      }
    }
  }
}
