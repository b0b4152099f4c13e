extension Chain {
  /// Why draws cannot be repeated.
  public enum RepetitionError: Error, Sendable, Equatable {
    /// A weight is negative or not a whole number, or their sum is larger than any number.
    case weightsAreNotCounts
    /// The repeated draws would be too many numbers.
    case tooLarge(numbers: Double)
  }

  /// The largest number of draws × columns that repetition may lead to in one chain.
  public static let mostRepeatedNumbers = 5e6

  /// The chain with each draw repeated according to its integer weight, which is how Metropolis
  /// samplers abbreviate rejections.
  ///
  /// A chain whose weights are all 1 is returned as it is, however long.
  ///
  /// - Throws: `RepetitionError` unless all weights are whole numbers of at least zero, and the
  ///   result has at most `mostRepeatedNumbers` values.
  public func expandingWeights() throws(RepetitionError) -> Chain {
    if weights.allSatisfy({ $0 == 1 }) { return self }
    guard weights.allSatisfy({ $0 >= 0 && $0 == $0.rounded() }) else {
      throw .weightsAreNotCounts
    }
    let numbers = weights.reduce(0, +) * Double(max(columns.count, 1))
    guard numbers.isFinite else { throw .weightsAreNotCounts }
    guard numbers <= Self.mostRepeatedNumbers else { throw .tooLarge(numbers: numbers) }
    var expanded = Chain(columns: columns, statistics: statisticNames)
    for index in 0..<count {
      let (values, notes) = (draw(index), noted(index))
      for _ in 0..<Int(weights[index]) {
        expanded.append(values, logDensity: logDensities[index], noted: notes)
      }
    }
    return expanded
  }

  /// Chains whose weights can be summed and squared without overflow.
  ///
  /// Weights of independent draws are relative. Where the largest of all is beyond 10^±100, all are
  /// divided by it; others stay as they are, to the last bit.
  ///
  /// - Parameter chains: with weights that are finite and not negative.
  public static func scalingWeights(of chains: [Chain]) -> [Chain] {
    let largest = chains.lazy.compactMap { $0.weights.max() }.max() ?? 0
    guard largest > 0, !(1e-100...1e100).contains(largest) else { return chains }
    return chains.map { chain in
      var scaled = Chain(columns: chain.columns, statistics: chain.statisticNames)
      for index in 0..<chain.count {
        scaled.append(
          chain.draw(index), logDensity: chain.logDensities[index],
          weight: chain.weights[index] / largest, noted: chain.noted(index))
      }
      return scaled
    }
  }
}
