public import LinearAlgebra

/// Measured numbers with normal errors: a mean, a covariance, and what the numbers are.
public struct DataVector: Sendable, Equatable {
  /// What was measured, in the order of the values.
  public let observables: [Observable]
  /// The measured values, as many.
  public let values: [Double]
  /// Their covariance, as many rows and columns, symmetric.
  public let covariance: Matrix

  /// Numbers with their covariance; the three sizes must agree.
  public init(_ observables: [Observable], values: [Double], covariance: Matrix) {
    precondition(
      values.count == observables.count && covariance.rows == values.count && covariance.isSquare,
      "\(observables.count) observables, \(values.count) values, \(covariance.rows) rows")
    (self.observables, self.values, self.covariance) = (observables, values, covariance)
  }

  /// One number with its standard error.
  public init(_ observable: Observable, _ value: Double, error: Double) {
    self.init([observable], values: [value], covariance: Matrix(diagonal: [error * error]))
  }
}

/// The log-likelihood of one or two observables on a grid, as published where errors are not normal.
public struct LikelihoodTable: Sendable, Equatable {
  /// What the axes are: one or two.
  public let observables: [Observable]
  /// The ascending values of each axis, at least four.
  public let axes: [[Double]]
  /// log L up to a constant, the last axis fastest; finite.
  public let logLikelihoods: [Double]

  /// A table; the number of values must be the product of the axes'.
  public init(_ observables: [Observable], axes: [[Double]], logLikelihoods: [Double]) {
    precondition(
      axes.count == observables.count && logLikelihoods.count == axes.reduce(1) { $0 * $1.count },
      "\(observables.count) observables, \(axes.count) axes, \(logLikelihoods.count) values")
    (self.observables, self.axes, self.logLikelihoods) = (observables, axes, logLikelihoods)
  }
}
