import Cosmology
import Foundation

/// What observables are in a flat ΛCDM universe near ours, by which other units and exchanged columns are
/// recognised: no measurement is off by a factor of two.
enum PlausibleValue {
  /// Redshifts above that of any galaxy.
  static let largestRedshift = 20.0

  /// What a measured value should be near to, if it is not within a factor of two of it.
  static func unlike(_ value: Double, _ observable: Observable) -> Double? {
    let expected = observable.value(quantity)
    // Parameters of which nothing is known have any value.
    guard expected.isFinite, observable.factors.map(\.quantity) != [.parameter("omega_m")] else {
      return nil
    }
    return (0.5...2).contains(value / expected) ? nil : expected
  }

  /// A number with the digits that a sentence needs.
  static func rounded(_ value: Double) -> String {
    String(format: (1e3..<1e6).contains(value) ? "%.0f" : "%.3g", value)
  }

  /// Ωm = 0.3, h = 0.7 and what belongs to them; NaN for other parameters.
  private static func quantity(_ quantity: UniverseQuantity) -> Double {
    switch quantity {
    case .parameter("omega_m"): 0.3
    case .parameter("h"): 0.7
    case .parameter("omega_b"): 0.0224
    case .parameter: .nan
    case .comovingDistance(let z): distance(z)
    case .inverseRate(let z): inverseRate(z)
    case .reducedSoundHorizon: 103
    case .soundHorizonAtLastScattering: 144.4
    case .distanceToLastScattering: 3.24
    case .baryonAndColdDensity: 0.142
    }
  }

  private static func inverseRate(_ z: Double) -> Double {
    1 / (0.3 * pow(1 + z, 3) + 0.7).squareRoot()
  }

  /// ∫ dz/E by Simpson's rule.
  private static func distance(_ z: Double) -> Double {
    let steps = 64
    let sum = (0...steps).reduce(0) { sum, step in
      let weight: Double = step == 0 || step == steps ? 1 : step.isMultiple(of: 2) ? 2 : 4
      return sum + weight * inverseRate(z * Double(step) / Double(steps))
    }
    return sum * z / Double(3 * steps)
  }
}
