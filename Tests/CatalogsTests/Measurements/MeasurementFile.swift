import Catalogs
import Cosmology
import TestSupport
import Testing

/// Files of measurements and the sentence that must come of them, with DIR for the folder.
struct MeasurementRefusal: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let text: String
  let covariance: String?
  let sentence: String

  init(_ description: String, _ text: String, covariance: String? = nil, _ sentence: String) {
    (testDescription, self.text, self.covariance, self.sentence) = (
      description, text, covariance, sentence
    )
  }

  /// Reads the files and compares what is said.
  ///
  /// - Parameter read: given the paths of the values and of the covariance.
  func check(
    in folder: TemporaryFolder, _ read: (_ values: String, _ covariance: String?) throws -> Void
  ) throws {
    let values = try folder.write(text, to: "values")
    let covariance = try covariance.map { try folder.write($0, to: "covariance") }
    let error = try #require(
      #expect(throws: CatalogError.self) { try read(values, covariance) })
    #expect(error.description.replacing(folder.path, with: "DIR") == sentence)
  }
}

/// A universe in which every quantity is known, to try observables.
func quantityOfTrial(_ quantity: UniverseQuantity) -> Double {
  switch quantity {
  case .parameter("omega_m"): 0.31
  case .parameter("h"): 0.68
  case .parameter: 0.02
  case .comovingDistance(let z): z / (1 + 0.23 * z)
  case .inverseRate(let z): 1 / (1 + 0.5 * z)
  case .reducedSoundHorizon: 100
  case .soundHorizonAtLastScattering: 144
  case .distanceToLastScattering: 3.1
  case .baryonAndColdDensity: 0.14
  }
}
