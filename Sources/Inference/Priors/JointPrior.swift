/// A prior density of several parameters together, normalised: a file of its own.
///
/// Given as the density of each parameter under those before it, x = location + scale · y, so that samplers
/// have coordinates in which it is N(0, I).
public protocol JointPrior: Sendable {
  /// The parameters, in the order in which each depends on those before it.
  var names: [String] { get }
  /// The parameters one by one, as many as there are names.
  var conditionals: [ConditionalPrior] { get }
  /// The density of one parameter, whatever the others are.
  func marginal(of index: Int) -> Prior
  /// What is wrong with it, in words; nil if it is a density.
  var flaw: String? { get }
  /// The density in words, such as `multivariate normal`, with numbers as a function writes them.
  func words(_ number: (Double) -> String) -> String
}

/// What a joint prior says of a parameter, given those before it.
public enum ConditionalPrior: Sendable {
  /// x = location + scale · y, with the prior of y; the scale has to be positive.
  case scaled(Prior, location: LinearForm, scale: LinearForm)
  /// A value that follows from the others.
  case determined(LinearForm)
}

/// constant + Σ coefficient × parameter.
public struct LinearForm: Sendable, Equatable {
  /// The value where all parameters are 0.
  public var constant: Double
  /// The coefficients of the first parameters.
  public var coefficients: [Double]

  /// A linear form; without coefficients a number.
  public init(_ constant: Double, _ coefficients: [Double] = []) {
    (self.constant, self.coefficients) = (constant, coefficients)
  }
}
