/// What the numbers of a column or a matrix measure, and the units in which files give it.
///
/// Names of units are those of FITS, ECSV, VOTable and the CDS, and what people write in brackets
/// behind the name of a column. A unit that is not known is never passed over.
enum Measure: Sendable {
  /// Magnitudes and moduli.
  case magnitude
  /// Redshifts, of which velocities c z are in km/s.
  case redshift
  /// A covariance or a variance of magnitudes.
  case magnitudeSquared
  /// The inverse of a covariance.
  case inverseMagnitudeSquared
  /// Magnitudes that many call numbers: colours and their covariances.
  case color
  /// A number, such as x₁.
  case number

  /// The name of the unit that is expected.
  var unit: String {
    switch self {
    case .magnitude, .color: "mag"
    case .redshift: "none or km/s"
    case .magnitudeSquared: "mag2"
    case .inverseMagnitudeSquared: "mag-2"
    case .number: "none"
    }
  }

  /// The factor from a unit to ours; nil if it is not a unit of this.
  func factor(from unit: String) -> Double? {
    let plain = Self.plain(unit)
    if Self.none.contains(plain) { return 1 }
    let (scale, name) = Self.scaled(plain)
    let factor: Double? =
      switch self {
      case .magnitude: Self.magnitudes[name]
      case .redshift: name.isEmpty || name == "z" || name == "redshift" ? 1 : Self.velocities[name]
      case .magnitudeSquared: Self.squares[name]
      case .inverseMagnitudeSquared: Self.inverseSquares[name]
      case .color: Self.magnitudes[name] ?? Self.squares[name] ?? (name.isEmpty ? 1 : nil)
      case .number: name.isEmpty ? 1 : nil
      }
    // A power belongs to the whole unit, and velocities and inverses are not scaled.
    return factor.map { $0 * scale }
  }

  /// Whether a unit is any that is known, so that a row of such words is one of units.
  static func isUnit(_ text: String) -> Bool {
    let known: [Measure] = [.magnitude, .redshift, .magnitudeSquared]
    let others = ["deg", "degree", "degrees", "d", "day", "days", "mjd", "h", "s", "dex", "msun"]
    return known.contains { $0.factor(from: text) != nil } || others.contains(plain(text))
  }

  /// The speed of light in km/s.
  static let lightSpeed = 299_792.458

  private static let none: Set = [
    "", "-", "--", "---", "none", "null", "n/a", "dimensionless", "unitless", "1", "number",
  ]
  private static let magnitudes = powers(of: magnitudeNames, 1)
  private static let squares = powers(of: magnitudeNames, 2)
  private static let inverseSquares = powers(of: magnitudeNames, -2)
  private static let velocities: [String: Double] = {
    var factors: [String: Double] = [:]
    for name in ["km/s", "kms-1", "km/sec", "kmsec-1", "kmpers"] { factors[name] = 1 / lightSpeed }
    for name in ["m/s", "ms-1", "m/sec"] { factors[name] = 1e-3 / lightSpeed }
    return factors
  }()
  private static let magnitudeNames: [String: Double] = [
    "mag": 1, "mags": 1, "magnitude": 1, "magnitudes": 1,
    "mmag": 1e-3, "mmags": 1e-3, "millimag": 1e-3, "millimagnitude": 1e-3, "millimagnitudes": 1e-3,
    "cmag": 1e-2, "dmag": 0.1, "umag": 1e-6, "µmag": 1e-6, "μmag": 1e-6,
  ]

  private static func powers(of names: [String: Double], _ power: Int) -> [String: Double] {
    var factors: [String: Double] = [:]
    for (name, unit) in names {
      switch power {
      case 1: factors[name] = unit
      case 2: for square in [name + "2", name + "²", name + name] { factors[square] = unit * unit }
      default:
        for inverse in [name + "-2", name + "⁻²", "1/" + name + "2"] {
          factors[inverse] = 1 / (unit * unit)
        }
      }
    }
    return factors
  }

  /// A unit without capitals, blanks, brackets, signs of powers and products, and the name of a
  /// photometric system.
  private static func plain(_ unit: String) -> String {
    // A megamagnitude cannot be assumed to be a typo for a millimagnitude.
    guard !unit.hasPrefix("Mmag") else { return unit }
    var plain = unit.lowercased()
    for system in ["ab", "vega", "st"] {
      for written in ["(\(system))", "[\(system)]", "_\(system)", " \(system)", "\(system) "] {
        plain = plain.replacing(written, with: "")
      }
      if plain == "mag\(system)" || plain == "\(system)mag" { plain = "mag" }
    }
    return plain.filter { !" \t*^{}()[]·._$\"'".contains($0) || $0 == "." && plain.hasPrefix("0.") }
  }

  /// The number before a unit, as in `10-3mag` of the CDS or `0.001mag`, and the rest.
  private static func scaled(_ plain: String) -> (scale: Double, name: String) {
    let digits = plain.prefix { $0.isNumber || $0 == "." || $0 == "-" || $0 == "+" }
    let rest = String(plain.dropFirst(digits.count))
    guard !digits.isEmpty, !rest.isEmpty, !rest.hasPrefix("/") else { return (1, plain) }
    if digits.hasPrefix("10"), let power = Int(digits.dropFirst(2)), abs(power) < 10 {
      return ((0..<abs(power)).reduce(1) { scale, _ in power < 0 ? scale / 10 : scale * 10 }, rest)
    }
    guard let number = Double(digits), number > 0 else { return (1, plain) }
    return (number, rest)
  }
}
