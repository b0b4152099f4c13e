public import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra

/// A catalog compared with flat ΛCDM at fixed Ωm, in lines: χ² at the best values of all else, and the
/// condition number of the covariance where that is cheap.
public struct FixedCosmologies: CustomStringConvertible {
  /// The lines.
  public let description: String
  private static let densities = [0.2, 0.3, 0.4]
  /// Eigenvalues of larger matrices take more than a second.
  private static let mostRows = 2000

  /// Compares a catalog with cosmologies.
  ///
  /// - Throws: `CatalogError` if the covariance is not positive definite, or `ModelError`.
  public init(_ catalog: Catalog) throws {
    do {
      description =
        try (catalog.sample.map(Self.lines) ?? catalog.lightCurves.map(Self.lines) ?? [])
        .joined(separator: "\n")
    } catch let error as NotPositiveDefinite {
      throw CatalogError.covarianceNotPositiveDefinite(in: catalog.path, order: error.order)
    }
  }

  private static func lines(_ sample: SupernovaSample) throws -> [String] {
    let likelihood = try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.hubbleFlowRedshifts),
      offset: .marginalised)
    let isCalibrated = !sample.calibratorModuli.isEmpty
    return conditionLine(sample.covariance)
      + densities.map { density in
        String(
          format: "χ²          %.2f for N = %d, flat ΛCDM with Ωm = %.1f%@, best offset",
          likelihood.chiSquared(at: isCalibrated ? [density, 0.7] : [density]), sample.count,
          density, isCalibrated ? ", h = 0.7" : "")
      }
  }

  private static func lines(_ sample: LightCurveSample) throws -> [String] {
    let likelihood = LightCurveLikelihood(
      sample,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
      offset: .marginalised)
    return try densities.map { density in
      // The shape is x₁ with α near 0.14, or a stretch with α near 1.4.
      let best = try BestFit(
        likelihood,
        over: ParameterSpace(
          likelihood.parameterNames.map {
            $0 == "omega_m" ? Parameter($0, prior: .fixed(density)) : Parameter.usual($0)
          }), from: ["alpha": 0.3, "beta": 3])
      return String(
        format: "χ²          %.2f for N = %d, flat ΛCDM with Ωm = %.1f, α = %.3f, β = %.3f",
        best.goodness.chiSquared, sample.count, density, best.parameters["alpha"] ?? .nan,
        best.parameters["beta"] ?? .nan)
    }
  }

  /// The extreme eigenvalues of the whole covariance.
  private static func conditionLine(_ covariance: SupernovaSample.Covariance) -> [String] {
    let eigenvalues: [Double]?
    switch covariance {
    case .total(let matrix) where matrix.rows <= mostRows:
      eigenvalues = matrix.symmetricEigenvalues()
    case .systematic(var matrix, let errors) where matrix.rows <= mostRows:
      for i in errors.indices { matrix[i, i] += errors[i] * errors[i] }
      eigenvalues = matrix.symmetricEigenvalues()
    case .inverse(let matrix) where matrix.rows <= mostRows:
      eigenvalues = matrix.symmetricEigenvalues().map { $0.map { 1 / $0 }.reversed() }
    default: return []
    }
    guard let smallest = eigenvalues?.first, let largest = eigenvalues?.last else { return [] }
    return [
      String(
        format: "condition   %.3g: eigenvalues of the covariance from %.3g to %.3g mag²",
        largest / smallest, smallest, largest)
    ]
  }
}
