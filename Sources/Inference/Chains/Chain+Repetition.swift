extension Chain {
  /// Why draws cannot be repeated.
  public enum RepetitionError: Error, Sendable, Equatable {
    /// A weight is negative or not a whole number, or their sum is larger than any number.
    case weightsAreNotCounts
    /// The repeated draws would be so many numbers.
    case tooLarge(numbers: Double)
  }

  /// The largest number of draws × columns that repetition may lead to.
  public static let mostRepeatedNumbers = 5e6

  /// The chain with each draw repeated as often as its weight says, which is how Metropolis
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
}
