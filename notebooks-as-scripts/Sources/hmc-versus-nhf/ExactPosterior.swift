import Inference
import Reports

/// The evidence and the moments of two parameters by the trapezoidal rule in their logits, which
/// converges faster than any power of the step where the density is smooth and ends on zero.
struct ExactPosterior {
  let logEvidence: Double
  let moments: [CumulativeMoments.Exact]

  /// - Parameters:
  ///   - density: in logits.
  ///   - ranges: of both logits, beyond which there is nothing.
  init(_ density: some LogDensity, over ranges: [ClosedRange<Double>], nodes: Int) {
    let steps = ranges.map { ($0.upperBound - $0.lowerBound) / Double(nodes) }
    let middle = ranges.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    // Near the peak, so that no weight overflows.
    let shift = density.logDensityAndGradient(at: middle).logDensity
    var (sum, first, second) = (0.0, [0.0, 0], [0.0, 0])
    for i in 0...nodes {
      for j in 0...nodes {
        let q = zip([i, j], zip(ranges, steps)).map { $1.0.lowerBound + Double($0) * $1.1 }
        let weight = Double.exp(density.logDensityAndGradient(at: q).logDensity - shift)
        sum += weight
        for k in 0..<2 {
          let x = 1 / (1 + .exp(-q[k]))
          first[k] += weight * x
          second[k] += weight * x * x
        }
      }
    }
    logEvidence = .log(sum * steps[0] * steps[1]) + shift
    moments = zip(first, second).map { first, second in
      let mean = first / sum
      return .init(mean: mean, standardDeviation: .sqrt(second / sum - mean * mean))
    }
  }
}
