import RealModule

/// 1/E and its derivatives for matter, curvature, radiation and dark energy, in one loop: what the
/// six models evaluate; tests compare it with the dual numbers of `ExpansionModel`.
struct FriedmannRates {
  let omegaMatter: Double
  let omegaCurvature: Double
  let omegaRadiation: Double
  let w0: Double
  let wa: Double
  /// The positions among the parameters, of which Ωm is the first; 0 for those that are absent.
  let curvatureIndex: Int
  let w0Index: Int
  let waIndex: Int
  /// Radiation and neutrinos that follow h.
  var content: (density: Double, h: Double, hubbleIndex: Int)?

  /// Writes 1/E at all epochs, then its derivatives with respect to the parameters.
  ///
  /// With E² = 1 + Ωm g₃ + Ωk g₂ + Ωr g₄ + Ωde g and Ωde = 1 − Ωm − Ωk − Ωr, where gₙ = (1+z)ⁿ − 1 and
  /// g = X − 1: ∂E²/∂Ωm = g₃ − g, ∂E²/∂Ωk = g₂ − g, ∂E²/∂w0 = 3u Ωde X, ∂E²/∂wa = 3(u − z/(1+z)) Ωde X.
  ///
  /// With content that follows h, Q/h² stands for Ωr g₄ and ωr/h² for Ωr: ∂E²/∂h = 2 (ωr g − Q)/h³.
  ///
  /// - Parameter growths: Q at the epochs, as `Neutrinos.growth` has it; empty without such content.
  /// - Returns: false if E² is not positive and finite somewhere.
  func evaluate(
    _ epochs: Span<Epoch>, growths: Span<Double> = .init(),
    into inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    let last = max(curvatureIndex, w0Index, waIndex, content?.hubbleIndex ?? 0)
    precondition(
      inverseRates.count >= (2 + last) * epochs.count
        && (content == nil || growths.count == epochs.count))
    return epochs.withUnsafeBufferPointer { epochs in
      growths.withUnsafeBufferPointer { growths in
        inverseRates.withUnsafeMutableBufferPointer { inverseRates in
          guard let epoch = epochs.baseAddress, let rates = inverseRates.baseAddress else {
            return true
          }
          return evaluate(epoch, epochs.count, growths.baseAddress, rates)
        }
      }
    }
  }

  private func evaluate(
    _ epochs: UnsafePointer<Epoch>, _ count: Int, _ growths: UnsafePointer<Double>?,
    _ rates: UnsafeMutablePointer<Double>
  ) -> Bool {
    guard omegaMatter >= 0 else { return false }
    let inverseSquare = content.map { 1 / ($0.h * $0.h) } ?? 0
    let omegaRelativistic = content.map { $0.density * inverseSquare } ?? omegaRadiation
    let darkEnergy = 1 - omegaMatter - omegaCurvature - omegaRelativistic
    let evolves = w0 != -1 || wa != 0
    var sum = Four.zero
    // Four at a time, since roots and quotients are slow.
    for first in stride(from: 0, to: count, by: 4) {
      let used = min(4, count - first)
      /// Four of a list, of which the last may be repeated.
      func four(_ property: (Epoch) -> Double) -> Four {
        let place = epochs + first
        return Four(
          property(place[0]), property(place[min(1, used - 1)]), property(place[min(2, used - 1)]),
          property(place[used - 1]))
      }
      func write(_ values: Four, row: Int) {
        let target = rates + row * count + first
        if used == 4 {
          for lane in 0..<4 { target[lane] = values[lane] }
        } else {
          for lane in 0..<used { target[lane] = values[lane] }
        }
      }

      let matterGrowth = four { $0.matterGrowth }
      var squared = 1 + omegaMatter * matterGrowth
      var (growth, curvatureGrowth) = (Four.zero, Four.zero)
      var (logStretch, lag) = (Four.zero, Four.zero)
      var relativistic = Four.zero
      if let growths {
        for lane in 0..<4 { relativistic[lane] = growths[first + min(lane, used - 1)] }
        squared += inverseSquare * relativistic
      } else if omegaRadiation != 0 {
        squared += omegaRadiation * four { $0.radiationGrowth }
      }
      if curvatureIndex > 0 {
        curvatureGrowth = four { $0.curvatureGrowth }
        squared += omegaCurvature * curvatureGrowth
      }
      if evolves || w0Index > 0 {
        logStretch = 3 * four { $0.logStretch }
        lag = logStretch - 3 * four { $0.fractionOfScaleFactor }
        if evolves {
          let exponent = (1 + w0) * logStretch + wa * lag
          for lane in 0..<4 { growth[lane] = .expMinusOne(exponent[lane]) }
          squared += darkEnergy * growth
        }
      }
      // From E² and its derivatives to 1/E and its own.
      let rate = 1 / squared.squareRoot()
      sum += squared + rate
      let factor = -0.5 * rate * rate * rate
      write(rate, row: 0)
      write(factor * (matterGrowth - growth), row: 1)
      if curvatureIndex > 0 {
        write(factor * (curvatureGrowth - growth), row: 1 + curvatureIndex)
      }
      if w0Index > 0 {
        let density = factor * darkEnergy * (1 + growth)
        write(density * logStretch, row: 1 + w0Index)
        if waIndex > 0 { write(density * lag, row: 1 + waIndex) }
      }
      if let content {
        let slope = (content.density * growth - relativistic) * (2 * inverseSquare / content.h)
        write(factor * slope, row: 1 + content.hubbleIndex)
      }
    }
    // An E² that is negative, zero or infinite leaves something that is not finite.
    return sum.sum().isFinite
  }
}

private typealias Four = SIMD4<Double>
