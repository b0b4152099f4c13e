extension FlowEvaluator {
  /// What the batch holds, point by point.
  struct Tile: Sendable {
    let positions, momenta, positionScore, momentumScore, logFlow, logTarget: [Scalar]
  }

  /// Takes points of a range; where they are fewer than the batch, copies of the last fill it up.
  func load(_ points: PhasePoints<Scalar>, _ range: Range<Int>) {
    for n in 0..<count {
      let start = min(range.lowerBound + n, range.upperBound - 1) * flow.dimension
      for i in 0..<flow.dimension {
        positions[i, n] = points.positions[start + i]
        momenta[i, n] = points.momenta[start + i]
      }
    }
  }

  /// The first points of the batch.
  func tile(of count: Int) -> Tile {
    Tile(
      positions: list(positions, count), momenta: list(momenta, count),
      positionScore: list(score.position, count), momentumScore: list(score.momentum, count),
      logFlow: list(logFlow, count), logTarget: list(logTarget, count))
  }

  private func list(_ batch: Batch<Scalar>, _ count: Int) -> [Scalar] {
    var values: [Scalar] = []
    values.reserveCapacity(batch.rows * count)
    for n in 0..<count { for i in 0..<batch.rows { values.append(batch[i, n]) } }
    return values
  }
}
