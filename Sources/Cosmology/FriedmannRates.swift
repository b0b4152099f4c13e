import RealModule

/// 1/E and its derivatives for matter, curvature, radiation and dark energy, in one loop: what the
/// six models evaluate; the dual numbers of `ExpansionModel` are its twin in the tests.
struct FriedmannRates {
  let omegaMatter: Double
  let omegaCurvature: Double
  let omegaRadiation: Double
  let w0: Double
  let wa: Double
  /// The positions among the parameters, of which Ωm is the first; 0 for those that there are not.
  let curvatureIndex: Int
  let w0Index: Int
  let waIndex: Int

  /// Writes 1/E at all epochs, then its derivatives with respect to the parameters.
  ///
  /// With E² = 1 + Ωm g₃ + Ωk g₂ + Ωr g₄ + Ωde g and Ωde = 1 − Ωm − Ωk − Ωr, where gₙ = (1+z)ⁿ − 1 and
  /// g = X − 1: ∂E²/∂Ωm = g₃ − g, ∂E²/∂Ωk = g₂ − g, ∂E²/∂w0 = 3u Ωde X, ∂E²/∂wa = 3(u − z/(1+z)) Ωde X.
  ///
  /// - Returns: false if E² is not positive and finite somewhere.
  func evaluate(_ epochs: Span<Epoch>, into inverseRates: inout MutableSpan<Double>) -> Bool {
    precondition(inverseRates.count >= (2 + max(curvatureIndex, w0Index, waIndex)) * epochs.count)
    return epochs.withUnsafeBufferPointer { epochs in
      inverseRates.withUnsafeMutableBufferPointer { inverseRates in
        guard let epoch = epochs.baseAddress, let rates = inverseRates.baseAddress else {
          return true
        }
        return evaluate(epoch, epochs.count, rates)
      }
    }
  }

  private func evaluate(
    _ epochs: UnsafePointer<Epoch>, _ count: Int, _ rates: UnsafeMutablePointer<Double>
  ) -> Bool {
    let darkEnergy = 1 - omegaMatter - omegaCurvature - omegaRadiation
    let evolves = w0 != -1 || wa != 0
    let slope = 3 * (1 + w0)
    var isPositive = omegaMatter >= 0
    for i in 0..<count {
      let epoch = epochs[i]
      var (growth, lag) = (0.0, 0.0)
      if evolves || w0Index > 0 {
        lag = 3 * (epoch.logStretch - epoch.fractionOfScaleFactor)
        if evolves { growth = .expMinusOne(slope * epoch.logStretch + wa * lag) }
      }
      let matter = omegaMatter * epoch.matterGrowth + omegaCurvature * epoch.curvatureGrowth
      let rest = omegaRadiation * epoch.radiationGrowth + darkEnergy * growth
      let squared = 1 + matter + rest
      // False for NaN and infinity, too.
      isPositive = isPositive && squared > 0 && squared < .infinity
      rates[i] = squared
      rates[count + i] = epoch.matterGrowth - growth
      if curvatureIndex > 0 {
        rates[(1 + curvatureIndex) * count + i] = epoch.curvatureGrowth - growth
      }
      if w0Index > 0 {
        let density = darkEnergy * (1 + growth)
        rates[(1 + w0Index) * count + i] = density * 3 * epoch.logStretch
        if waIndex > 0 { rates[(1 + waIndex) * count + i] = density * lag }
      }
    }
    guard isPositive else { return false }
    // From E² and its derivatives to 1/E and its own, four at a time: roots and quotients are slow.
    let rows = 1 + max(1, 1 + curvatureIndex, 1 + w0Index, 1 + waIndex)
    let whole = count / 4 * 4
    for i in stride(from: 0, to: whole, by: 4) {
      let place = UnsafeMutableRawPointer(rates + i)
      let rate = 1 / place.loadUnaligned(as: SIMD4<Double>.self).squareRoot()
      let factor = -0.5 * rate * rate * rate
      for lane in 0..<4 { rates[i + lane] = rate[lane] }
      for row in 1..<rows {
        let slopes = rates + row * count + i
        let product =
          UnsafeMutableRawPointer(slopes).loadUnaligned(as: SIMD4<Double>.self) * factor
        for lane in 0..<4 { slopes[lane] = product[lane] }
      }
    }
    for i in whole..<count {
      let rate = 1 / rates[i].squareRoot()
      let factor = -0.5 * rate * rate * rate
      rates[i] = rate
      for row in 1..<rows { rates[row * count + i] *= factor }
    }
    return true
  }
}
