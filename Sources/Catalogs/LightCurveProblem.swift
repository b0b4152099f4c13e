/// What can be wrong with a table of light curves, and with a covariance of their magnitudes, shapes and colours.
public enum LightCurveProblem: Sendable, Equatable {
  /// A magnitude and an amplitude of two light curves.
  case otherAmplitude(found: Double, name: String, difference: Double)
  /// Two columns with different numbers for one covariance.
  case otherCovariance(found: Double, name: String, value: Double)
  /// The mass of a host itself.
  case notALogarithm(found: Double)
  /// A covariance of another size than three rows for each supernova.
  case wrongTriples(found: String, supernovae: Int)
  /// A matrix of another kind than a covariance.
  case notTriples(CovarianceKind)
  /// A matrix whose rows have labels.
  case labelledTriples
  /// A covariance of light curves for standardised magnitudes.
  case needsLightCurves
  /// A matrix that is not a covariance.
  case notPositiveSemidefinite(smallestEigenvalue: Double)

  /// The problem in words.
  var sentence: String {
    switch self {
    case .otherAmplitude(let found, let name, let difference):
      "the magnitude of \(found) differs by \(CatalogError.rounded(difference)) mag from '\(CatalogError.shown(name))', with the"
        + " zero point of the others; these are not the same light curves"
    case .otherCovariance(let found, let name, let value):
      "found \(found) where '\(CatalogError.shown(name))' is \(value), and both are the same covariance; leave one out"
    case .notALogarithm(let found):
      "found \(found) where the logarithm of a mass is expected, such as 10.5; take the logarithm"
    case .wrongTriples(let found, let supernovae):
      "found \(found) numbers where \(supernovae) supernovae have a covariance of \(3 * supernovae) × \(3 * supernovae):"
        + " mb, x1 and c of one after the other"
    case .notTriples(let kind):
      "this is said to be \(kind.inWords), where the covariance of mb, x1 and c of one supernova after the other is expected"
    case .labelledTriples:
      "the rows have labels, which are not read here; leave them out, with mb, x1 and c of one supernova after the other"
    case .needsLightCurves:
      "--systematic-covariance relates peak magnitudes, shapes and colours; for standardised magnitudes use --covariance"
    case .notPositiveSemidefinite(let eigenvalue):
      "the covariance is not positive semi-definite: its lowest eigenvalue is \(eigenvalue);"
        + " are its rows mb, x1 and c of one supernova after the other?"
    }
  }
}
