import Analyses
import ArgumentParser
import Catalogs

/// `sn-infer fit`: samples the posterior of a catalog.
struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Sample the posterior of a cosmological model from supernovae and other probes.",
    discussion: """
      Parameters and their default priors: omega_m in (0, 1), omega_k in (-0.8, 0.8), w in (-3, 0.3), w0 in (-3, 1), \
      wa in (-3, 2), depending on the model; delta_mu in (-3, 3) for distance moduli, M in (-30, 0) for apparent \
      magnitudes, and with calibrators h in (0, 1); alpha in (0, 3), beta in (0, 6), M and delta_M in (-1, 1) for light curves. Coordinates in \
      which the posterior is nearly normal are fitted first. In them run Hamiltonian Monte Carlo (NUTS), weighted draws of \
      the fitted maps, and a neural Hamiltonian flow (NHF) whose draws carry weights that make them exact.

      Writes chains for GetDist (hmc.1.txt, …), sampler statistics (hmc.1.csv, …) and hmc.fits; weighted draws of the \
      maps (weighted.1.txt) and of the flow (nhf.1.txt), the latter also unweighted (nhf-raw.1.txt) and, if the flow's \
      weights were rejected, chains behind it (nhf-exact.1.txt, …); summary.json; analysis.yaml, with which 'sn-infer run' \
      repeats the run; report.html.

      A verdict names the result to quote and any objections to it. Exits with 0 if it stands; with 11 if it stands, but \
      a check failed (chains that have not converged, weights, disagreement, a χ² with p < 1e-6, a posterior that \
      piles up at an end of a prior) or it is not known to be complete; with 10 if no result can be trusted: none can be quoted, a χ² with \
      p < 1e-12 or without degrees of freedom, or no parameter that gains 0.3 nats over its prior.
      """)

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Supernovae") var supernovae: PopulationOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Flag(
    help: ArgumentHelp(
      "No longer needed: the likelihood of light curves has no determinant.", visibility: .hidden))
  var withoutDeterminant = false

  @OptionGroup(title: "Sampling") var sampling: SamplingOptions
  @OptionGroup(title: "Coordinates and flow") var flow: FlowOptions
  @OptionGroup(title: "Run") var options: RunOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Fit each of these catalogs or YAML files, and compare them with the first; processes can share the work in --output. Writes ensemble.csv and ensemble.json there, and no chains.",
      valueName: "file"))
  var each: [String] = []

  @OptionGroup(title: "Run") var sharing: SharingOptions

  func validate() throws {
    try sharing.check(output: options.output, isReplacing: options.force)
    try require(
      each.isEmpty || input.catalog == nil, "Give one catalog, or several after --each.")
    try require(each.isEmpty || !options.best, "--best is for one fit.")
    try require(sharing.part == nil || !each.isEmpty, "--part shares the fits of --each.")
    try require(
      input.catalog != nil || !model.with.isEmpty || !each.isEmpty,
      "Missing expected argument '<catalog>': name supernovae, or other data with --with.")
    if let file = input.catalog {
      try require(
        !AnalysisFile.isName(file),
        "\(file) describes an analysis; 'sn-infer run \(file)' runs it.")
    }
  }

  func run() async throws {
    StopRequest.listen(after: options.maxTime)
    if !each.isEmpty { return try await runEach() }
    let problem = try Analysis(options: self).setting(options.set).problem()
    if withoutDeterminant, problem.catalogs.first?.sample != nil {
      throw ValidationError("--without-determinant is for light curves.")
    }
    var run = AnalysisRun(problem, options)
    if withoutDeterminant {
      run.notes.append(
        "the likelihood of light curves is χ² alone and no longer has a determinant; --without-determinant changes nothing"
      )
    }
    try await run.run()
  }
}
