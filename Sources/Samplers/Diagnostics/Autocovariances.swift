/// The autocovariances of chains, Σ (xₜ − m)(xₜ₊ₗ − m) at lag l over all halves of chains, each with its mean m.
///
/// Short lags are summed as they are asked for. Chains that hardly move, such as those that repeat a draw a million
/// times, need lags as long as the chains are: from some lag on all are taken from a Fourier transform at once
/// (Wiener–Khinchin).
struct Autocovariances {
  private let halves: ChainHalves
  private let means: [Double]
  private let variance: Double
  private var transformed: [Double] = []

  /// The lags that are summed take about as much time as the transform.
  private static let firstTransformed = 128

  /// - Parameters:
  ///   - halves: halves of chains, all of one length.
  ///   - variance: of their draws, in whose unit the transform neither overflows nor vanishes.
  init(_ halves: ChainHalves, variance: Double) {
    self.halves = halves
    self.variance = variance
    means = halves.ranges.map { halves.mean(of: $0) }
  }

  /// The sum at a lag, which is shorter than the halves.
  mutating func sum(atLag lag: Int) -> Double {
    guard lag >= Self.firstTransformed else { return summed(lag) }
    if transformed.isEmpty { transformed = transform() }
    return transformed[lag] * variance
  }

  private func summed(_ lag: Int) -> Double {
    halves.values.withUnsafeBufferPointer { values in
      var sum = 0.0
      for (range, mean) in zip(halves.ranges, means) {
        for i in range.lowerBound..<range.upperBound - lag {
          sum += (values[i] - mean) * (values[i + lag] - mean)
        }
      }
      return sum
    }
  }

  /// The sums at all lags, in units of the variance: those of both halves of a chain are the real parts of the
  /// autocovariances of complex numbers.
  private func transform() -> [Double] {
    let length = halves.ranges[0].count
    // Zeros behind the draws keep the end from meeting the beginning.
    let transform = FourierTransform(atLeast: 2 * length)
    let zeros = [Double](repeating: 0, count: transform.count)
    let scale = 1 / variance.squareRoot()
    func deviations(_ half: Int) -> [Double] {
      var deviations = zeros
      for (place, index) in halves.ranges[half].enumerated() {
        deviations[place] = (halves.values[index] - means[half]) * scale
      }
      return deviations
    }
    var power = zeros
    for first in stride(from: 0, to: halves.ranges.count, by: 2) {
      var (x, y) = (deviations(first), deviations(first + 1))
      transform.forward(&x, &y)
      for k in power.indices { power[k] += x[k] * x[k] + y[k] * y[k] }
    }
    var rest = zeros
    transform.backward(&power, &rest)
    return power.prefix(length).map { $0 / Double(transform.count) }
  }
}
