/// The range of draws that count.
///
/// Importance draws from a wide density reach far beyond the posterior with weights of next to nothing, which must not stretch
/// the grid of a density.
struct DrawRange {
  /// The ends of the draws but for a hundred-thousandth of the weight at either side.
  let lower, upper: Double

  private static let negligible = 1e-5

  /// The range; nil if draws do not vary, or their range is not finite.
  ///
  /// - Parameters:
  ///   - draws: finite numbers.
  ///   - weights: as many, not negative, with a finite sum above zero.
  init?(_ draws: [Double], _ weights: [Double]) {
    guard var lower = draws.min(), var upper = draws.max(), lower < upper else { return nil }
    let total = weights.reduce(0, +)
    if let largest = weights.max(), weights.contains(where: { $0 < 0.01 * largest }) {
      let order = draws.indices.sorted { draws[$0] < draws[$1] }
      /// The first draw of an order that is not among the negligible.
      func end(_ order: some Sequence<Int>) -> Double? {
        var sum = 0.0
        return order.first {
          sum += weights[$0]
          return sum > Self.negligible * total
        }.map { draws[$0] }
      }
      lower = end(order) ?? lower
      upper = end(order.reversed()) ?? upper
    }
    guard lower < upper, (upper - lower).isFinite else { return nil }
    (self.lower, self.upper) = (lower, upper)
  }
}
