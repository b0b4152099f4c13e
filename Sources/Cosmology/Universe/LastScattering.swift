import RealModule

/// The way from the end of the line of sight to last scattering: ∫ (1+z)/E du by a Gauss–Legendre rule up to below any
/// z* there may be, and through a few more nodes from there on.
final class LastScattering: Sendable {
  /// Beyond the range of z* of `EarlyUniverse`.
  private static let redshifts = 1070.0...1112.0
  /// A multiple of four together with the rest.
  private static let ruleCount = 16
  private static let restCount = 4

  /// The nodes, those of the rest last.
  let epochs: [Epoch]
  /// The weights of 1/E at the nodes of the rule.
  private let weights: [Double]
  /// 1+z at the nodes of the rest.
  private let stretches: SIMD4<Double>
  /// u where the rest begins, and half its length.
  private let (start, half): (Double, Double)
  /// The cardinal polynomials of the rest in x from −1 to 1, and their integrals from −1: lane by lane the coefficients
  /// of a power.
  private let (cardinals, integrals): ([SIMD4<Double>], [SIMD4<Double>])

  /// - Parameter begin: ln(1+z) at the end of the line of sight.
  init(from begin: Double) {
    let start = Double.log(onePlus: Self.redshifts.lowerBound)
    let end = Double.log(onePlus: Self.redshifts.upperBound)
    let rule = GaussLegendre(count: Self.ruleCount)
    let grid = ChebyshevGrid(count: Self.restCount)
    let half = 0.5 * (end - start)
    epochs =
      rule.nodes.map { Epoch(logStretch: begin + (start - begin) * $0) }
      + grid.nodes.map { Epoch(logStretch: start + half * (1 + $0)) }
    weights = zip(rule.weights, epochs).map { ($0 * (start - begin)) * (1 + $1.redshift) }
    let last = epochs.suffix(Self.restCount).map { 1 + $0.redshift }
    stretches = SIMD4(last[0], last[1], last[2], last[3])
    (self.start, self.half) = (start, half)
    // From Chebyshev coefficients to powers: T₂ = 2x² − 1, T₃ = 4x³ − 3x.
    var powers = [SIMD4<Double>](repeating: .zero, count: 4)
    for node in 0..<4 {
      let c = (0..<4).map { grid.transform[node * 4 + $0] }
      powers[0][node] = c[0] - c[2]
      powers[1][node] = c[1] - 3 * c[3]
      powers[2][node] = 2 * c[2]
      powers[3][node] = 4 * c[3]
    }
    cardinals = powers
    var sums = [SIMD4<Double>](repeating: .zero, count: 5)
    for k in 0..<4 {
      sums[k + 1] = powers[k] / Double(k + 1)
      sums[0] -= sums[k + 1] * (k % 2 == 0 ? -1 : 1)
    }
    integrals = sums
  }

  /// The weights of (1+z)/E at the nodes of the rest for its integral up to u, and for its value there.
  private func rest(_ logStretch: Double) -> (integral: SIMD4<Double>, value: SIMD4<Double>) {
    let x = (logStretch - start) / half - 1
    let value = cardinals[0] + x * (cardinals[1] + x * (cardinals[2] + x * cardinals[3]))
    let upper = integrals[3] + x * integrals[4]
    let integral = integrals[0] + x * (integrals[1] + x * (integrals[2] + x * upper))
    return (half * integral, value)
  }

  /// The comoving distance from the end of the line of sight to u, in units of c/H₀.
  ///
  /// - Parameter inverseRates: 1/E at the nodes.
  func distance(to logStretch: Double, _ inverseRates: Span<Double>) -> Double {
    var sum = SIMD4<Double>.zero
    for j in stride(from: 0, to: Self.ruleCount, by: 4) {
      for lane in 0..<4 { sum[lane] += weights[j + lane] * inverseRates[j + lane] }
    }
    return sum.sum() + (rest(logStretch).integral * integrand(inverseRates)).sum()
  }

  private func integrand(_ inverseRates: Span<Double>) -> SIMD4<Double> {
    let n = Self.ruleCount
    return stretches
      * SIMD4(inverseRates[n], inverseRates[n + 1], inverseRates[n + 2], inverseRates[n + 3])
  }

  /// Adds the gradient of a function of that distance, and returns its derivative with respect to u.
  ///
  /// - Parameters:
  ///   - sensitivity: to the distance.
  ///   - values: series of 1/E and its derivatives.
  ///   - first: where in a series the nodes are.
  func pullBack(
    _ sensitivity: Double, at logStretch: Double, values: Span<Double>, first: Int,
    seriesCount: Int, parameterCount: Int, into gradient: inout MutableSpan<Double>
  ) -> Double {
    let (integral, value) = rest(logStretch)
    let own = integral * stretches
    for parameter in 0..<parameterCount {
      let place = (1 + parameter) * seriesCount + first
      var sum = SIMD4<Double>.zero
      for j in stride(from: 0, to: Self.ruleCount, by: 4) {
        for lane in 0..<4 { sum[lane] += weights[j + lane] * values[place + j + lane] }
      }
      for lane in 0..<4 { sum[lane] += own[lane] * values[place + Self.ruleCount + lane] }
      gradient[parameter] += sensitivity * sum.sum()
    }
    let there = integrand(values.extracting(first..<first + Self.ruleCount + Self.restCount))
    return sensitivity * (value * there).sum()
  }
}
