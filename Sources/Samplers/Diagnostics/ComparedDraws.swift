public import Inference

/// Draws of a posterior that are to be compared with others: Markov chains of one length or of several, or
/// independent draws with weights.
public struct ComparedDraws: Sendable {
  /// The chains, at least one; a single one if the draws are weighted.
  public let chains: [Chain]
  /// Whether they are independent draws with weights.
  public let isWeighted: Bool
  /// How many weighted draws count as one that is independent.
  public let autocorrelationTime: Double
  /// The posterior that they are from.
  public let summary: PosteriorSummary

  /// Draws with their summary; without chains they are one without draws.
  ///
  /// - Parameters:
  ///   - chains: a single one if the draws are weighted.
  ///   - isWeighted: whether they are independent draws with weights.
  ///   - autocorrelationTime: how many of the weighted draws count as one that is independent.
  public init(_ chains: [Chain], isWeighted: Bool, autocorrelationTime: Double = 1) {
    let chains = chains.isEmpty ? [Chain(columns: [])] : chains
    self.chains = chains
    self.isWeighted = isWeighted
    self.autocorrelationTime = autocorrelationTime
    summary =
      isWeighted
      ? PosteriorSummary(weighted: chains[0]).correlated(over: autocorrelationTime)
      : PosteriorSummary(chains)
  }

  /// The smallest bulk effective sample size of all parameters that are sampled and vary.
  public var effectiveSampleSize: Double { summary.smallestEffectiveSampleSize }

  /// At most so many draws that are nearly independent, of some parameters: every n-th of a chain,
  /// n the autocorrelation time; of weighted draws as many as their effective sample size, resampled by weight.
  func independentDraws(
    _ names: [String], atMost most: Int, using generator: inout some RandomNumberGenerator
  ) -> [[Double]] {
    let columns = names.compactMap { name in chains[0].columns.firstIndex { $0.name == name } }
    func values(_ chain: Chain, _ draw: Int) -> [Double] {
      let row = chain.draw(draw)
      return columns.map { row[$0] }
    }
    let size = min(Double(most), effectiveSampleSize.isFinite ? effectiveSampleSize : 0)
    guard size >= 1 else { return [] }
    if !isWeighted {
      let total = chains.reduce(0) { $0 + $1.count }
      let step = max(1, Int((Double(total) / size).rounded(.up)))
      let draws = chains.flatMap { chain in
        stride(from: 0, to: chain.count, by: step).map { (chain, $0) }
      }
      // Each of many chains has a first draw.
      let kept = min(draws.count, most)
      return (0..<kept).map { index in
        let (chain, draw) = draws[index * draws.count / kept]
        return values(chain, draw)
      }
    }
    let chain = chains[0]
    let count = max(1, Int(min(Double(most), kishSize(chain.weights))))
    return systematicResample(
      chain.weights, count: count, start: Double.random(in: 0..<1, using: &generator)
    ).map { values(chain, $0) }
  }
}

extension PosteriorComparison {
  /// Compares the parameters that two sets of draws have in common; nil if there are none.
  ///
  /// A parameter that either side has derived from others, or a constant, has no place in the joint tests,
  /// the energy distance of nearly independent draws and a classifier.
  ///
  /// - Parameters:
  ///   - first: draws.
  ///   - second: others.
  ///   - tolerance: the largest acceptable difference, in standard deviations.
  ///   - seed: the seed of the permutation test.
  ///   - jointDraws: how many draws of each the energy distance takes at most; it costs their square.
  public init?(
    of first: ComparedDraws, _ second: ComparedDraws, tolerance: Double, seed: Seed,
    jointDraws: Int = 800
  ) {
    let names = first.summary.parameters.map(\.name).filter { name in
      second.summary.parameters.contains { $0.name == name }
    }
    guard !names.isEmpty else { return nil }
    func areOnBothSides(_ condition: (ParameterSummary) -> Bool) -> [String] {
      names.filter { name in
        [first, second].allSatisfy { side in
          side.summary.parameters.contains { $0.name == name && condition($0) }
        }
      }
    }
    let sampled = areOnBothSides { $0.standardDeviation > 0 && !$0.isDerived }
    // What only one side has sampled is better than nothing.
    let varying = sampled.isEmpty ? areOnBothSides { $0.standardDeviation > 0 } : sampled
    var random = seed.stream("comparison")
    let a = first.independentDraws(varying, atMost: jointDraws, using: &random)
    let b = second.independentDraws(varying, atMost: jointDraws, using: &random)
    self.init(
      first.summary, second.summary,
      joint: varying.isEmpty ? nil : EnergyTest(a, b, using: &random),
      classifier: ClassifierTest(first.chains, second.chains, parameters: varying),
      tolerance: tolerance)
  }
}
