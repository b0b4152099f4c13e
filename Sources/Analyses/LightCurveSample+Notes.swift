import Cosmology
import Foundation

extension LightCurveSample {
  /// What a reader should know of the errors of a fit by χ² alone, as a sentence.
  var noteOnErrors: String {
    "the errors of alpha and beta are 10 to 20 % too small: χ² alone ignores the populations of shapes and colours"
      + (blocks.isEmpty
        ? ""
        : ", and six blocks do not determine the covariance of shapes and colours that a hierarchical model needs")
  }
}

extension ProjectedLightCurveLikelihood.Quality {
  /// How it is computed and how accurately, in words.
  var sentence: String {
    guard nodeCount > 0, termCount > 0 else {
      return "light curves by χ², with the covariance recomputed for each α and β"
    }
    return String(
      format:
        "light curves by χ², projected onto tables in α and β (%d Cholesky factors), χ² accurate to %.0e over the posterior and to %.0e of χ² over %.0f %% of the prior; direct elsewhere",
      factorisationCount, errorBound, relativeErrorBound, 100 * coverage)
  }
}
