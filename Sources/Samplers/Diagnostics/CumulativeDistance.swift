import RealModule

/// The cumulative Jensen–Shannon distance of two sets of weights for the same draws of one quantity.
///
/// For distribution functions P and Q, CJS(P‖Q) = ∫ P log₂(2P/(P + Q)) dx + ∫ (Q − P) dx / (2 ln 2), and the distance is
/// √[(CJS(P‖Q) + CJS(Q‖P)) / ∫ (P + Q) dx], from 0 to 1. As P and Q are not symmetric in x, it is taken for x and for −x, and the
/// larger counts. Source: Nguyen & Vreeken 2015, "Non-parametric Jensen–Shannon divergence", with the bound and sign of
/// Kallioinen, Paananen, Bürkner & Vehtari 2023, Statistics and Computing 34, 57, section 2.4.
struct CumulativeDistance {
  /// The places of draws in rising order, and their values.
  private let order: [Int]
  private let sorted: [Double]

  /// Prepares draws. Cost: a sort.
  init(_ values: [Double]) {
    order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    sorted = order.map { values[$0] }
  }

  /// The distance between equal weights and others, in the order of the draws, which add up to 1.
  ///
  /// Cost: four logarithms for each draw.
  func callAsFunction(_ weights: [Double]) -> Double {
    let equal = 1 / Double(order.count)
    // P and Q below each gap between neighbours, and what is above.
    var (below, own) = (0.0, 0.0)
    var (direct, mirrored) = (Sums(), Sums())
    for k in 0..<max(0, order.count - 1) {
      below += equal
      own += weights[order[k]]
      let width = sorted[k + 1] - sorted[k]
      direct.add(below, own, width)
      mirrored.add(max(0, 1 - below), max(0, 1 - own), width)
    }
    return max(direct.distance, mirrored.distance)
  }

  /// Integrals over the gaps.
  private struct Sums {
    var divergence = 0.0
    var bound = 0.0

    mutating func add(_ p: Double, _ q: Double, _ width: Double) {
      // The terms in Q − P cancel in the symmetric sum.
      let middle = 0.5 * (p + q)
      if p > 0 { divergence += width * p * .log2(p / middle) }
      if q > 0 { divergence += width * q * .log2(q / middle) }
      bound += width * (p + q)
    }

    var distance: Double { bound > 0 ? max(0, divergence / bound).squareRoot() : 0 }
  }
}
