public import Inference

/// Draws of chains that are copies of draws of others: whole chains, or stretches of them.
///
/// Independent chains never share a sequence of different draws. Rejections, which
/// repeat a draw, are no copies.
public struct CopiedDraws: Sendable, Equatable {
  /// Copies in one chain of draws in one other, or in itself.
  public struct Stretch: Sendable, Equatable {
    /// The chain, from 0, with copies.
    public let chain: Int
    /// The chain, from 0, that has the same draws before.
    public let original: Int
    /// The draws of the first that are copies.
    public let draws: [Range<Int>]
    /// Whether all draws of the chain are copies.
    public let isWhole: Bool

    var count: Int { draws.reduce(0) { $0 + $1.count } }
  }

  /// All copies.
  public let stretches: [Stretch]

  /// The least number of different draws, one after the other, that are no coincidence.
  private static let shortest = 10

  private struct Place {
    var chain: Int
    var draw: Int
  }

  /// Finds copies.
  public init(in chains: [Chain]) {
    var places: [Int: Place] = [:]
    var found: [Int: [Int: [Range<Int>]]] = [:]
    for (number, chain) in chains.enumerated() {
      let hashes = Self.hashes(chain)
      /// The distinct draws in order, each with its first place.
      let distinct = hashes.indices.filter { $0 == 0 || hashes[$0] != hashes[$0 - 1] }
      var run: (start: Int, original: Int, next: Int, seen: Set<Int>)?
      func close(at end: Int) {
        guard let ended = run, ended.seen.count >= Self.shortest else { return }
        found[number, default: [:]][ended.original, default: []].append(ended.start..<end)
      }
      for (position, draw) in distinct.enumerated() {
        let place = places[hashes[draw]]
        if let place, let current = run, place.chain == current.original,
          place.draw == current.next
        {
          run?.next += 1
          run?.seen.insert(hashes[draw])
        } else {
          close(at: draw)
          run = place.map { (draw, $0.chain, $0.draw + 1, [hashes[draw]]) }
        }
        if place == nil { places[hashes[draw]] = Place(chain: number, draw: position) }
      }
      close(at: chain.count)
    }
    stretches = found.sorted { $0.key < $1.key }.flatMap { chain, originals in
      originals.sorted { $0.key < $1.key }.map { original, draws in
        Stretch(
          chain: chain, original: original, draws: draws,
          isWhole: draws.reduce(0) { $0 + $1.count } == chains[chain].count)
      }
    }
  }

  /// A hash of each draw.
  private static func hashes(_ chain: Chain) -> [Int] {
    (0..<chain.count).map { index in
      var hasher = Hasher()
      for value in chain.draw(index) { hasher.combine(value) }
      return hasher.finalize()
    }
  }

  /// The chains without copies; one of which less than half would be left is left out, so that the
  /// others keep their lengths.
  public func removed(from chains: [Chain]) -> [Chain] {
    let ranges = Dictionary(grouping: stretches, by: \.chain).mapValues { $0.flatMap(\.draws) }
    var result: [Chain] = []
    for (number, chain) in chains.enumerated() {
      guard let copied = ranges[number] else {
        result.append(chain)
        continue
      }
      var isCopy = [Bool](repeating: false, count: chain.count)
      for index in copied.joined() { isCopy[index] = true }
      guard isCopy.count(where: { $0 }) * 2 < chain.count || chains.count == 1 else { continue }
      var rest = Chain(columns: chain.columns, statistics: chain.statisticNames)
      for index in 0..<chain.count where !isCopy[index] {
        rest.append(
          chain.draw(index), logDensity: chain.logDensities[index], weight: chain.weights[index],
          noted: chain.noted(index))
      }
      result.append(rest)
    }
    return result
  }

  /// What was found, in sentences, with the numbers of the chains from 1.
  public var sentences: [String] {
    stretches.map { stretch in
      let (chain, original) = (stretch.chain + 1, stretch.original + 1)
      if stretch.isWhole, chain != original {
        return "chains \(original) and \(chain) have the same draws; they count once"
      }
      let place = stretch.draws.map { "\($0.lowerBound + 1) to \($0.upperBound)" }
      return
        "\(stretch.count) draws of chain \(chain) (\(place.prefix(4).joined(separator: ", "))) are copies"
        + " of \(chain == original ? "earlier ones" : "draws of chain \(original)"); they count once"
    }
  }
}
