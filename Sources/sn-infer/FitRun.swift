import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import Logging
import Reports
import Samplers

/// One run of `fit`, once everything is understood: samples, and writes and prints the results.
struct FitRun {
  let command: FitCommand
  let catalog: Catalog
  let space: ParameterSpace
  let offset: OffsetTreatment
  let likelihood: any GaussianLikelihood
  /// The supernovae and the model for the Hubble diagram.
  let diagram: HubbleCurve
  /// How the likelihood is computed, in words.
  let method: String

  func run() async throws {
    let posterior = try Posterior(space, likelihood)
    let normal = posterior.standardised
    let manifest = manifest
    let stop = StopRequest()
    let folder = try OutputFolder(
      command.output ?? defaultOutput,
      command.force ? .replacing : (command.resume ? .resuming : .fresh), manifest: manifest)
    let store = folder.chainFiles(growing.root)
    let present = folder.isResumed ? store.longestChain(of: command.chains) : 0
    guard present <= command.draws else {
      throw OutputError.longerRun(folder: folder.path, draws: present)
    }
    show(introduction(isResumed: folder.isResumed))
    let header = GetDistHeader(
      root: growing.root, columns: posterior.columns, label: growing.label)
    try folder.begin(manifest, command.sampler == .nhf ? [] : header.files)

    var outcome = FitOutcome()
    if command.sampler.runsChains {
      let begin = clock.now
      if let kind = command.flow.coordinates, kind != .natural {
        let fit = try await FittedCoordinates.fit(
          kind, to: normal, natural: space, seed: command.seed)
        outcome.chains = try await sample(
          TransformedDensity(normal, in: fit.coordinates), store, stop)
      } else {
        outcome.chains = try await sample(posterior, store, stop)
      }
      outcome.chainSeconds = (clock.now - begin) / .seconds(1)
    }
    if command.sampler.runsFlow {
      let flow = FlowRun(
        sampler: command.flow.sampler(seed: command.seed), posterior: normal, space: space,
        folder: folder, isQuiet: command.quiet)
      guard let result = try await flow.run(outcome.chains, stop: stop) else {
        Logger(label: "sn-infer").warning(
          "stopped before the flow was done; --resume continues its training")
        throw ExitCode(stop.exitStatus.rawValue)
      }
      (outcome.flow, outcome.flowDraws) = result
    }
    if command.sampler == .map {
      outcome.map = try await MapRun(
        command: command, posterior: normal, store: store
      ).run(stop)
    }
    try await finish(outcome, folder)
  }

  private let clock = ContinuousClock()

  /// Runs the chains of Hamiltonian Monte Carlo.
  private func sample(
    _ density: some LogDensity, _ store: ChainFiles, _ stop: StopRequest
  ) async throws -> [Chain] {
    let runner = ChainRunner(
      chainCount: command.chains, warmUpCount: command.warmup, drawCount: command.draws,
      seed: command.seed, targetAcceptance: command.targetAcceptance, start: command.start.value)
    let lines = command.quiet ? nil : ProgressLines(chainCount: command.chains)
    defer { lines?.finish() }
    let chains = try await runner.run(
      NoUTurnSampler(density, metric: DenseMetric(dimension: density.dimension)),
      store: store, unless: { stop.isRequested }, progress: { lines?.update($0) })
    lines?.finish()
    try stop.check(chains, against: command.draws)
    return chains
  }

  /// The chains that are kept while they grow: how the names of their files begin, and what plots
  /// call them.
  private var growing: (root: String, label: String) {
    command.sampler == .map ? ("map", "map") : (OutputFolder.chainRoot, "HMC")
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
      "version": SNInfer.version, "folder format": "2",
      "data": "\(catalog.count) supernovae with fingerprint \(catalog.fingerprint)",
      "model": model.model.rawValue, "distance": model.distance.rawValue,
      "offset": offset.rawValue,
      "likelihood": catalog.sample == nil ? "light curves by χ²" : command.likelihood.rawValue,
      "chains": "\(command.chains)", "warmup": "\(command.warmup)", "seed": "\(command.seed)",
      "start": command.start.rawValue, "target acceptance": "\(command.targetAcceptance)",
    ]
    if let temperature = model.backgroundTemperature {
      entries["t_cmb"] = "\(temperature)"
      entries["n_eff"] = "\(model.effectiveNeutrinos)"
    }
    entries["sampler"] = command.sampler.rawValue
    if let coordinates = command.flow.coordinates { entries["coordinates"] = coordinates.rawValue }
    if command.sampler.runsFlow { entries.merge(command.flow.manifest) { own, _ in own } }
    if command.sampler == .map { entries["weighted draws"] = "\(command.flow.nhfDraws)" }
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
      sampler     \(samplers), seed \(command.seed)\(isResumed ? ", continued" : "")

      """
  }

  /// What runs, in words.
  private var samplers: String {
    let chains = "\(command.chains) chains of \(command.draws) draws"
    let flow = "\(command.flow.nhfDraws) draws of a neural Hamiltonian flow"
    return switch command.sampler {
    case .hmc: "NUTS, \(chains) after \(command.warmup)"
    case .both: "NUTS, \(chains) after \(command.warmup), and \(flow)"
    case .nhf: flow
    case .map: "\(chains) through a fitted map"
    }
  }

  // MARK: Afterwards

  private func finish(_ outcome: FitOutcome, _ folder: OutputFolder) async throws {
    let chains = outcome.chains.isEmpty ? outcome.map?.chains ?? [] : outcome.chains
    let summary = chains.isEmpty ? nil : PosteriorSummary(chains)
    let best = bestDraw(outcome.draws)
    var failures = summary?.failedGates ?? []
    if let best, outcome.canBeJudged {
      failures += FitWarnings.failures(best, outcome.draws, space)
    }
    var warnings = failures
    if let best, outcome.canBeJudged { warnings += FitWarnings.unusual(best) }
    if let summary { warnings += FitWarnings.sentences(summary, chains) }
    if let flow = outcome.flow, !flow.reasons.isEmpty {
      warnings += flow.reasons.map { "the flow: \($0)" }
    }
    warnings += (outcome.flow?.trainingNotes ?? []).map { "the flow's training: \($0)" }
    if let exact = outcome.flow?.exact {
      warnings += exact.failedGates.map { "the chains behind the flow: \($0)" }
    }
    let data = CatalogText(catalog).data
    let run = RunSummary(
      data: data,
      model: .init(
        name: command.model.model.rawValue, distance: command.model.distance.rawValue,
        radiation: command.model.radiation.density, offset: offset.rawValue, likelihood: method,
        parameters: space.parameters),
      sampler: .init(
        name: command.sampler.rawValue, chains: command.chains, draws: command.draws,
        warmUp: command.warmup, seed: command.seed, seconds: outcome.chainSeconds),
      posterior: summary, flow: outcome.flow, bestDraw: best, outcomes: outcome.records,
      failedGates: failures, warnings: warnings)
    let text = try run.json()
    if command.sampler.runsChains {
      try Chain.writeFITS(chains, to: "\(folder.path)/\(OutputFolder.chainRoot).fits")
    }
    try folder.write(text, to: "summary.json", synced: true)
    let hubble = best.flatMap { diagram.file(outcome.draws, space, best: $0.parameters) }
    for file in hubble?.files ?? [] {
      try folder.write(file.content, to: file.name)
    }
    let notes = command.noReport ? [] : try await RunReport(folder: folder.path).write()

    if command.json { print(text, terminator: "") }
    showResult(summary, outcome, best, folder)
    let logger = Logger(label: "sn-infer")
    if space.free.contains(where: { $0.name == "h" }),
      catalog.sample?.calibratorModuli.isEmpty == true,
      !command.quiet
    {
      logger.notice(
        "h re-expresses the zero point of the catalog's moduli; supernovae alone do not measure it")
    }
    if !command.quiet { for note in summary?.notes ?? [] { logger.notice("\(note)") } }
    for warning in warnings + notes { logger.warning("\(warning)") }
    if !failures.isEmpty { throw ExitCode(ExitStatus.failedCheck.rawValue) }
    if outcome.flow?.isRejected == true { throw ExitCode(ExitStatus.rejectedFlow.rawValue) }
  }

  private func bestDraw(_ chains: [Chain]) -> RunSummary.BestDraw? {
    if chains.isEmpty { return nil }
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
    _ summary: PosteriorSummary?, _ outcome: FitOutcome, _ best: RunSummary.BestDraw?,
    _ folder: OutputFolder
  ) {
    var parts: [String] = []
    if let summary { parts.append("\(SummaryTable(summary))") }
    if let flow = outcome.flow {
      parts.append(
        "\(FlowText(flow, outcome.chains.isEmpty ? nil : summary, outcome.chainSeconds))")
    }
    if let map = outcome.map { parts.append(map.text) }
    var lines: [String] = []
    if let best {
      let place = space.free.map { parameter in
        "\(parameter.name) = " + String(format: "%.4f", best.parameters[parameter.name] ?? .nan)
      }
      lines.append(
        "best draw   χ² = \(String(format: "%.2f", best.chiSquared)) for \(best.degreesOfFreedom) degrees of freedom at "
          + place.joined(separator: ", "))
    }
    lines.append("time        \(String(format: "%.2f", outcome.seconds)) s")
    lines.append(
      "output      \(folder.path)/: \(outcome.files.joined(separator: ", ")), summary.json")
    if !command.noReport { lines.append("report      \(folder.path)/report.html") }
    parts.append(lines.joined(separator: "\n"))
    show(parts.joined(separator: "\n\n"))
  }
}
