import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import Logging
import Reports
import Samplers

/// One run of `fit`, once everything is understood: samples, and writes and prints the results.
struct FitRun<Likelihood: GaussianLikelihood> {
  let command: FitCommand
  let catalog: Catalog
  let space: ParameterSpace
  let offset: OffsetTreatment
  let likelihood: Likelihood
  /// The model for the Hubble diagram; nil where there is none to draw.
  let diagram: HubbleCurve?
  /// How the likelihood is computed, in words.
  let method: String

  func run() async throws {
    let posterior = try Posterior(space, likelihood)
    let manifest = manifest
    let folder = try OutputFolder(
      command.output ?? defaultOutput,
      command.force ? .replacing : (command.resume ? .resuming : .fresh), manifest: manifest)
    let files = folder.chainFiles
    let present = folder.isResumed ? files.longestChain(of: command.chains) : 0
    guard present <= command.draws else {
      throw OutputError.longerRun(folder: folder.path, draws: present)
    }
    show(introduction(isResumed: folder.isResumed))
    try folder.begin(
      manifest,
      GetDistHeader(root: OutputFolder.chainRoot, columns: posterior.columns, label: "HMC").files)

    let runner = ChainRunner(
      chainCount: command.chains, warmUpCount: command.warmup, drawCount: command.draws,
      seed: command.seed, targetAcceptance: command.targetAcceptance, start: command.start.value)
    let clock = ContinuousClock()
    let begin = clock.now
    let stop = StopRequest(after: command.maxTime)
    let lines = command.quiet ? nil : ProgressLines(chainCount: command.chains)
    defer { lines?.finish() }
    let chains = try await runner.run(
      NoUTurnSampler(posterior, metric: DenseMetric(dimension: posterior.dimension)),
      store: files, unless: { stop.isRequested }, progress: { lines?.update($0) })
    lines?.finish()
    let seconds = (clock.now - begin) / .seconds(1)
    if let shortest = chains.map(\.count).min(), shortest < command.draws {
      let advice =
        shortest > 0
        ? "--resume continues" : "--resume begins the chains without draws anew, warm-up included"
      Logger(label: "sn-infer").warning(
        "stopped with \(shortest) of \(command.draws) draws in the shortest chain; \(advice)")
      throw ExitCode(stop.exitStatus.rawValue)
    }
    try await finish(chains, folder, seconds)
  }

  // MARK: Before

  private var defaultOutput: String {
    "chains/"
      + URL(fileURLWithPath: command.input.catalog).deletingPathExtension().lastPathComponent
  }

  /// All that decides the draws, except how many there are.
  private var manifest: RunManifest {
    let model = command.model
    var entries = [
      "version": SNInfer.version,
      "data": "\(catalog.count) supernovae with fingerprint \(catalog.fingerprint)",
      "model": model.model.rawValue, "distance": model.distance.rawValue,
      "offset": offset.rawValue, "likelihood": command.likelihood.rawValue, "sampler": "nuts",
      "chains": "\(command.chains)", "warmup": "\(command.warmup)", "seed": "\(command.seed)",
      "start": command.start.rawValue, "target acceptance": "\(command.targetAcceptance)",
    ]
    if let temperature = model.backgroundTemperature {
      entries["t_cmb"] = "\(temperature)"
      entries["n_eff"] = "\(model.effectiveNeutrinos)"
    }
    if command.withoutDeterminant { entries["determinant"] = "left out" }
    for parameter in space.parameters {
      entries["prior of \(parameter.name)"] = "\(parameter.prior)"
    }
    return RunManifest(entries)
  }

  private func introduction(isResumed: Bool) -> String {
    let model = command.model
    var universe = model.model.title
    universe +=
      model.distance == .exact ? ", exact distances" : ", distances by the fit of Pen 1999"
    if model.backgroundTemperature != nil {
      universe += String(
        format: ", radiation %.3g of the critical density", model.radiation.density)
    }
    let fixed = space.parameters.compactMap { parameter in
      parameter.prior.fixedValue.map { "\(parameter.name) = \($0)" }
    }
    if !fixed.isEmpty { universe += ", \(fixed.joined(separator: ", ")) fixed" }
    if offset == .marginalised { universe += ", the magnitude offset marginalised" }
    return """
      \(CatalogText(catalog))
      model       \(universe)
      likelihood  \(method)
      sampler     NUTS, \(command.chains) chains of \(command.draws) draws after \(command.warmup), seed \(command.seed)\(isResumed ? ", continued" : "")

      """
  }

  // MARK: Afterwards

  private func finish(_ chains: [Chain], _ folder: OutputFolder, _ seconds: Double) async throws {
    let summary = PosteriorSummary(chains)
    let best = bestDraw(chains)
    let warnings = summary.failedGates + FitWarnings.sentences(summary, best, chains)
    let data = CatalogText(catalog).data
    let run = RunSummary(
      data: data,
      model: .init(
        name: command.model.model.rawValue, distance: command.model.distance.rawValue,
        radiation: command.model.radiation.density, offset: offset.rawValue, likelihood: method,
        parameters: space.parameters),
      sampler: .init(
        name: "nuts", chains: command.chains, draws: command.draws, warmUp: command.warmup,
        seed: command.seed, seconds: seconds),
      posterior: summary, bestDraw: best,
      outcomes: [OutputFolder.chainRoot: outcome(chains, seconds)],
      failedGates: summary.failedGates, warnings: warnings)
    let text = try run.json()
    try Chain.writeFITS(chains, to: "\(folder.path)/\(OutputFolder.chainRoot).fits")
    try folder.write(text, to: "summary.json")
    for file in diagram?.file(chains, space)?.files ?? [] {
      try folder.write(file.content, to: file.name)
    }
    let notes = command.noReport ? [] : try await RunReport(folder: folder.path).write()

    if command.json { print(text, terminator: "") }
    showResult(summary, best, folder, seconds)
    let logger = Logger(label: "sn-infer")
    if space.free.contains(where: { $0.name == "h" }),
      catalog.sample?.calibratorModuli.isEmpty == true,
      !command.quiet
    {
      logger.notice(
        "h re-expresses the zero point of the catalog's moduli; supernovae alone do not measure it")
    }
    if !command.quiet { for note in summary.notes { logger.notice("\(note)") } }
    for warning in warnings + notes { logger.warning("\(warning)") }
    if !summary.failedGates.isEmpty { throw ExitCode(ExitStatus.failedCheck.rawValue) }
  }

  /// What is known of the chains besides their draws.
  private func outcome(_ chains: [Chain], _ seconds: Double) -> RunRecord.Outcome {
    let calls = chains.reduce(0) { $0 + ($1.statistics[.leapfrogSteps] ?? []).reduce(0, +) }
    return RunRecord.Outcome(seconds: seconds, likelihoodCalls: calls > 0 ? calls : nil)
  }

  private func bestDraw(_ chains: [Chain]) -> RunSummary.BestDraw {
    var best = (values: [Double](), logDensity: -Double.infinity)
    for chain in chains {
      for index in 0..<chain.count where chain.logDensities[index] > best.logDensity {
        best = (Array(chain.draw(index)), chain.logDensities[index])
      }
    }
    var parameters = Dictionary(uniqueKeysWithValues: zip(space.free.map(\.name), best.values))
    for parameter in space.parameters {
      if let value = parameter.prior.fixedValue { parameters[parameter.name] = value }
    }
    return RunSummary.BestDraw(
      parameters: parameters,
      chiSquared: likelihood.chiSquared(
        at: likelihood.parameterNames.map { parameters[$0] ?? .nan }),
      degreesOfFreedom: likelihood.dataCount - space.dimension - likelihood.marginalisedCount)
  }

  /// Prints for people, unless a program is listening.
  private func show(_ text: String) {
    if !command.json { print(text) }
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
      output      \(folder.path)/: hmc.1.txt … for GetDist, hmc.1.csv …, hmc.fits, summary.json\(command.noReport ? "" : "\nreport      \(folder.path)/report.html")
      """)
  }
}
