import Cosmology
import Inference

/// Magnitudes of a survey that finds what is bright: each supernova is drawn anew, its own errors included, until it is found.
struct LimitedMagnitudes {
  private let parts: MagnitudeParts
  private let limit: SurveyDescription.Limit
  private static let mostDraws = 100_000

  init(_ parts: MagnitudeParts, _ limit: SurveyDescription.Limit) {
    (self.parts, self.limit) = (parts, limit)
  }

  /// Draws the magnitudes that are found.
  ///
  /// - Parameters:
  ///   - means: the magnitudes without errors.
  ///   - random: random numbers.
  /// - Throws: `SimulationError.neverFound`.
  func draw(
    around means: [Double], using random: inout RandomStream
  ) throws(SimulationError) -> [Double] {
    let shifts = MagnitudeNoise.shift(parts.modes, using: &random)
    let deviations = parts.total.map { $0.squareRoot() }
    var magnitudes = means
    for i in means.indices {
      var draws = 0
      repeat {
        guard draws < Self.mostDraws else {
          throw .neverFound(redshift: parts.redshifts[i])
        }
        draws += 1
        magnitudes[i] = means[i] + shifts[i] + deviations[i] * random.nextStandardNormal()
        // Found with probability Φ((m_lim − m) / s): where a deviate is below.
      } while limit.magnitude + limit.width * random.nextStandardNormal() < magnitudes[i]
    }
    return magnitudes
  }
}
