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

  /// The covariance of the magnitudes; all matrices in mag², rows in the order of the
  /// supernovae.
  public enum Covariance: Sendable, Equatable {
    /// The whole covariance matrix, statistical and systematic.
    case total(Matrix)
    /// The systematic part alone; the squares of the standard deviations are added to its diagonal.
    case systematic(Matrix, errors: [Double])
    /// The inverse of the whole covariance matrix, in mag⁻².
    case inverse(Matrix)
    /// Independent errors: the standard deviations in magnitudes.
    case independent([Double])
    /// D + U Uᵀ: variances in mag², and modes in mag, supernovae × modes. Never made into a matrix.
    case factored(variances: [Double], modes: Matrix)
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
  /// Independently known distance moduli, such as from Cepheids, by the index of the
  /// supernova; the redshifts of these are not used.
  public let calibratorModuli: [Int: Double]

  /// A sample; lists of different lengths are a programming error.
  ///
  /// - Parameters:
  ///   - redshifts: zHD, all positive.
  ///   - heliocentricRedshifts: zHEL; the same as `redshifts` if not given.
  ///   - magnitudes: in mag.
  ///   - quantity: what they measure.
  ///   - covariance: their errors.
  ///   - calibratorModuli: by index; only apparent magnitudes can have calibrators.
  public init(
    redshifts: [Double], heliocentricRedshifts: [Double]? = nil, magnitudes: [Double],
    quantity: Quantity = .distanceModulus, covariance: Covariance,
    calibratorModuli: [Int: Double] = [:]
  ) {
    let count = redshifts.count
    let heliocentric = heliocentricRedshifts ?? redshifts
    precondition(
      magnitudes.count == count && heliocentric.count == count,
      "\(count) redshifts, \(heliocentric.count) heliocentric ones, \(magnitudes.count) magnitudes")
    precondition(
      calibratorModuli.isEmpty || quantity == .apparentMagnitude,
      "calibrators among distance moduli")
    precondition(
      calibratorModuli.keys.allSatisfy(redshifts.indices.contains), "a calibrator out of range")
    precondition(
      covariance.supernovaCount == count,
      "errors of \(covariance.supernovaCount) for \(count) supernovae")
    self.redshifts = redshifts
    self.heliocentricRedshifts = heliocentric
    self.magnitudes = magnitudes
    self.quantity = quantity
    self.covariance = covariance
    self.calibratorModuli = calibratorModuli
  }

  /// The number of supernovae.
  public var count: Int { redshifts.count }

  /// The same supernovae with other magnitudes, as many.
  public func replacingMagnitudes(_ magnitudes: [Double]) -> SupernovaSample {
    SupernovaSample(
      redshifts: redshifts, heliocentricRedshifts: heliocentricRedshifts, magnitudes: magnitudes,
      quantity: quantity, covariance: covariance, calibratorModuli: calibratorModuli)
  }
}

extension SupernovaSample.Covariance {
  /// The number of supernovae whose errors these are; −1 if the parts do not agree.
  fileprivate var supernovaCount: Int {
    switch self {
    case .total(let matrix), .inverse(let matrix): matrix.isSquare ? matrix.rows : -1
    case .systematic(let matrix, let errors):
      matrix.isSquare && matrix.rows == errors.count ? matrix.rows : -1
    case .independent(let errors): errors.count
    case .factored(let variances, let modes): modes.rows == variances.count ? modes.rows : -1
    }
  }
}
