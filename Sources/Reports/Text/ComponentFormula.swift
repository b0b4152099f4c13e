import Analyses
import Foundation

/// A component as a formula with its value: a product of powers, or a sum where all that counts changes sign.
///
/// Exponents are rounded to where that is small beside the error, and the value is that of the rounded formula.
struct ComponentFormula {
  /// Such as `omega_m^0.92 h^0.39`.
  let text: String
  /// The value, without its error.
  let value: String
  /// The error: relative for products.
  let error: String

  /// The formula of a component.
  ///
  /// - Parameters:
  ///   - index: its number among the components.
  ///   - components: all, of which the means are needed.
  ///   - coordinates: how the parameters enter.
  init(_ index: Int, of components: [PowerComponent], _ coordinates: [PowerCoordinate]) {
    let component = components[index]
    let widest = components.map(\.standardDeviation).max() ?? 0
    let needed = log10(2.5 * widest / max(component.standardDeviation, 1e-12)).rounded(.up)
    let decimals = min(4, max(2, needed.isFinite ? Int(needed) : 2))
    // The components are orthonormal, so that they give back the means of y.
    let means = coordinates.indices.map { place in
      components.reduce(0) { $0 + $1.mean * $1.exponents[place] }
    }
    let power = pow(10, Double(decimals))
    let rounded = component.exponents.map { ($0 * power).rounded() / power }
    let used = coordinates.indices.filter { rounded[$0] != 0 }
    let deviation = component.standardDeviation

    if used.allSatisfy({ coordinates[$0].kind == .linear }) {
      let slopes = component.exponents.indices.map {
        component.exponents[$0] / coordinates[$0].unit
      }
      let largest = used.map { slopes[$0] }.max { abs($0) < abs($1) } ?? 1
      let factors = slopes.map { ($0 / largest * power).rounded() / power }
      text = Self.sum(used.filter { factors[$0] != 0 }, factors, coordinates, decimals)
      let mean = used.reduce(0) { $0 + factors[$1] * means[$1] * coordinates[$1].unit }
      let size = deviation / abs(largest)
      let places = Rounding.decimals(for: size, digits: 2)
      value = Rounding.number(mean, decimals: places)
      error = Rounding.number(size, decimals: places)
      return
    }
    text = used.map { Self.factor(rounded[$0], coordinates[$0], decimals) }.joined(separator: " ")
    let mean = exp(zip(rounded, means).reduce(0) { $0 + $1.0 * $1.1 })
    value = Rounding.number(mean, decimals: Rounding.decimals(for: mean * deviation, digits: 2))
    error = Self.relative(deviation)
  }

  /// A relative error; of more than a half as a factor.
  static func relative(_ deviation: Double) -> String {
    guard deviation.isFinite else { return "–" }
    return deviation < 0.5
      ? Rounding.number(100 * deviation, digits: 2) + " %"
      : "factor " + Rounding.number(exp(min(deviation, 50)), digits: 2)
  }

  private static func factor(
    _ exponent: Double, _ coordinate: PowerCoordinate, _ decimals: Int
  ) -> String {
    let name = coordinate.parameter
    func number(_ value: Double) -> String {
      let text = Rounding.number(value, decimals: decimals)
      return text.replacing("−", with: "-")
    }
    switch coordinate.kind {
    case .logarithm: return exponent == 1 ? name : "\(name)^\(number(exponent))"
    case .logarithmOfOpposite: return "(-\(name))^\(number(exponent))"
    case .magnitude: return "10^(\(number(0.2 * exponent)) \(name))"
    case .linear: return "e^(\(number(exponent / coordinate.unit)) \(name))"
    }
  }

  private static func sum(
    _ used: [Int], _ factors: [Double], _ coordinates: [PowerCoordinate], _ decimals: Int
  ) -> String {
    var text = ""
    for place in used {
      let factor = factors[place]
      let sign = factor < 0 ? (text.isEmpty ? "-" : " - ") : (text.isEmpty ? "" : " + ")
      let size = abs(factor) == 1 ? "" : Rounding.number(abs(factor), decimals: decimals) + " "
      text += sign + size + coordinates[place].parameter
    }
    return text
  }
}
