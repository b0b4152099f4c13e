public import Inference
import RealModule

/// A Markov chain from weighted proposals: the next one is accepted with probability min(1,
/// w′/w).
///
/// It leaves the target invariant whatever the proposal, and converges at a rate of at most 1 −
/// Z / max w per step (Tierney 1994, Annals of Statistics 22, 1701, corollary 4). The draws have
/// equal weights, at the price of repetitions.
public struct IndependentMetropolis: Sendable {
  /// For each proposal, in order, which one the chain is at.
  public let path: [Int]
  /// For each, the probability with which it was accepted.
  public let acceptanceProbabilities: [Double]

  /// Walks through proposals in order, from the first with a weight.
  ///
  /// - Parameters:
  ///   - generator: the source of random numbers.
  ///   - logWeights: log w of independent draws of a proposal, −∞ allowed.
  public init(logWeights: [Double], using generator: inout some RandomNumberGenerator) {
    var (path, probabilities) = ([Int](), [Double]())
    var current: Int?
    for (index, proposed) in logWeights.enumerated() {
      guard let previous = current else {
        if proposed > -.infinity {
          current = index
          path.append(index)
          probabilities.append(1)
        }
        continue
      }
      let probability = min(1, Double.exp(proposed - logWeights[previous]))
      let isAccepted = generator.nextUniform() < probability
      current = isAccepted ? index : previous
      path.append(isAccepted ? index : previous)
      probabilities.append(probability)
    }
    self.path = path
    acceptanceProbabilities = probabilities
  }

  /// The mean probability of acceptance.
  public var acceptanceRate: Double {
    acceptanceProbabilities.reduce(0, +) / Double(max(1, acceptanceProbabilities.count))
  }

  /// The chain of unit weights, from a chain that holds the proposals.
  public func chain(of proposals: Chain) -> Chain {
    var chain = Chain(columns: proposals.columns, statistics: [.acceptance])
    for (index, probability) in zip(path, acceptanceProbabilities) {
      chain.append(
        proposals.draw(index), logDensity: proposals.logDensities[index],
        noted: [probability])
    }
    return chain
  }
}
