public import LinearAlgebra

/// Type Ia supernovae as a likelihood needs them: redshifts, magnitudes and their covariance.
public struct SupernovaSample: Sendable, Equatable {
  /// What the magnitudes measure.
  public enum Quantity: String, Sendable, Codable {
    /// Distance moduli in magnitudes, for a zero point that the catalog has chosen.
    case distanceModulus = "distance modulus"
    /// Standardised apparent magnitudes: the absolute magnitude M is unknown.
    case apparentMagnitude = "apparent magnitude"
  }

  /// How the errors of the magnitudes hang together.
  public enum Covariance: Sendable, Equatable {
    /// The whole covariance matrix in mag², statistical and systematic.
    case total(Matrix)
    /// Independent errors: the standard deviations in magnitudes.
    case independent([Double])
  }

  /// Redshifts corrected for the motion of the Sun and for peculiar motions (zHD), all positive.
  public let redshifts: [Double]
  /// Redshifts in the frame of the Sun (zHEL), greater than −1.
  public let heliocentricRedshifts: [Double]
  /// Distance moduli or apparent magnitudes.
  public let magnitudes: [Double]
  /// What `magnitudes` are.
  public let quantity: Quantity
  /// The errors of `magnitudes`.
  public let covariance: Covariance

  /// A sample; lists of different lengths are a programming error.
  ///
  /// - Parameter heliocentricRedshifts: the same as `redshifts` if not given.
  public init(
    redshifts: [Double], heliocentricRedshifts: [Double]? = nil, magnitudes: [Double],
    quantity: Quantity = .distanceModulus, covariance: Covariance
  ) {
    let count = redshifts.count
    let heliocentric = heliocentricRedshifts ?? redshifts
    precondition(
      magnitudes.count == count && heliocentric.count == count,
      "\(count) redshifts, \(heliocentric.count) heliocentric ones, \(magnitudes.count) magnitudes")
    switch covariance {
    case .total(let matrix):
      precondition(
        matrix.rows == count && matrix.columns == count,
        "a covariance of \(matrix.rows) × \(matrix.columns) for \(count) supernovae")
    case .independent(let errors):
      precondition(errors.count == count, "\(errors.count) errors for \(count) supernovae")
    }
    self.redshifts = redshifts
    self.heliocentricRedshifts = heliocentric
    self.magnitudes = magnitudes
    self.quantity = quantity
    self.covariance = covariance
  }

  /// The number of supernovae.
  public var count: Int { redshifts.count }
}
