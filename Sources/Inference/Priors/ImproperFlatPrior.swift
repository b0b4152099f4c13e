/// The density 1 on the whole line, which cannot be normalised.
///
/// There is no evidence, no information gained and no calibration with it. Its coordinate is the parameter
/// itself, in the place of one in which the prior is N(0, 1).
public struct ImproperFlatPrior: PriorDensity {
  /// `flat`.
  public static let name = "flat"
  /// None.
  public static let arguments: [PriorArgument] = []

  /// The density 1.
  public init() {}

  /// The density 1.
  public init(_ numbers: [Double]) {}

  /// None.
  public var numbers: [Double] { [] }

  /// `flat and improper`.
  public func words(_ number: (Double) -> String) -> String { "flat and improper" }

  /// All numbers.
  public var support: (lower: Double, upper: Double) { (-.infinity, .infinity) }

  /// 0.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) { (0, 0) }

  /// The number itself, as there are no quantiles.
  public func value(atNormal u: Double) -> Double { u }

  /// The value itself.
  public func normal(at value: Double) -> Double { value }

  /// A place to start from, uniform in (−2, 2).
  public func sample(using generator: inout some RandomNumberGenerator) -> Double {
    4 * generator.nextUniform() - 2
  }
}

extension Prior {
  /// The density 1 on the whole line, which cannot be normalised.
  public static let improperFlat = Prior(ImproperFlatPrior())

  /// Whether the density cannot be normalised.
  public var isImproper: Bool { density is ImproperFlatPrior }
}
