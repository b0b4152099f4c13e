import Analyses
import Catalogs
import Chains
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Reports
import Samplers

/// A reader under test, with inputs for it, and what is done with an input that it accepts.
struct Reader {
  let name: String
  let seeds: [Seed]
  /// Reads an input in the current folder, and goes on with what was read.
  ///
  /// - Throws: whatever the reader throws: the input was refused.
  let read: (Seed, inout RandomStream) async throws -> Void

  /// All readers.
  static func all() async throws -> [Reader] {
    [
      Reader(name: "tables", seeds: Corpus.textTables, read: catalog),
      Reader(name: "light-curves", seeds: Corpus.lightCurveCatalogs, read: catalog),
      Reader(name: "votable", seeds: Corpus.votables, read: catalog),
      Reader(name: "fits", seeds: Corpus.fitsCatalogs, read: catalog),
      Reader(name: "gzip", seeds: Corpus.compressed, read: catalog),
      Reader(name: "text-covariance", seeds: Corpus.textCovariances, read: catalog),
      Reader(name: "numpy-covariance", seeds: Corpus.binaryCovariances, read: catalog),
      Reader(name: "fits-covariance", seeds: Corpus.fitsCovariances, read: catalog),
      Reader(
        name: "number-table",
        seeds: Corpus.textTables + Corpus.votables + Corpus.fitsCatalogs.dropLast()
      ) { seed, _ in
        _ = try NumberTable(seed.argument).rows
      },
      Reader(name: "chains", seeds: Corpus.chains, read: chains),
      Reader(name: "chain-tables", seeds: Corpus.chainsWithTables, read: chains),
      Reader(name: "run-folder", seeds: Corpus.runFolders) { seed, random in
        let folder = try RunFolder(seed.argument)
        let summaries = folder.samplers.map { ($0.root, PosteriorSummary($0.chains)) }
        let report = Report(folder, summaries: Dictionary(summaries) { first, _ in first })
        // The figures take most of the time.
        guard random.next() % 8 == 0 else { return }
        defer {
          for name in (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? [] {
            try? FileManager.default.removeItem(atPath: name)
          }
        }
        _ = try await ReportFolder(folder.path, gnuplot: Gnuplot(program: "./none")).write(report)
      },
      Reader(name: "flow-rows", seeds: Corpus.chains + Corpus.textTables.prefix(4)) { seed, _ in
        let samples = try FlowSamples(seed.argument, .init(), seed: 1)
        _ = try FlowTrainingData(samples.rows, heldOut: 0.1, standardised: true, seed: 1)
      },
      Reader(name: "flow", seeds: try flows(), read: flow),
      try await checkpoints(),
      Reader(name: "analysis", seeds: Corpus.analyses, read: analysis),
      Reader(
        name: "expression",
        seeds: Corpus.expressions + Corpus.inequalities + Corpus.formulas + Corpus.priors,
        read: words),
    ]
  }

  private static let context = RunContext(workers: LocalWorkers(threadCount: 1))

  // MARK: Catalogs

  private static func catalog(_ seed: Seed, _ random: inout RandomStream) async throws {
    let catalog = try Catalog(reading: seed.argument, seed.options)
    _ = Findings.Data(catalog).description
    switch catalog.content {
    case .magnitudes(let sample):
      // What a fit says of such a sample.
      guard !sample.hubbleFlowRedshifts.isEmpty else { throw AnalysisError.nothingInHubbleFlow }
      let distances = ModelDistances(
        FlatW0WaCDM(radiation: .none), redshifts: sample.hubbleFlowRedshifts)
      evaluate(try SupernovaLikelihood(sample, distances: distances))
    case .lightCurves(let sample):
      // The time of the likelihood grows with the third power.
      if sample.count > 1000 { break }
      let distances = ModelDistances(
        FlatW0WaCDM(radiation: .none), redshifts: sample.supernovae.map(\.redshift))
      evaluate(LightCurveLikelihood(sample, distances: distances))
    }
    if random.next() % 8 == 0 {
      // Whatever was read can be written, by CFITSIO, and read again.
      try catalog.writeFITS(to: "written.fits", replacing: true)
      _ = try Catalog(reading: "written.fits")
    }
  }

  private static func evaluate(_ likelihood: some GaussianLikelihood) {
    let usual = [
      "omega_m": 0.3, "w0": -1, "wa": 0, "h": 0.7, "M": -19.3, "alpha": 0.14, "beta": 3.1,
    ]
    let values = likelihood.parameterNames.map { usual[$0] ?? 0 }
    var gradient = values
    var span = gradient.mutableSpan
    _ = likelihood.logLikelihood(at: values.span, gradient: &span)
    _ = likelihood.chiSquared(at: values)
  }

  // MARK: Chains

  private static func chains(_ seed: Seed, _ random: inout RandomStream) async throws {
    let content = try ChainReader(path: seed.argument).read()
    _ = PosteriorSummary(content.chains)
    _ = try DiagnosisText(of: seed.argument, burnIn: 0.1).description
    if random.next() % 8 == 0 {
      try Chain.writeFITS(content.chains, to: "written.fits")
      _ = try Chain.readFITS("written.fits")
      try FileManager.default.removeItem(atPath: "written.fits")
    }
    if random.next() % 8 == 0 {
      let (first, second) = try ComparedChains.pair(seed.argument, seed.argument, burnIn: 0)
      if let comparison = PosteriorComparison(
        of: first.draws, second.draws, tolerance: 0.1, seed: 1, jointDraws: 100)
      {
        _ = ComparisonText(comparison, first, second).sentence
      }
    }
  }

  // MARK: Flows

  private static func flows() throws -> [Seed] {
    var shapes = [FlowArchitecture](repeating: FlowArchitecture(), count: 3)
    shapes[1].isResidual = true
    shapes[1].kinetic = .relativistic
    shapes[2].hamiltonians = 2
    shapes[2].learnsTime = true
    return try shapes.enumerated().map { index, shape in
      var shape = shape
      shape.hidden = 2
      let saved = try SavedFlow(
        shape.makeFlow(dimension: 2, seed: 1), columns: ["x", "y"],
        edges: index == 0 ? nil : ColumnEdges(lower: [-10, -.infinity], upper: [10, .infinity]))
      return Seed("flow.json", [("flow.json", .json(try saved.json()))])
    } + [try conditionalFlow()]
  }

  private static func conditionalFlow() throws -> Seed {
    var shape = FlowArchitecture()
    (shape.hidden, shape.base) = (2, .learnedNormal)
    let saved = try SavedFlow(
      shape.makeFlow(dimension: 1, givenCount: 1, seed: 1), columns: ["x", "z"])
    return Seed("flow.json", [("flow.json", .json(try saved.json()))])
  }

  private static func flow(_ seed: Seed, _ random: inout RandomStream) async throws {
    let saved = try FlowFile.read(seed.argument)
    let map = HamiltonianMap(saved.flow)
    let given = [Double](repeating: 0.5, count: saved.flow.givenCount)
    let draws = try await map.sample(1, given: given, in: context)
    let rows = saved.rows(of: draws.points.positions + given)
    _ = saved.logVolumes(of: rows)
    let (positions, numbers) = saved.split(rows)
    _ = try await HamiltonianMap(saved.flow, precision: .single).densityBounds(
      at: positions, given: numbers, draws: 1, in: context)
  }

  /// States of training, from which it goes on.
  private static func checkpoints() async throws -> Reader {
    var architecture = FlowArchitecture()
    architecture.hidden = 2
    var training = FlowTraining()
    (training.batchSize, training.stepCount, training.checkInterval) = (8, 6, 2)
    let flow = architecture.makeFlow(dimension: 2, seed: 1)
    var random = RandomStream(seed: 1, "rows to train on")
    let rows = (0..<64).map { _ in random.nextStandardNormal() }
    let settings = FlowCheckpoint.Settings(
      architecture: architecture, training: training, seed: 1, fingerprint: "rows")
    let path = FileManager.default.temporaryDirectory
      .appending(path: "sn-infer-fuzz-\(getpid()).checkpoint").path
    let checkpoint = FlowCheckpoint(path: path, settings: settings)
    var first: FlowTrainingState?
    _ = try await FlowTrainer(training).train(flow, on: rows, heldOut: rows, in: context) {
      if first == nil { first = $0 }
    }
    if let first { try checkpoint.write(first) }
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    checkpoint.remove()
    return Reader(name: "checkpoint", seeds: [Seed("state.json", [("state.json", .json(bytes))])]) {
      seed, _ in
      let stored = FlowCheckpoint(path: seed.argument, settings: settings)
      guard let state = try stored.read(for: flow) else { throw CocoaError(.fileNoSuchFile) }
      _ = try await FlowTrainer(training).train(
        flow, on: rows, heldOut: rows, from: state, in: context)
    }
  }

  // MARK: Words

  private static func analysis(_ seed: Seed, _ random: inout RandomStream) async throws {
    let problem = try AnalysisFile.read(seed.argument).problem()
    let start = problem.posterior.startingPoint(using: &random)
    var gradient = start
    var span = gradient.mutableSpan
    let value = problem.posterior.logDensity(at: start.span, gradient: &span)
    _ = problem.posterior.draw(at: start, logDensity: value)
  }

  private static func words(_ seed: Seed, _ random: inout RandomStream) async throws {
    let bytes = FileManager.default.contents(atPath: seed.argument) ?? Data()
    let text = String(decoding: bytes, as: UTF8.self)
    switch seed.argument {
    case "expression": _ = try Expression(text).value { Double($0) + 0.5 }
    case "formula": _ = try NamedFormula(text: text).formula.value { Double($0) + 0.5 }
    case "inequality":
      for part in try Inequality.parse(text) { _ = part.difference.value { Double($0) - 0.5 } }
    default:
      let prior = try Prior(text: text)
      _ = prior.logDensity(at: 0.5)
      guard !(prior.density is ImproperFlatPrior) else { return }
      _ = (prior.quantile(0.3), prior.sample(using: &random))
    }
  }
}
