public import Inference
import LinearAlgebra

/// A survey of type Ia supernovae that need not exist: how many there are at which redshifts, and what their magnitudes' errors
/// consist of.
///
/// σ² = error(z)² + σ_int² + (lensing z)² + [5 v / (ln 10 c z)]², and systematic errors Σ t_k u_k(z) with t_k ~ N(0, 1) that all
/// supernovae share. Within a bin redshifts are evenly spaced.
///
/// ```yaml
/// counts:
///   0.02-0.1: 800
///   0.1-1.5: 5000
/// error: 0.05 + 0.05*z
/// systematics:
///   calibration: {amplitude: 0.01, shape: cos(pi*k*x), modes: 20}
/// ```
///
/// Sources: Betoule et al. 2014, A&A 568, A22, equation 13 (peculiar velocities); Jönsson et al. 2010, MNRAS 405, 535 (lensing).
public struct SurveyDescription: Sendable, Equatable {
  /// Supernovae between two redshifts.
  public struct Bin: Sendable, Codable, Equatable {
    /// The ends; 0 ≤ lower < upper.
    public var lower, upper: Double
    /// The number of supernovae, at least 0.
    public var count: Int

    /// A number of supernovae between two redshifts.
    public init(_ lower: Double, _ upper: Double, count: Int) {
      (self.lower, self.upper, self.count) = (lower, upper, count)
    }
  }

  /// A systematic error of one or more modes.
  public struct Systematic: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The standard deviation of each mode in mag, at a shape of 1.
    public var amplitude: Double
    /// The shape, a formula of z, of x = ln(1+z) / ln(1+z_max) and of the number k = 1, 2, … of the mode.
    public var shape: Expression
    /// The number of modes.
    public var modes: Int

    /// A systematic error.
    public init(_ name: String, amplitude: Double, shape: Expression, modes: Int = 1) {
      (self.name, self.amplitude, self.shape, self.modes) = (name, amplitude, shape, modes)
    }
  }

  /// What is too faint to be found.
  public struct Limit: Sendable, Codable, Equatable {
    /// The magnitude at which one half is found.
    public var magnitude: Double
    /// How gradually: found with probability Φ((magnitude − m) / width), width > 0.
    public var width: Double

    /// A limiting magnitude.
    public init(_ magnitude: Double, width: Double) {
      (self.magnitude, self.width) = (magnitude, width)
    }
  }

  /// The name of its catalogs.
  public var name = "survey"
  /// The numbers of supernovae that are found and measured.
  public var bins: [Bin]
  /// The error of a measured magnitude in mag, a formula of z.
  public var error: Expression
  /// σ_int, the intrinsic scatter in mag.
  public var scatter = 0.1
  /// The scatter by gravitational lensing in mag at z = 1, to which it is proportional.
  public var lensing = 0.055
  /// The standard deviation of peculiar velocities in km/s.
  public var peculiarVelocity = 300.0
  /// The systematic errors.
  public var systematics: [Systematic] = []
  /// What is found; everything, if nil.
  public var limit: Limit?

  /// A survey with an error of 0.08 mag, σ_int = 0.1 mag, lensing of 0.055 z mag and peculiar velocities of 300 km/s.
  public init(_ bins: [Bin]) {
    self.bins = bins
    error = Self.usualError
  }

  static let usualError: Expression = {
    do { return try Expression("0.08") } catch { preconditionFailure("\(error)") }
  }()

  /// The number of supernovae.
  public var count: Int { bins.reduce(0) { $0 + $1.count } }
  /// The number of modes of all systematic errors.
  public var modeCount: Int { systematics.reduce(0) { $0 + $1.modes } }

  /// The redshifts, bin by bin, evenly spaced within each.
  public var redshifts: [Double] {
    bins.flatMap { bin in
      (0..<bin.count).map { index in
        bin.lower + (bin.upper - bin.lower) * (Double(index) + 0.5) / Double(bin.count)
      }
    }
  }

  /// The largest redshift, highest supernovae, modes and their product that are accepted.
  private static let (mostSupernovae, mostModes, largestProduct) = (1_000_000, 1000, 50_000_000)
  static let largestRedshift = 20.0

  /// What is wrong with it: the place by its key, and a sentence; nil if nothing is.
  public var flaw: (place: String, reason: String)? {
    for bin in bins {
      let place = "counts.\(Self.key(bin))"
      guard bin.lower >= 0, bin.upper > bin.lower, bin.upper <= Self.largestRedshift else {
        return (place, "redshifts have to rise from 0 or above to at most \(Self.largestRedshift)")
      }
      guard (0...Self.mostSupernovae).contains(bin.count) else {
        return (place, "the number of supernovae has to be 0 to \(Self.mostSupernovae)")
      }
    }
    guard (2...Self.mostSupernovae).contains(count) else {
      return ("counts", "there have to be 2 to \(Self.mostSupernovae) supernovae, and are \(count)")
    }
    for (key, value) in [
      ("sigma_int", scatter), ("lensing", lensing), ("peculiar_velocity", peculiarVelocity),
    ] where !(value >= 0 && value <= (key == "peculiar_velocity" ? 30_000 : 10)) {
      return (key, "\(key) has to be a number that is not negative, and not absurd")
    }
    if let limit, !(limit.width > 0 && limit.width <= 10 && limit.magnitude.isFinite) {
      return ("magnitude_limit", "the limit has to be a number, with a width above 0 and up to 10")
    }
    return systematicsFlaw ?? errorFlaw
  }

  private var systematicsFlaw: (place: String, reason: String)? {
    for systematic in systematics {
      let place = "systematics.\(systematic.name)"
      guard systematic.amplitude > 0, systematic.amplitude <= 10 else {
        return ("\(place).amplitude", "the amplitude has to be above 0 and up to 10 mag")
      }
      guard (1...Self.mostModes).contains(systematic.modes) else {
        return ("\(place).modes", "the number of modes has to be 1 to \(Self.mostModes)")
      }
      if let name = systematic.shape.names.first(where: { !["z", "x", "k"].contains($0) }) {
        return (
          "\(place).shape", "a shape is a formula of z, x and k, and '\(name)' is none of them"
        )
      }
    }
    if Set(systematics.map(\.name)).count < systematics.count {
      return ("systematics", "two systematic errors have one name")
    }
    guard modeCount <= Self.mostModes, modeCount * count <= Self.largestProduct else {
      return (
        "systematics",
        "\(modeCount) modes of \(count) supernovae are too many: at most \(Self.mostModes), and \(Self.largestProduct) numbers in all"
      )
    }
    return nil
  }

  private var errorFlaw: (place: String, reason: String)? {
    if let name = error.names.first(where: { $0 != "z" }) {
      return ("error", "the error is a formula of z, and '\(name)' is not known")
    }
    let parts = MagnitudeParts(self)
    for (i, z) in parts.redshifts.enumerated() {
      guard parts.variances.allSatisfy({ $0.values[i] >= 0 }), parts.total[i] > 0,
        parts.total[i] <= 100
      else { return ("error", "the error at z = \(z) has to be above 0 and up to 10 mag") }
    }
    if let bad = parts.modes.elements.firstIndex(where: { !(abs($0) <= 100) }) {
      let z = parts.redshifts[bad / max(1, parts.modes.columns)]
      return ("systematics", "a shape is not a number, or absurdly large, at z = \(z)")
    }
    return nil
  }

  /// A bin as it is written.
  static func key(_ bin: Bin) -> String { "\(bin.lower)-\(bin.upper)" }
}
