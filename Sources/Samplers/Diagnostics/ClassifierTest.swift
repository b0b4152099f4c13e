public import Inference
import RealModule

/// Whether a classifier can tell the draws of two sets apart.
///
/// Fisher's discriminant of the parameters, their squares and their products learns from the first
/// half of every chain and scores the second. Whatever it has learned, the scores of two sets from
/// one distribution have one distribution: the probability that a draw of the first set scores
/// higher than one of the second, the area under the ROC curve (AUC), is ½, with
/// a variance of (1/n + 1/m) / 12 for effective sample sizes n and m of the scores. So chains need not be
/// thinned, and weights count as they are. Sources: Fisher 1936, Annals of Eugenics 7, 179; Mann &
/// Whitney 1947, Annals of Mathematical Statistics 18, 50; Lopez-Paz & Oquab 2017,
/// arXiv:1610.06545.
public struct ClassifierTest: Sendable, Equatable {
  /// The probability that a draw of the first set has the higher score: ½ if nothing tells the sets
  /// apart, 1 if no draw of one could be of the other.
  public let areaUnderCurve: Double
  /// Its standard error under the null hypothesis of no difference.
  public let standardError: Double

  /// The probability of an area at least as large under the null hypothesis.
  public var pValue: Double {
    NormalDistribution.probability(below: (0.5 - areaUnderCurve) / standardError)
  }

  /// The shift, in standard deviations, between two unit normal distributions that has this area:
  /// √2 Φ⁻¹(area); zero below ½.
  public var equivalentShift: Double {
    2.0.squareRoot() * NormalDistribution.quantile(min(max(areaUnderCurve, 0.5), 1 - 1e-12))
  }

  /// Trains and tests.
  ///
  /// - Parameters:
  ///   - first: Markov chains with equal weights, or independent draws with weights.
  ///   - second: likewise.
  ///   - parameters: the names of columns of both, all of which vary.
  /// - Returns: nil if the effective sample size of either set of scores is below 50, where it would not
  ///   be known well enough; or if a score is not finite.
  ///
  /// Cost: p⁴ / 8 multiplications per draw for p parameters.
  public init?(_ first: [Chain], _ second: [Chain], parameters: [String]) {
    guard let training = Self.sets(first, second, parameters, { 0..<$0 / 2 }),
      let testing = Self.sets(first, second, parameters, { $0 / 2..<$0 }),
      let discriminant = FisherDiscriminant(training.0, training.1)
    else { return nil }
    let scores = [testing.0, testing.1].map { $0.chains.map { $0.map(discriminant.score) } }
    // Far from the training draws, squares may overflow a score.
    guard scores.joined().joined().allSatisfy(\.isFinite) else { return nil }
    let weights = [testing.0.weights, testing.1.weights]
    let ranks = Self.ranks(scores, weights)
    let means = zip(ranks, weights).map(Self.mean)
    let variances = zip(ranks, weights).map(Self.varianceOfMean)
    guard variances.allSatisfy({ $0 <= 1 / (12 * 50.0) }) else { return nil }
    areaUnderCurve = 0.5 + means[0] - means[1]
    standardError = (variances[0] + variances[1]).squareRoot()
  }

  /// Draws with their weights, chain by chain.
  struct Draws {
    var chains: [[[Double]]]
    var weights: [[Double]]
  }

  /// A part of every chain of both sets; nil if there are too few draws, or a parameter is missing.
  private static func sets(
    _ first: [Chain], _ second: [Chain], _ parameters: [String], _ part: (Int) -> Range<Int>
  ) -> (Draws, Draws)? {
    let sets = [first, second].map { chains -> Draws? in
      let columns = parameters.compactMap { name in
        chains.first?.columns.firstIndex { $0.name == name }
      }
      let shortest = chains.map(\.count).min() ?? 0
      guard columns.count == parameters.count, !columns.isEmpty, shortest >= 8 else { return nil }
      let range = part(shortest)
      return Draws(
        chains: chains.map { chain in
          let values = columns.map(chain.column)
          return range.map { draw in values.map { $0[draw] } }
        },
        weights: chains.map { Array($0.weights[range]) })
    }
    guard let a = sets[0], let b = sets[1] else { return nil }
    return (a, b)
  }

  /// The fraction of the draws of both sets, each set counting the same, that score lower; half of
  /// those that score the same.
  private static func ranks(_ scores: [[[Double]]], _ weights: [[[Double]]]) -> [[[Double]]] {
    let sums = weights.map { $0.joined().reduce(0, +) }
    var places: [(score: Double, share: Double, set: Int, chain: Int, draw: Int)] = []
    for (set, chains) in scores.enumerated() {
      for (chain, list) in chains.enumerated() {
        for (draw, score) in list.enumerated() {
          places.append((score, 0.5 * weights[set][chain][draw] / sums[set], set, chain, draw))
        }
      }
    }
    places.sort { $0.score < $1.score }
    var ranks = scores
    var (begin, below) = (0, 0.0)
    while begin < places.count {
      let end = places[begin...].firstIndex { $0.score != places[begin].score } ?? places.count
      let share = places[begin..<end].reduce(0) { $0 + $1.share }
      for place in places[begin..<end] {
        ranks[place.set][place.chain][place.draw] = below + 0.5 * share
      }
      (begin, below) = (end, below + share)
    }
    return ranks
  }

  private static func mean(_ ranks: [[Double]], _ weights: [[Double]]) -> Double {
    let sum = zip(ranks.joined(), weights.joined()).reduce(0) { $0 + $1.0 * $1.1 }
    return sum / weights.joined().reduce(0, +)
  }

  /// The variance of the mean of ranks that are uniform in (0, 1).
  private static func varianceOfMean(_ ranks: [[Double]], _ weights: [[Double]]) -> Double {
    let all = Array(weights.joined())
    let sum = all.reduce(0, +)
    if all.contains(where: { $0 != all[0] }) {
      let squares = zip(ranks.joined(), all).reduce(0) { sum, draw in
        sum + draw.1 * draw.1 * (draw.0 - 0.5) * (draw.0 - 0.5)
      }
      return squares / (sum * sum)
    }
    // From identical sets nothing is learned, and all scores are equal.
    let size = effectiveSampleSize(ranks)
    return 1 / (12 * (size.isNaN ? Double(all.count) : min(size, Double(all.count))))
  }
}
