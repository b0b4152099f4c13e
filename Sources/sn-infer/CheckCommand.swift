import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import NumericalAnalysis

/// `sn-infer check`: reads a catalog and says what was understood, without sampling.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read a catalog, say what was understood, and compare it with fixed cosmologies.")

  @OptionGroup var input: CatalogOptions

  func run() throws {
    let catalog = try input.read()
    print(CatalogText(catalog))
    guard let sample = catalog.sample else {
      if let curves = catalog.lightCurves { printChiSquared(of: curves) }
      return
    }
    do {
      if let line = Self.conditionLine(sample.covariance) { print(line) }
      let densities = [0.2, 0.3, 0.4]
      for (density, value) in zip(densities, try Self.chiSquared(sample, at: densities)) {
        print(
          String(
            format: "χ²          %.2f for N = %d, flat ΛCDM with Ωm = %.1f%@, best offset",
            value, sample.count, density, sample.calibratorModuli.isEmpty ? "" : ", h = 0.7"))
      }
    } catch {
      throw CatalogError.covarianceNotPositiveDefinite(in: catalog.path, order: error.order)
    }
  }

  /// The extreme eigenvalues of the whole covariance, where they cost little.
  private static func conditionLine(_ covariance: SupernovaSample.Covariance) -> String? {
    let eigenvalues: [Double]?
    switch covariance {
    case .total(let matrix) where matrix.rows <= 2000:
      eigenvalues = matrix.symmetricEigenvalues()
    case .systematic(var matrix, let errors) where matrix.rows <= 2000:
      for i in errors.indices { matrix[i, i] += errors[i] * errors[i] }
      eigenvalues = matrix.symmetricEigenvalues()
    case .inverse(let matrix) where matrix.rows <= 2000:
      eigenvalues = matrix.symmetricEigenvalues().map { $0.map { 1 / $0 }.reversed() }
    default: return nil
    }
    guard let smallest = eigenvalues?.first, let largest = eigenvalues?.last else { return nil }
    return String(
      format: "condition   %.3g: eigenvalues of the covariance from %.3g to %.3g mag²",
      largest / smallest, smallest, largest)
  }

  /// χ² of light curves in flat ΛCDM at some Ωm, at the best α, β and offsets.
  private func printChiSquared(of sample: LightCurveSample) {
    let likelihood = LightCurveLikelihood(
      sample,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
      offset: .marginalised, includesDeterminant: false)
    for density in [0.2, 0.3, 0.4] {
      // The shape is x₁ with α near 0.14, or a stretch with α near 1.4.
      let best = QuasiNewtonMinimizer(gradientTolerance: 1e-3).minimize(from: [0.3, 3]) {
        point, gradient in
        let parameters = [density, point[0], point[1]]
        var slopes = parameters
        var span = slopes.mutableSpan
        let value = likelihood.logLikelihood(at: parameters.span, gradient: &span)
        (gradient[0], gradient[1]) = (-slopes[1], -slopes[2])
        return -value
      }
      let value = likelihood.chiSquared(at: [density] + best.position)
      print(
        String(
          format: "χ²          %.2f for N = %d, flat ΛCDM with Ωm = %.1f, α = %.3f, β = %.3f",
          value, sample.count, density, best.position[0], best.position[1]))
    }
  }

  /// χ² of flat ΛCDM at some Ωm, with the offset of the magnitudes at its best value.
  private static func chiSquared(
    _ sample: SupernovaSample, at densities: [Double]
  ) throws(NotPositiveDefinite) -> [Double] {
    let likelihood = try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.flowRedshifts),
      offset: .marginalised)
    return densities.map {
      likelihood.chiSquared(at: sample.calibratorModuli.isEmpty ? [$0] : [$0, 0.7])
    }
  }
}
