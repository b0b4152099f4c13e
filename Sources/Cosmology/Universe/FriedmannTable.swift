import Inference
import RealModule

/// 1/E and its derivatives for matter, curvature, radiation and dark energy at fixed epochs, in one loop: what the six
/// models evaluate; tests compare it with the dual numbers of `ExpansionModel`.
///
/// With E² = 1 + Ωm g₃ + Ωk g₂ + Ωr g₄ + Ωde g and Ωde = 1 − Ωm − Ωk − Ωr, where gₙ = (1+z)ⁿ − 1 and
/// g = X − 1: ∂E²/∂Ωm = g₃ − g, ∂E²/∂Ωk = g₂ − g, ∂E²/∂w0 = 3u Ωde X, ∂E²/∂wa = 3(u − z/(1+z)) Ωde X. With content that
/// follows h, Q/h² stands for Ωr g₄ and ωr/h² for Ωr: ∂E²/∂h = 2 (ωr g − Q)/h³.
final class FriedmannTable: ExpansionRates {
  private let count: Int
  /// Series of the epochs: g₃, g₂, Q or g₄, 3u, and 3(u − z/(1+z)).
  private let series: [Double]
  private let density: Double
  private let followsHubble: Bool
  private let dimension: Int
  private let curvatureIndex, w0Index, waIndex: Int?

  /// - Parameters:
  ///   - content: neutrinos that do not vary; nil for the radiation of the model.
  ///   - epochs: a multiple of four.
  init(_ model: any FriedmannModel, _ content: RelativisticGrowth?, _ epochs: [Epoch]) {
    precondition(epochs.count % 4 == 0, "\(epochs.count) epochs are no multiple of four")
    count = epochs.count
    let relativistic = content?.growths ?? epochs.map(\.radiationGrowth)
    series =
      epochs.map(\.matterGrowth) + epochs.map(\.curvatureGrowth) + relativistic
      + epochs.map { 3 * $0.logStretch }
      + epochs.map { 3 * $0.logStretch - 3 * $0.fractionOfScaleFactor }
    density = content?.density ?? model.radiation.density
    followsHubble = content != nil
    dimension = model.parameterNames.count
    (curvatureIndex, w0Index, waIndex) = (model.curvatureIndex, model.w0Index, model.waIndex)
  }

  func evaluate(_ parameters: Span<Double>, inverseRates: inout MutableSpan<Double>) -> Bool {
    let rows = 1 + dimension + (followsHubble ? 1 : 0)
    precondition(parameters.count == rows - 1 && inverseRates.count >= rows * count)
    return series.withUnsafeBufferPointer { series in
      inverseRates.withUnsafeMutableBufferPointer { rates in
        guard let series = series.baseAddress, let rates = rates.baseAddress else { return true }
        return evaluate(parameters, UnsafeRawPointer(series), UnsafeMutableRawPointer(rates))
      }
    }
  }

  private func evaluate(
    _ p: Span<Double>, _ series: UnsafeRawPointer, _ rates: UnsafeMutableRawPointer
  ) -> Bool {
    let omegaMatter = p[0]
    let omegaCurvature = curvatureIndex.map { p[$0] } ?? 0
    let (w0, wa) = (w0Index.map { p[$0] } ?? -1, waIndex.map { p[$0] } ?? 0)
    let h = followsHubble ? p[dimension] : 1
    guard omegaMatter >= 0, h > 0 else { return false }
    let inverseSquare = 1 / (h * h)
    let omegaRadiation = density * inverseSquare
    // Q is in units of h², g₄ in those of the critical density.
    let radiationFactor = followsHubble ? inverseSquare : density
    let darkEnergy = 1 - omegaMatter - omegaCurvature - omegaRadiation
    let evolves = w0 != -1 || wa != 0
    let stride = count * MemoryLayout<Double>.stride
    var sum = Four.zero
    for offset in Swift.stride(from: 0, to: stride, by: MemoryLayout<Four>.stride) {
      @inline(__always) func load(_ row: Int) -> Four {
        (series + row * stride + offset).loadUnaligned(as: Four.self)
      }
      @inline(__always) func write(_ values: Four, _ row: Int) {
        (rates + row * stride + offset).storeBytes(of: values, as: Four.self)
      }
      let matterGrowth = load(0)
      var squared = 1 + omegaMatter * matterGrowth
      let relativistic = load(2)
      squared += radiationFactor * relativistic
      var (growth, curvatureGrowth) = (Four.zero, Four.zero)
      if curvatureIndex != nil {
        curvatureGrowth = load(1)
        squared += omegaCurvature * curvatureGrowth
      }
      if evolves {
        growth = Four.expMinusOne((1 + w0) * load(3) + wa * load(4))
        squared += darkEnergy * growth
      }
      // From E² and its derivatives to 1/E and its own.
      let rate = 1 / squared.squareRoot()
      sum += squared + rate
      let factor = -0.5 * rate * rate * rate
      write(rate, 0)
      write(factor * (matterGrowth - growth), 1)
      if let curvatureIndex { write(factor * (curvatureGrowth - growth), 1 + curvatureIndex) }
      if let w0Index {
        let slope = factor * darkEnergy * (1 + growth)
        write(slope * load(3), 1 + w0Index)
        if let waIndex { write(slope * load(4), 1 + waIndex) }
      }
      if followsHubble {
        write(factor * (2 * inverseSquare / h) * (density * growth - relativistic), 1 + dimension)
      }
    }
    // An E² that is negative, zero or infinite leaves something that is not finite.
    return sum.sum().isFinite
  }
}

private typealias Four = SIMD4<Double>
