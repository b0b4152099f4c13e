extension Chain {
  /// The chain with each draw repeated as often as its weight says, which is how Metropolis
  /// samplers abbreviate rejections.
  ///
  /// Returns nil unless all weights are whole numbers of at least zero, with a sum of at most 50
  /// million.
  public func expandingWeights() -> Chain? {
    guard weights.allSatisfy({ $0 >= 0 && $0 == $0.rounded() }), weights.reduce(0, +) <= 5e7 else {
      return nil
    }
    var expanded = Chain(columns: columns)
    for index in 0..<count {
      let values = Array(draw(index))
      let notes = statistics.mapValues { $0[index] }
      for _ in 0..<Int(weights[index]) {
        expanded.append(values, logDensity: logDensities[index], statistics: notes)
      }
    }
    return expanded
  }

  /// The draws of a range.
  public func draws(_ range: Range<Int>) -> Chain {
    var part = Chain(columns: columns)
    for index in range {
      part.append(
        Array(draw(index)), logDensity: logDensities[index], weight: weights[index],
        statistics: statistics.mapValues { $0[index] })
    }
    return part
  }
}
