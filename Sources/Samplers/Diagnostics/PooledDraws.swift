import Inference

/// The first and second halves of several chains in one list, all of one length.
struct ChainHalves {
  var values: [Double]
  let ranges: [Range<Int>]

  /// Of chains that are not of one length as many of the last draws count as the shortest has; of an odd
  /// number of draws the middle one is left out.
  ///
  /// - Parameters:
  ///   - values: all draws, chain by chain.
  ///   - lengths: the number of draws of each chain.
  init(_ values: [Double], lengths: [Int]) {
    let (length, half) = (lengths.min() ?? 0, (lengths.min() ?? 0) / 2)
    var (ranges, end) = ([Range<Int>](), 0)
    for count in lengths {
      end += count
      ranges += [end - length..<end - length + half, end - half..<end]
    }
    self.values = values
    self.ranges = ranges
  }

  private init(values: [Double], ranges: [Range<Int>]) {
    self.values = values
    self.ranges = ranges
  }

  /// The halves with other numbers in place of all draws.
  func map(_ transform: (Double) -> Double) -> ChainHalves {
    ChainHalves(values: values.map(transform), ranges: ranges)
  }

  func with(_ values: [Double]) -> ChainHalves { ChainHalves(values: values, ranges: ranges) }

  func mean(of range: Range<Int>) -> Double {
    values[range].reduce(0, +) / Double(range.count)
  }
}

/// The draws of one quantity from several chains, sorted once for all that asks for it.
struct PooledDraws {
  let values: [Double]
  /// In rising order.
  let sorted: [Double]
  let halves: ChainHalves
  /// The places of draws that belong to a half, by rising value.
  private let order: [Int32]

  /// Cost: a sort.
  init(_ chains: [[Double]]) {
    self.init(chains.flatMap { $0 }, lengths: chains.map(\.count))
  }

  init(_ values: [Double], lengths: [Int]) {
    self.values = values
    halves = ChainHalves(values, lengths: lengths)
    var pairs = values.enumerated().map { (value: $1, place: Int32($0)) }
    pairs.sort { $0.value < $1.value }
    sorted = pairs.map(\.value)
    // All, but where a chain is longer than another or its length is odd.
    var isInHalf = [Bool](repeating: false, count: values.count)
    for range in halves.ranges {
      for place in range { isInHalf[place] = true }
    }
    order = pairs.compactMap { isInHalf[Int($0.place)] ? $0.place : nil }
  }

  /// The draws of all halves replaced by the normal quantiles of their ranks among them, Φ⁻¹((r − 3/8) /
  /// (S + 1/4)), ties at their mean rank.
  var normalized: ChainHalves { halves.with(scores(order, known)) }

  /// The same of the distances from the median.
  var folded: ChainHalves {
    let known = known
    let median = quantile(0.5, ofSorted: known)
    // The distances rise from the median to either side.
    let middle = known.firstIndex { $0 >= median } ?? known.count
    var (low, high) = (middle - 1, middle)
    var (places, distances) = ([Int32](), [Double]())
    places.reserveCapacity(order.count)
    distances.reserveCapacity(order.count)
    while low >= 0 || high < known.count {
      let below = low >= 0 ? abs(known[low] - median) : .infinity
      let above = high < known.count ? abs(known[high] - median) : .infinity
      if high >= known.count || low >= 0 && below <= above {
        places.append(order[low])
        distances.append(below)
        low -= 1
      } else {
        places.append(order[high])
        distances.append(above)
        high += 1
      }
    }
    return halves.with(scores(places, distances))
  }

  /// The draws that belong to a half, in rising order.
  private var known: [Double] {
    order.count == sorted.count ? sorted : order.map { values[Int($0)] }
  }

  /// The scores of draws at some places, whose values rise.
  private func scores(_ places: [Int32], _ values: [Double]) -> [Double] {
    var scores = [Double](repeating: .nan, count: self.values.count)
    guard values.allSatisfy(\.isFinite) else { return scores }
    var first = 0
    while first < places.count {
      var last = first
      while last + 1 < places.count, values[last + 1] == values[first] { last += 1 }
      let rank = 0.5 * Double(first + last) + 1
      let score = NormalDistribution.quantile((rank - 0.375) / (Double(places.count) + 0.25))
      for index in first...last { scores[Int(places[index])] = score }
      first = last + 1
    }
    return scores
  }
}
