import RealModule

/// A family of prior densities of one parameter, normalised: a file of its own, and a line in
/// `Prior.kinds` for those that files and options name.
///
/// Samplers move in coordinates in which a prior is N(0, 1), so a density also gives its quantiles
/// x(u) = F⁻¹(Φ(u)). Both tails are to be computed from the probability that is small there, so that
/// neither loses digits.
public protocol PriorDensity: Sendable {
  /// The name, such as `halfCauchy`; case and underscores do not count where it is typed.
  static var name: String { get }
  /// The numbers that describe a density, in their order.
  static var arguments: [PriorArgument] { get }

  /// A density from its numbers, as many as there are arguments, whatever they are.
  init(_ numbers: [Double])
  /// The numbers that describe it.
  var numbers: [Double] { get }
  /// What is wrong with numbers that are possible one by one, in words: `bounds reversed`; nil if
  /// nothing is.
  var flaw: String? { get }
  /// The density in words, such as `normal, 0.3 ± 0.1`, with numbers as a function writes them.
  func words(_ number: (Double) -> String) -> String

  /// The open interval where the density is positive.
  var support: (lower: Double, upper: Double) { get }
  /// The log density and its derivative; minus infinity outside the support.
  func logDensity(at value: Double) -> (value: Double, derivative: Double)
  /// x(u), for any u whose square is finite.
  func value(atNormal u: Double) -> Double
  /// x(u) and log dx/du = log φ(u) − log f(x), which is infinite where there is no density.
  func point(atNormal u: Double) -> (value: Double, logSlope: Double)
  /// u(x), the inverse of `value(atNormal:)`; infinite at the edges of the support.
  func normal(at value: Double) -> Double
  /// Draws a value.
  func sample(using generator: inout some RandomNumberGenerator) -> Double

  /// log (F(b) − F(a)), the log probability between two values of the support, a below b.
  func logProbability(from a: Double, to b: Double) -> Double
  /// x with F(x) = F(a) + Φ(u) (F(b) − F(a)): the value at a standard normal deviate where the density
  /// is cut at two values of the support, a below b.
  func value(atNormal u: Double, from a: Double, to b: Double) -> Double
  /// u at a value, the inverse of `value(atNormal:from:to:)`.
  func normal(at value: Double, from a: Double, to b: Double) -> Double
}

/// One of the numbers that describe a prior density.
public struct PriorArgument: Sendable {
  /// What it may be.
  public enum Range: Sendable {
    /// Any finite number.
    case finite
    /// A finite number above zero.
    case positive
    /// An end of an interval, which may be infinite.
    case end
  }

  /// The name in records, such as `standardDeviation`.
  public let name: String
  /// What people type and read, such as `sd`.
  public let word: String
  /// What it may be.
  public let range: Range

  /// An argument; without a word it is called by its name.
  public init(_ name: String, _ word: String? = nil, _ range: Range = .finite) {
    (self.name, self.word, self.range) = (name, word ?? name, range)
  }

  /// What is wrong with a number, in words; nil if nothing is.
  func flaw(of number: Double) -> String? {
    switch range {
    case .finite where !number.isFinite, .positive where !number.isFinite:
      "\(word) is not a finite number"
    case .positive where number <= 0: "\(word) has to be positive and is \(number)"
    case .end where number.isNaN: "\(word) is not a number"
    default: nil
    }
  }
}

extension PriorDensity {
  /// Nil.
  public var flaw: String? { nil }

  /// From `value(atNormal:)` and the density there.
  public func point(atNormal u: Double) -> (value: Double, logSlope: Double) {
    let value = value(atNormal: u)
    return (value, NormalDistribution.logDensity(at: u) - logDensity(at: value).value)
  }

  /// The value at a standard normal deviate.
  public func sample(using generator: inout some RandomNumberGenerator) -> Double {
    value(atNormal: generator.nextStandardNormal())
  }

  /// By the standard normal deviates of both ends.
  public func logProbability(from a: Double, to b: Double) -> Double {
    NormalDistribution.logProbability(from: normal(at: a), to: normal(at: b))
  }

  /// By the standard normal deviates of both ends.
  public func value(atNormal u: Double, from a: Double, to b: Double) -> Double {
    let place = NormalDistribution.value(atNormal: u, from: normal(at: a), to: normal(at: b))
    return min(max(value(atNormal: place), a), b)
  }

  /// By the standard normal deviates of both ends.
  public func normal(at value: Double, from a: Double, to b: Double) -> Double {
    NormalDistribution.normal(at: normal(at: value), from: normal(at: a), to: normal(at: b))
  }

  /// The name with its numbers.
  public func words(_ number: (Double) -> String) -> String {
    let list = zip(Self.arguments, numbers).map { "\($0.word) \(number($1))" }
    return "\(Self.title), \(list.joined(separator: ", "))"
  }

  /// The name in words, such as `half-Cauchy`.
  static var title: String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "-\($1.lowercased())" : "\($1)" }
  }
}
