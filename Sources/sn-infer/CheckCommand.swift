import Analyses
import ArgumentParser
import Catalogs
import Cosmology
import Logging

/// `sn-infer check`: reads a catalog and shows how it was understood, without sampling.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Read a catalog, show how it was understood, and compare it with cosmologies.",
    discussion: """
      Prints χ² of flat ΛCDM at fixed values of Ωm and at the best fit. Exits with 10 if no model fits the data: \
      if χ² at the best fit has p < 1e-12 for its degrees of freedom, on either side, or there are no degrees of freedom, in \
      each of the models of fit with their default priors. A p below 1e-3 in flat ΛCDM is reported.
      """)

  @OptionGroup var input: CatalogOptions

  func run() throws {
    let catalog = try input.choice.read()
    print(Findings.Data(catalog))
    print(try FixedCosmologies(catalog))
    // Calibrators alone do not constrain the universe.
    if catalog.sample?.hubbleFlowRedshifts.isEmpty == true { return }
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
}
