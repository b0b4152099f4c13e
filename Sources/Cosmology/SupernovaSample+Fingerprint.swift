import Inference
import LinearAlgebra

extension SupernovaSample {
  /// Sixteen hexadecimal digits that change with any number of the sample.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    fingerprint.absorb(redshifts)
    fingerprint.absorb(heliocentricRedshifts)
    fingerprint.absorb(magnitudes)
    switch covariance {
    case .total(let matrix): fingerprint.absorb(matrix.elements)
    case .systematic(let matrix, let errors):
      fingerprint.absorb([2])
      fingerprint.absorb(matrix.elements)
      fingerprint.absorb(errors)
    case .inverse(let matrix):
      fingerprint.absorb([3])
      fingerprint.absorb(matrix.elements)
    case .independent(let errors): fingerprint.absorb(errors)
    case .factored(let variances, let modes):
      fingerprint.absorb([4])
      fingerprint.absorb(variances)
      fingerprint.absorb(modes.elements)
    }
    if quantity == .apparentMagnitude { fingerprint.absorb([1]) }
    for (index, modulus) in calibratorModuli.sorted(by: { $0.key < $1.key }) {
      fingerprint.absorb([Double(index), modulus])
    }
    return fingerprint.digits
  }
}

extension LightCurveSample {
  /// Sixteen hexadecimal digits that change with any number of the sample.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for supernova in supernovae {
      fingerprint.absorb([
        supernova.redshift, supernova.heliocentricRedshift, supernova.magnitude, supernova.shape,
        supernova.color, supernova.magnitudeVariance, supernova.shapeVariance,
        supernova.colorVariance, supernova.magnitudeShapeCovariance,
        supernova.magnitudeColorCovariance, supernova.shapeColorCovariance,
        supernova.hasMassiveHost ? 1 : 0,
      ])
    }
    for (index, block) in Block.allCases.enumerated() {
      guard let matrix = blocks[block] else { continue }
      fingerprint.absorb([Double(index)])
      fingerprint.absorb(matrix.elements)
    }
    return fingerprint.digits
  }
}
