import Foundation
import Inference

/// The same light curves as three programs write them: a plain table, SNANA's text, and ECSV of sncosmo's fits. Zero points of magnitudes
/// differ, and covariances are those of the magnitude or of the amplitude.
struct LightCurveTables {
  struct Fit {
    var z, magnitude, shape, color: Double
    var magnitudeError, shapeError, colorError: Double
    var magnitudeShape, magnitudeColor, shapeColor: Double
    var survey: (name: String, number: Int)
    /// log₁₀ of the mass of the host; nil if it is not known.
    var mass: Double?
    /// That of SALT's own zero point.
    var amplitude: Double { pow(10, -0.4 * (magnitude - 10.635)) }
    /// dx₀/dm.
    var slope: Double { -log(10) / 2.5 * amplitude }
  }

  /// What is added to the magnitudes of the plain table and of SNANA's.
  static let plainShift = 0.25
  static let snanaShift = -0.135

  let fits: [Fit]

  /// Light curves of two surveys in flat ΛCDM.
  init(count: Int = 40) {
    var random = RandomStream(seed: 11, "light curves in three formats")
    fits = (0..<count).map { index in
      let z = 0.03 + 0.6 * Double(index) / Double(count)
      let (shape, color) = (random.nextStandardNormal(), 0.08 * random.nextStandardNormal())
      let distance = 299_792.458 / 70 * z * (1 + 0.775 * z)
      let errors = (0.08 + 0.001 * Double(index), 0.2 + 0.01 * Double(index % 7), 0.03)
      return Fit(
        z: z,
        magnitude: 5 * log10(distance) + 25 - 19.1 - 0.14 * shape + 3.1 * color
          + 0.12 * random.nextStandardNormal(),
        shape: shape, color: color, magnitudeError: errors.0, shapeError: errors.1,
        colorError: errors.2, magnitudeShape: 0.2 * errors.0 * errors.1,
        magnitudeColor: 0.6 * errors.0 * errors.2, shapeColor: -0.1 * errors.1 * errors.2,
        survey: index % 3 == 0 ? ("CfA3", 65) : ("DES deep", 110),
        mass: index % 5 == 4 ? nil : 9.2 + 0.2 * Double(index % 9))
    }
  }

  /// A table as people write it.
  var plain: String {
    "name,survey,z,mb,mb_err,x1,x1_err,c,c_err,cov_mb_x1,cov_mb_c,cov_x1_c,host_logmass\n"
      + fits.enumerated().map { index, fit in
        let numbers = [
          fit.z, fit.magnitude + Self.plainShift, fit.magnitudeError, fit.shape, fit.shapeError,
          fit.color, fit.colorError, fit.magnitudeShape, fit.magnitudeColor, fit.shapeColor,
        ]
        return "SN \(index),\(fit.survey.name),"
          + numbers.map { "\($0)" }.joined(separator: ",")
          + ",\(fit.mass.map { "\($0)" } ?? "")\n"
      }.joined()
  }

  /// A table of SNANA's light-curve fits, with the columns that its fits have.
  var snana: String {
    """
    # VERSION_SNANA: v11_05
    # CUTWIN_x1: -3 3
    #
    VARNAMES: CID IDSURVEY TYPE FIELD CUTFLAG_SNANA zHEL zHELERR zCMB zCMBERR zHD zHDERR VPEC VPECERR MWEBV HOST_LOGMASS HOST_LOGMASS_ERR SNRMAX1 PKMJD PKMJDERR x1 x1ERR c cERR mB mBERR x0 x0ERR COV_x1_c COV_x1_x0 COV_c_x0 NDOF FITCHI2 FITPROB biasCor_mB biasCorErr_mB biasCor_mB_COVSCALE

    """
      + fits.enumerated().map { index, fit in
        let mass = fit.mass.map { "\($0) 0.1" } ?? (index % 2 == 0 ? "-9 -9" : "-999.0 -999.0")
        return "SN: SN\(index) \(fit.survey.number) 1 NULL 1 \(fit.z) 0.0005 \(fit.z) 0.0005"
          + " \(fit.z) 0.001 0 200 0.02 \(mass) 20.5 55000 0.5 \(fit.shape) \(fit.shapeError)"
          + " \(fit.color) \(fit.colorError) \(fit.magnitude + Self.snanaShift)"
          + " \(fit.magnitudeError) \(fit.amplitude) \(abs(fit.slope) * fit.magnitudeError)"
          + " \(fit.shapeColor) \(fit.slope * fit.magnitudeShape)"
          + " \(fit.slope * fit.magnitudeColor) 60 55.1 0.7 0.01 0.005 1\n"
      }.joined()
  }

  /// ECSV of astropy with the results of sncosmo, its matrix of covariances whole.
  var sncosmo: String {
    let parameters = ["z", "t0", "x0", "x1", "c", "mwebv"]
    let names =
      ["name", "survey", "host_logmass", "success", "ncall", "chisq", "ndof"]
      + parameters.flatMap { [$0, "\($0)_err"] }
      + parameters.flatMap { first in parameters.map { "\(first)_\($0)_cov" } }
    var text = "# %ECSV 1.0\n# ---\n# datatype:\n"
    for name in names {
      let type = ["name", "survey"].contains(name) ? "string" : "float64"
      text += "# - {name: \(name), datatype: \(type)}\n"
    }
    text += "# schema: astropy-2.0\n" + names.joined(separator: " ") + "\n"
    for (index, fit) in fits.enumerated() {
      let errors = [
        "t0": 0.3, "x0": abs(fit.slope) * fit.magnitudeError, "x1": fit.shapeError,
        "c": fit.colorError,
      ]
      let values = ["z": fit.z, "t0": 55000, "x0": fit.amplitude, "x1": fit.shape, "c": fit.color]
      let covariances = [
        "x0 x1": fit.slope * fit.magnitudeShape, "x0 c": fit.slope * fit.magnitudeColor,
        "x1 c": fit.shapeColor,
      ]
      text +=
        "\"SN \(index)\" \"\(fit.survey.name)\" \(fit.mass.map { "\($0)" } ?? "nan") 1 120 50 48"
      for name in parameters { text += " \(values[name] ?? 0.02) \(errors[name] ?? 0)" }
      for first in parameters {
        for second in parameters {
          let error = errors[first] ?? 0
          let covariance =
            first == second
            ? error * error
            : covariances["\(first) \(second)"] ?? covariances["\(second) \(first)"] ?? 0
          text += " \(covariance)"
        }
      }
      text += "\n"
    }
    return text
  }
}
