public import Chains
public import Inference
public import Samplers

/// Chains from disk, ready to be summarised: Markov chains of one length with unit weights, or
/// independent draws with weights.
public struct PreparedChains: Sendable {
  /// The chains, with their summary.
  public let draws: ComparedDraws
  /// Notes for a reader, in sentences.
  public let notes: [String]
  /// What casts doubt on the chains, in sentences: draws that are copies of others, which do not count.
  public let failures: [String]

  /// The largest number of draws × columns that repetition may lead to in all chains.
  private static let mostRepeatedNumbers = 10 * Chain.mostRepeatedNumbers

  /// Expands repeated draws, drops the burn-in, and truncates all chains to the length of the shortest.
  ///
  /// - Parameters:
  ///   - read: the chains as they were read, at least one.
  ///   - root: the root of their files.
  ///   - paths: the files, one for each chain; as this program names them, if nil.
  ///   - isWeighted: whether they are independent draws with weights, which are joined to one chain;
  ///     `nil` to decide by the weights: those of a Markov chain are whole numbers.
  ///   - isTruncated: whether all chains are cut to the length of the shortest; those whose draws have all
  ///     weight 1, as in a run in progress, always are.
  ///   - burnIn: the fraction of each chain to be left out.
  ///   - tempered: Markov chains that weighted draws are those of, by which their autocorrelation is measured.
  /// - Throws: `ChainFileError` if they are too short, or their weights are invalid.
  public init(
    _ read: [Chain], _ root: String, paths: [String]? = nil, isWeighted: Bool? = false,
    isTruncated: Bool = true, burnIn: Double = 0, tempered: [Chain]? = nil
  ) throws(ChainFileError) {
    let isCounted = read.allSatisfy { $0.weights.allSatisfy { $0 == $0.rounded() } }
    if isWeighted ?? !isCounted {
      let time = try Self.autocorrelationTime(of: tempered, root)
      draws = ComparedDraws(
        [try Self.joined(read, root)], isWeighted: true, autocorrelationTime: time)
      notes = [
        tempered == nil
          ? "the draws have weights and are taken to be independent"
          : "the draws have weights, and one in \(Int(time.rounded(.up))) counts as independent"
      ]
      failures = []
      return
    }
    let copies = CopiedDraws(in: read)
    failures = copies.sentences
    let kept = copies.removed(from: read)
    try Self.checkRepetitions(kept, root)
    var chains: [Chain] = []
    for (index, chain) in kept.enumerated() {
      let path = paths.flatMap { $0.count == read.count ? $0[index] : nil }
      // Where a copy is left out, the others no longer have their numbers.
      let isNumbered = kept.count == read.count
      let expanded = try Self.expand(
        chain, isNumbered ? path ?? "\(root).\(index + 1).txt" : root)
      chains.append(expanded.draws(Int(burnIn * Double(expanded.count))..<expanded.count))
    }
    let lengths = chains.map(\.count)
    let length = lengths.min() ?? 0
    guard length >= 4 else { throw ChainFileError(path: root, .tooShort(draws: length)) }
    var notes: [String] = []
    let isKept = !isTruncated && read.contains { $0.weights.contains { $0 != 1 } }
    if lengths.contains(where: { $0 > length }), !isKept {
      let list = lengths.map { "\($0)" }.joined(separator: ", ")
      notes.append("the chains have \(list) draws; the last \(length) of each are used")
    }
    draws = ComparedDraws(
      isKept ? chains : chains.map { $0.draws($0.count - length..<$0.count) }, isWeighted: false)
    self.notes = notes
  }

  /// How many draws of Markov chains count as one that is independent; 1 without chains.
  private static func autocorrelationTime(
    of chains: [Chain]?, _ root: String
  ) throws(ChainFileError) -> Double {
    guard let chains else { return 1 }
    let summary = try PreparedChains(chains, root).draws.summary
    let size = summary.smallestEffectiveSampleSize
    return size > 0 ? max(1, Double(summary.drawCount) / size) : 1
  }

  private static func checkRepetitions(
    _ chains: [Chain], _ root: String
  ) throws(ChainFileError) {
    let numbers = chains.map { chain in
      chain.weights.allSatisfy { $0 == 1 }
        ? 0 : chain.weights.reduce(0, +) * Double(chain.columns.count)
    }
    // A single chain that is too large is refused by its own name.
    let total = numbers.reduce(0, +)
    if total > mostRepeatedNumbers, numbers.allSatisfy({ $0 <= Chain.mostRepeatedNumbers }) {
      throw ChainFileError(
        path: root, .tooManyRepetitions(numbers: total, most: mostRepeatedNumbers))
    }
  }

  private static func joined(_ read: [Chain], _ root: String) throws(ChainFileError) -> Chain {
    var all = Chain(columns: read[0].columns)
    for chain in Chain.scalingWeights(of: read) {
      for draw in 0..<chain.count {
        all.append(
          chain.draw(draw), logDensity: chain.logDensities[draw],
          weight: chain.weights[draw], noted: [])
      }
    }
    let used = all.weights.count { $0 > 0 }
    guard used >= 4 else { throw ChainFileError(path: root, .tooShort(draws: used)) }
    return all
  }

  private static func expand(_ chain: Chain, _ path: String) throws(ChainFileError) -> Chain {
    do {
      return try chain.expandingWeights()
    } catch {
      switch error {
      case .weightsAreNotCounts: throw ChainFileError(path: path, .unequalWeights)
      case .tooLarge(let numbers):
        throw ChainFileError(
          path: path, .tooManyRepetitions(numbers: numbers, most: Chain.mostRepeatedNumbers))
      }
    }
  }
}
