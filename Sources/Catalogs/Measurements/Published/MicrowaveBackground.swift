import Cosmology
import LinearAlgebra

extension PublishedData {
  static let microwaveBackground = PublishedData(
    name: "cmb",
    title: "The microwave background in three numbers: θ*, ωb and ωbc",
    citation:
      "DESI DR2 II, arXiv:2503.14738v3, appendix A, eqs. 35 and 36, by the method of Lemos & Lewis 2023,"
      + " arXiv:2302.12911, from Planck PR4 CamSpec",
    checked:
      "rounded, the numbers are those of eqs. 35 and 36; eight digits are from the configuration of the collaboration's"
      + " chains, as two public repositories quote it. θ* is r*/D_M(z*) in radians with CAMB's z*, and ωbc excludes"
      + " neutrinos, of which one has 0.06 eV",
    information: [.acousticAngle],
    parts: [
      .measurement(
        DataVector(
          [.acousticAngle, .parameter("omega_b"), .baryonAndColdDensity],
          values: [0.01041027, 0.02223208, 0.14207901],
          covariance: Matrix(
            rows: 3, columns: 3,
            elements: [
              6.6209942e-12, 1.24442058e-10, -1.19287532e-09,
              1.24442058e-10, 2.13441666e-08, -9.40008323e-08,
              -1.19287532e-09, -9.40008323e-08, 1.48841714e-06,
            ])))
    ])

  static let acousticAngle = PublishedData(
    name: "theta_star",
    title: "The acoustic angle of the microwave background alone, 100 θ* = 1.04110 ± 0.00053",
    citation: "DESI DR2 II, arXiv:2503.14738v3, near eq. 16, from Planck 2018, arXiv:1807.06209",
    checked:
      "as two public repositories quote it. The error is enlarged by three quarters, so that it covers models beyond"
      + " ΛCDM; another prior than θ* of 'cmb'",
    information: [.acousticAngle],
    parts: [.measurement(DataVector(.acousticAngle, 0.0104110, error: 0.0000053))])
}
