import Analyses
import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Logging

/// `sn-infer check`: reads a catalog and says what was understood, without sampling.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read a catalog, say what was understood, and compare it with cosmologies.",
    discussion: """
      χ² is that of flat ΛCDM at fixed values of Ωm, and at the best one. Exits with 10 if the data mean nothing to any model: \
      if χ² at the best parameters has p < 1e-12 for its degrees of freedom, on either side, or there is not one of them, in \
      each of the models of fit with their usual priors. A p below 1e-3 in flat ΛCDM is said.
      """)

  @OptionGroup var input: CatalogOptions

  func run() throws {
    let catalog = try input.choice.read()
    print(Findings.Data(catalog))
    do {
      if let sample = catalog.sample {
        if let line = Self.conditionLine(sample.covariance) { print(line) }
        let densities = [0.2, 0.3, 0.4]
        for (density, value) in zip(densities, try Self.chiSquared(sample, at: densities)) {
          print(
            String(
              format: "χ²          %.2f for N = %d, flat ΛCDM with Ωm = %.1f%@, best offset",
              value, sample.count, density, sample.calibratorModuli.isEmpty ? "" : ", h = 0.7"))
        }
        // Without others calibrators tell nothing of the universe.
        if sample.flowRedshifts.isEmpty { return }
      }
      if let sample = catalog.lightCurves { try Self.printChiSquared(of: sample) }
      try judge(catalog)
    } catch let error as NotPositiveDefinite {
      throw CatalogError.covarianceNotPositiveDefinite(in: catalog.path, order: error.order)
    }
  }

  /// Says how the best model fits, and fails if none does.
  private func judge(_ catalog: Catalog) throws {
    let fits = try FittingModel.search(catalog)
    guard let first = fits.first, let last = fits.last else { return }
    for fit in [first] + (fits.count > 1 && last.isMeaningful ? [last] : []) { print(fit) }
    let logger = Logger(label: "sn-infer")
    if let sentence = first.best.goodness.sentence {
      logger.warning("\(first.model.title) at its best: \(sentence)")
    }
    if !last.isMeaningful {
      if fits.count > 1 { logger.warning("the other models do no better") }
      throw ExitCode(ExitStatus.failedCheck.rawValue)
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
  private static func printChiSquared(of sample: LightCurveSample) throws {
    let likelihood = LightCurveLikelihood(
      sample,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
      offset: .marginalised)
    for density in [0.2, 0.3, 0.4] {
      // The shape is x₁ with α near 0.14, or a stretch with α near 1.4.
      let best = try BestFit(
        likelihood,
        over: ParameterSpace(
          likelihood.parameterNames.map {
            $0 == "omega_m" ? Parameter($0, prior: .fixed(density)) : Parameter.usual($0)
          }), from: ["alpha": 0.3, "beta": 3])
      print(
        String(
          format: "χ²          %.2f for N = %d, flat ΛCDM with Ωm = %.1f, α = %.3f, β = %.3f",
          best.goodness.chiSquared, sample.count, density, best.parameters["alpha"] ?? .nan,
          best.parameters["beta"] ?? .nan))
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
