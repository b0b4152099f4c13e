public import Inference

/// A universe of matter, curvature, radiation and any dark energy; a model says how its density evolves.
///
/// E² = Ωm (1+z)³ + Ωk (1+z)² + Ωr (1+z)⁴ + Ωde X(z), Ωde = 1 − Ωm − Ωk − Ωr. It is written as growth above
/// today's value, E² = 1 + …, which keeps every digit at small z. The first parameter is Ωm; a negative one has no
/// meaning, and gives E² = 0.
public protocol DarkEnergyModel: NamedModel {
  /// Photons and neutrinos of a density that no parameter changes.
  var radiation: Radiation { get }

  /// X − 1, the growth of the density of dark energy; by default 0, a cosmological constant.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`.
  ///   - epoch: the redshift, with the powers of 1+z.
  func darkEnergyGrowth<Scalar: DifferentiableScalar>(
    _ parameters: Span<Scalar>, at epoch: Epoch
  ) -> Scalar

  /// Writes 1/E and its derivatives with respect to the parameters and h, with radiation and neutrinos that follow
  /// h.
  ///
  /// The default takes them by dual numbers.
  ///
  /// - Parameters:
  ///   - parameters: one value for each of `parameterNames`, then h.
  ///   - epochs: where 1/E is wanted.
  ///   - content: ωr, and for each epoch Q, what the content adds to E² h² above today's value.
  ///   - inverseRates: (2 + parameters) × epochs elements, overwritten: 1/E at all epochs, then its derivatives.
  /// - Returns: false if E² is not positive and finite at one of the epochs.
  func evaluate(
    _ parameters: Span<Double>, at epochs: Span<Epoch>, content: RelativisticGrowth,
    inverseRates: inout MutableSpan<Double>
  ) -> Bool
}

/// What radiation and neutrinos add to E² h² at a list of epochs.
public struct RelativisticGrowth: Sendable {
  /// ωr of photons and massless neutrinos.
  public let density: Double
  /// For each epoch ωr [(1+z)⁴ − 1] + ων(z) − ων (1+z)³.
  public let growths: [Double]
}

extension DarkEnergyModel {
  /// Three values of Ωm with each of several points of the other parameters.
  static func checkPoints(beside others: [[Double]]) -> [[Double]] {
    others.flatMap { point in [0.15, 0.3, 0.5].map { [$0] + point } }
  }

  /// 0.
  public func darkEnergyGrowth<Scalar: DifferentiableScalar>(
    _ parameters: Span<Scalar>, at epoch: Epoch
  ) -> Scalar { 0 }

  /// E² = 1 + Ωm [(1+z)³ − 1] + Ωk [(1+z)² − 1] + Ωr [(1+z)⁴ − 1] + Ωde [X − 1].
  public func squaredExpansionRate<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    guard p[0].value >= 0 else { return 0 }
    let curvature = curvatureIndex.map { p[$0] } ?? 0
    var squared = 1 + radiation.density * epoch.radiationGrowth + p[0] * epoch.matterGrowth
    squared += curvature * epoch.curvatureGrowth
    let darkEnergy = 1 - p[0] - curvature - radiation.density
    return squared + darkEnergy * darkEnergyGrowth(p, at: epoch)
  }

  /// Writes 1/E and its derivatives by dual numbers.
  public func evaluate(
    _ parameters: Span<Double>, at epochs: Span<Epoch>, content: RelativisticGrowth,
    inverseRates: inout MutableSpan<Double>
  ) -> Bool {
    let (count, dimension) = (epochs.count, parameterNames.count)
    let h = parameters[dimension]
    let inverseSquare = 1 / (h * h)
    return withUnsafeTemporaryAllocation(of: Dual<SIMD8<Double>>.self, capacity: dimension) {
      duals in
      for i in 0..<dimension {
        duals.initializeElement(at: i, to: Dual(parameters[i], seeding: i))
      }
      let seeded = UnsafeBufferPointer(duals).span
      for i in 0..<count {
        let growth = darkEnergyGrowth(seeded, at: epochs[i])
        // The fixed radiation of the model is none.
        let squared =
          squaredExpansionRate(seeded, at: epochs[i])
          + inverseSquare * (content.growths[i] - content.density * growth)
        guard squared.value > 0, squared.value.isFinite else { return false }
        let rate = 1 / squared.value.squareRoot()
        let factor = -0.5 * rate * rate * rate
        inverseRates[i] = rate
        for parameter in 0..<dimension {
          inverseRates[(1 + parameter) * count + i] = factor * squared.partials[parameter]
        }
        inverseRates[(1 + dimension) * count + i] =
          factor * 2 * inverseSquare / h * (content.density * growth.value - content.growths[i])
      }
      return true
    }
  }
}
