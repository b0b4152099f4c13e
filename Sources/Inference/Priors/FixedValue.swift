/// A fixed value: the parameter is not sampled.
public struct FixedValue: PriorDensity {
  /// `fixed`.
  public static let name = "fixed"
  /// The value.
  public static let arguments = [PriorArgument("value")]

  /// The value.
  public let value: Double

  /// A value that a parameter keeps.
  public init(_ value: Double) { self.value = value }

  /// A value that a parameter keeps.
  public init(_ numbers: [Double]) { self.init(numbers[0]) }

  /// The value.
  public var numbers: [Double] { [value] }

  /// `fixed at` the value.
  public func words(_ number: (Double) -> String) -> String { "fixed at \(number(value))" }

  /// The value alone.
  public var support: (lower: Double, upper: Double) { (value, value) }

  /// Zero: a fixed parameter contributes nothing.
  public func logDensity(at value: Double) -> (value: Double, derivative: Double) { (0, 0) }

  /// The value.
  public func value(atNormal u: Double) -> Double { value }

  /// 0.
  public func normal(at value: Double) -> Double { 0 }

  /// The value.
  public func sample(using generator: inout some RandomNumberGenerator) -> Double { value }
}

extension Prior {
  /// A fixed value: the parameter is not sampled.
  public static func fixed(_ value: Double) -> Prior { Prior(FixedValue(value)) }
}
