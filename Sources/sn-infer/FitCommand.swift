import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import Logging
import Reports
import Samplers

/// `sn-infer fit`: samples the posterior of a catalog.
struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Sample the posterior of flat ΛCDM from a supernova catalog.",
    discussion: """
      Parameters: omega_m and h, uniform in (0, 1), for distance moduli; omega_m and M, uniform in (-30, 0), \
      for apparent magnitudes. The sampler is Hamiltonian Monte Carlo (NUTS).

      Writes chains for GetDist (hmc.1.txt, …) and summary.json. Exits with 10, after writing them, if the chains are \
      not good enough: an R-hat of 1.01 or more, a bulk or tail effective sample size of 400 or less, an E-BFMI of \
      0.3 or less, or a divergence.
      """)

  /// How distances are computed.
  enum DistanceMethod: String, ExpressibleByArgument, CaseIterable {
    case exact, pen
  }

  /// Where chains begin.
  enum Start: String, ExpressibleByArgument, CaseIterable {
    case prior, mode, jittered

    var value: ChainStart {
      switch self {
      case .prior: .prior
      case .mode: .mode
      case .jittered: .aroundMode(stretch: 2)
      }
    }
  }

  @OptionGroup var input: CatalogOptions

  @Option(help: "The number of chains.")
  var chains = 4

  @Option(help: "The number of draws each chain keeps.")
  var draws = 2000

  @Option(help: "The number of transitions before them that tune the sampler.")
  var warmup = 1000

  @Option(help: "The seed of all random numbers; the same seed gives the same chains.")
  var seed: UInt64 = 1

  @Option(
    help:
      "Begin each chain at the best of 20 draws from the prior, all at the mode, or near it, jittered by twice the posterior's width."
  )
  var start = Start.prior

  @Option(help: "Distances by exact quadrature, or by the fit of Pen 1999.")
  var distance = DistanceMethod.exact

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The folder for the results. (default: chains/ and the catalog's name)", valueName: "dir"))
  var output: String?

  @Flag(name: [.short, .long], help: "Replace the results of an earlier run in that folder.")
  var force = false

  @Flag(
    name: [.short, .long],
    help:
      "Continue the run in that folder, as if it had never stopped; more --draws make it longer.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Stop in time, such as 90s, 45m or 3h30m, with all draws kept for --resume.",
      valueName: "time"))
  var maxTime: TimeLimit?

  @Flag(name: [.short, .long], help: "Print no progress and no notes, only warnings and errors.")
  var quiet = false

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  func validate() throws {
    guard (1...1000).contains(chains) else { throw ValidationError("--chains must be 1 to 1000.") }
    guard (4...10_000_000).contains(draws) else {
      throw ValidationError("--draws must be 4 to 10000000.")
    }
    guard !(force && resume) else {
      throw ValidationError("--force begins anew and --resume continues; give one of them.")
    }
    guard (20...10_000_000).contains(warmup) else {
      throw ValidationError("--warmup must be 20 to 10000000.")
    }
  }

  func run() async throws {
    let catalog = try input.read()
    guard let sample = catalog.sample else {
      throw ValidationError("light curves cannot be fitted yet; give a catalog of moduli.")
    }
    switch distance {
    case .exact:
      try await fit(
        catalog, sample, ModelDistances(FlatLambdaCDM(), redshifts: sample.flowRedshifts))
    case .pen:
      try await fit(catalog, sample, Pen1999(redshifts: sample.flowRedshifts))
    }
  }

  private func fit(
    _ catalog: Catalog, _ sample: SupernovaSample, _ distances: some ComovingDistances
  ) async throws {
    let likelihood = try SupernovaLikelihood(sample, distances: distances)
    let zeroPoint: Parameter =
      sample.quantity == .distanceModulus ? .hubble : .absoluteMagnitude
    let posterior = try Posterior(try ParameterSpace([.omegaMatter, zeroPoint]), likelihood)
    let manifest = manifest(sample, posterior.space)
    let folder = try OutputFolder(
      output ?? defaultOutput, force ? .replacing : (resume ? .resuming : .fresh),
      manifest: manifest)
    let files = ChainFiles(folder: folder.path, root: OutputFolder.chainRoot)
    let present = folder.isResumed ? files.longestChain(of: chains) : 0
    guard present <= draws else {
      throw OutputError.longerRun(folder: folder.path, draws: present)
    }
    show(
      """
      \(CatalogText(catalog))
      model       flat ΛCDM, \(distance == .exact ? "exact distances" : "distances by the fit of Pen 1999")
      sampler     NUTS, \(chains) chains of \(draws) draws after \(warmup), seed \(seed)\(folder.isResumed ? ", continued" : "")

      """)
    try folder.begin(
      manifest,
      GetDistHeader(root: OutputFolder.chainRoot, columns: posterior.columns, label: "HMC").files)

    let runner = ChainRunner(
      chainCount: chains, warmUpCount: warmup, drawCount: draws, seed: seed,
      start: start.value)
    let clock = ContinuousClock()
    let begin = clock.now
    let stop = StopRequest(after: maxTime)
    let lines = quiet ? nil : ProgressLines(chainCount: chains)
    defer { lines?.finish() }
    let result = try await runner.run(
      NoUTurnSampler(posterior, metric: DenseMetric(dimension: posterior.dimension)),
      store: files,
      unless: { stop.isRequested },
      progress: { lines?.update($0) })
    lines?.finish()
    let seconds = (clock.now - begin) / .seconds(1)
    if let shortest = result.map(\.count).min(), shortest < draws {
      Logger(label: "sn-infer").notice(
        "stopped with \(shortest) of \(draws) draws in the shortest chain; --resume continues")
      throw ExitCode(stop.exitStatus.rawValue)
    }

    let summary = PosteriorSummary(result)
    let best = bestDraw(result, likelihood)
    let warnings = summary.failedGates + FitWarnings.sentences(summary, best, result)
    let run = RunSummary(
      data: CatalogText(catalog).data,
      model: .init(
        name: "flat_lcdm", distance: distance.rawValue, parameters: posterior.space.parameters),
      sampler: .init(
        name: "nuts", chains: chains, draws: draws, warmUp: warmup, seed: seed, seconds: seconds),
      posterior: summary, bestDraw: best, failedGates: summary.failedGates, warnings: warnings)
    let text = try run.json()
    try Chain.writeFITS(result, to: "\(folder.path)/\(OutputFolder.chainRoot).fits")
    try folder.write(text, to: "summary.json")

    if json { print(text, terminator: "") }
    showResult(summary, best, folder, seconds)
    let logger = Logger(label: "sn-infer")
    if sample.quantity == .distanceModulus, !quiet {
      logger.notice(
        "h re-expresses the zero point of the catalog's moduli; supernovae alone do not measure it")
    }
    for warning in warnings { logger.warning("\(warning)") }
    if !summary.failedGates.isEmpty { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }

  private var defaultOutput: String {
    "chains/" + URL(fileURLWithPath: input.catalog).deletingPathExtension().lastPathComponent
  }

  /// All that decides the draws, except how many there are.
  private func manifest(_ sample: SupernovaSample, _ space: ParameterSpace) -> RunManifest {
    var entries = [
      "version": SNInfer.version, "data": sample.fingerprint, "model": "flat_lcdm",
      "distance": distance.rawValue, "sampler": "nuts", "chains": "\(chains)",
      "warmup": "\(warmup)", "seed": "\(seed)", "start": start.rawValue,
    ]
    for parameter in space.parameters {
      entries["prior of \(parameter.name)"] = "\(parameter.prior)"
    }
    return RunManifest(entries)
  }

  private func bestDraw(
    _ chains: [Chain], _ likelihood: SupernovaLikelihood<some ComovingDistances>
  ) -> RunSummary.BestDraw {
    var best = (values: [Double](), logDensity: -Double.infinity)
    for chain in chains {
      for index in 0..<chain.count where chain.logDensities[index] > best.logDensity {
        best = (Array(chain.draw(index)), chain.logDensities[index])
      }
    }
    let names = chains.first?.columns.map(\.name) ?? []
    let parameters = Dictionary(uniqueKeysWithValues: zip(names, best.values))
    return RunSummary.BestDraw(
      parameters: parameters,
      chiSquared: likelihood.chiSquared(
        at: likelihood.parameterNames.map { parameters[$0] ?? .nan }),
      degreesOfFreedom: likelihood.sample.count - best.values.count)
  }

  /// Prints for people, unless a program is listening.
  private func show(_ text: String) {
    if !json { print(text) }
  }

  private func showResult(
    _ summary: PosteriorSummary, _ best: RunSummary.BestDraw, _ folder: OutputFolder,
    _ seconds: Double
  ) {
    let place = summary.parameters.map { parameter in
      "\(parameter.name) = " + String(format: "%.4f", best.parameters[parameter.name] ?? .nan)
    }
    show(
      """
      \(SummaryTable(summary))

      best draw   χ² = \(String(format: "%.2f", best.chiSquared)) for \(best.degreesOfFreedom) degrees of freedom at \
      \(place.joined(separator: ", "))
      time        \(String(format: "%.2f", seconds)) s
      output      \(folder.path)/: hmc.1.txt … for GetDist, hmc.1.csv …, hmc.fits, summary.json
      """)
  }
}
