public import Inference
import RealModule

extension FlowEvaluator {
  /// The state of choosing one of many momenta for each point.
  struct Resampling {
    /// q_T, and the deviates of the momenta chosen.
    let points, chosen: Batch<Scalar>
    /// The largest log weight so far, and Σ w over that.
    let largest, sum: Batch<Scalar>

    init(dimension: Int, count: Int, in arena: Arena<Scalar>) {
      points = arena.batch(rows: dimension, count: count)
      chosen = arena.batch(rows: dimension, count: count)
      largest = arena.batch(rows: 1, count: count)
      sum = arena.batch(rows: 1, count: count)
    }

    /// The logarithm of the mean weight of so many momenta, for a point.
    func logMeanWeight(of momentumCount: Int, _ n: Int) -> Scalar {
      largest[0, n] + Scalar(Double.log(Double(sum[0, n]) / Double(momentumCount)))
    }
  }

  /// Adds the gradient of −Σ log (1/K) Σ w at given points q_T, by one momentum for each, chosen among K
  /// by their weights. Afterwards `logFlow` − `logTarget` are log (1/K) Σ w.
  func addImportanceGradient(
    _ momentumCount: Int, _ estimator: MomentumEstimator, using generator: inout RandomStream,
    to gradient: UnsafeMutablePointer<Scalar>
  ) {
    resampleMomenta(momentumCount, using: &generator)
    addDataGradient(learnsMomenta: estimator == .weighted, to: gradient)
    logTarget.clear()
    for n in 0..<count { logFlow[0, n] = resampling.logMeanWeight(of: momentumCount, n) }
  }

  /// Draws momenta p₁ … p_K ~ r(· | q_T) at given points, and keeps for each point the deviates of one
  /// of them, chosen by the weights w = M(q_T, p) / r(p | q_T): for large K, a draw of p given q_T.
  ///
  /// Afterwards positions are the points again.
  private func resampleMomenta(_ momentumCount: Int, using generator: inout RandomStream) {
    let (points, chosen) = (resampling.points, resampling.chosen)
    let (largest, sum) = (resampling.largest, resampling.sum)
    Scalar.scale(1, positions, to: points)
    conditionFinalMomenta()
    sum.clear()
    chosen.clear()
    for n in 0..<count { largest[0, n] = -.infinity }
    for _ in 0..<momentumCount {
      deviates.fillWithStandardNormals(using: &generator)
      placeFinalMomenta()
      pull()
      weighBase()
      for n in 0..<count {
        // One pass: a momentum takes the place of the one before with its share of the sum so far.
        let logWeight = logFlow[0, n] - logTarget[0, n]
        if logWeight == -.infinity { continue }
        let greatest = max(largest[0, n], logWeight)
        let weight = Scalar.decayingExponential(logWeight - greatest)
        sum[0, n] = sum[0, n] * Scalar.decayingExponential(largest[0, n] - greatest) + weight
        largest[0, n] = greatest
        if Double.random(in: 0..<1, using: &generator) * Double(sum[0, n]) < Double(weight) {
          for i in 0..<chosen.rows { chosen[i, n] = deviates[i, n] }
        }
      }
      Scalar.scale(1, points, to: positions)
    }
    Scalar.scale(1, chosen, to: deviates)
  }
}

/// How r(p | q) learns where the density at a point is estimated from several momenta.
public enum MomentumEstimator: String, NamedChoice {
  /// By the gradient of the bound, which raises it; r becomes narrow, and the evidence bound low.
  case bound
  /// From the momenta that are chosen by their weights, draws of p given q as K grows, which r learns to
  /// cover (Bornschein & Bengio 2015, section 2.3). Weights are more equal, but no single bound is maximised by all
  /// parameters: training may settle at a poor flow.
  case weighted
}
