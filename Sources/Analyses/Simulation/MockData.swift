public import Catalogs
public import Cosmology

/// Simulated data of one kind, with the name of their likelihood.
public enum MockData: Sendable {
  /// Supernovae.
  case supernovae(String, Catalog)
  /// Numbers with a covariance: BAO, H(z), compressed CMB and the like; parts are numbered from 1, 0 if there is one.
  case measurement(String, part: Int, DataVector)
  /// A normal likelihood of a parameter or formula.
  case normal(String, formula: String, mean: Double, standardDeviation: Double)
}

/// One set of simulated data, and what it was made with.
public struct Mock: Sendable {
  /// The data, in the order of the analysis: supernovae first.
  public let data: [MockData]
  /// What a reader should know of it: the model and the true values, one line each.
  public let remarks: [String]
}
