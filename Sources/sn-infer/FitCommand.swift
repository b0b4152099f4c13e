import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Logging
import Reports
import Samplers

/// `sn-infer fit`: samples the posterior of a catalog.
struct FitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Sample the posterior of a cosmological model from a supernova catalog.",
    discussion: """
      Parameters and their usual priors: omega_m in (0, 1), omega_k in (-0.8, 0.8), w in (-3, 0.3), w0 in (-3, 1), \
      wa in (-3, 2), as the model has them; h in (0, 1) for distance moduli, M in (-30, 0) for apparent magnitudes, \
      both with calibrators; alpha in (0, 3), beta in (0, 6), M and delta_M in (-1, 1) for light curves. Two samplers \
      run: Hamiltonian Monte Carlo (NUTS), and a neural Hamiltonian flow (NHF) whose draws carry weights that make them \
      exact and give the evidence.

      Writes chains for GetDist (hmc.1.txt, …), what the sampler noted (hmc.1.csv, …) and hmc.fits; weighted draws of the \
      flow (nhf.1.txt), those without weights (nhf-raw.1.txt) and, where the weights were rejected, chains behind the \
      flow (nhf-exact.1.txt, …); summary.json; report.html. Exits with 10, after writing them, if the chains are not good \
      enough: an R-hat of 1.01 or more, a bulk or tail effective sample size of 400 or less, an E-BFMI of 0.3 or less, or \
      a divergence; or if the result means nothing: a χ² with p < 1e-12 for its degrees of freedom, on either side, fewer \
      than one of them, or a posterior that is its prior in every parameter. Exits with 11 if all of that is well, but the \
      flow's weights are rejected.
      """)

  /// How the likelihood of magnitudes is computed.
  enum LikelihoodPath: String, ExpressibleByArgument, CaseIterable {
    case projected, direct
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

  @OptionGroup(title: "Data") var input: CatalogOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(
    help:
      "The likelihood from a few nodes in redshift, right to 1e-6 in χ² and as fast for a million supernovae as for thirty; or from all of them."
  )
  var likelihood = LikelihoodPath.projected

  @Flag(
    help: ArgumentHelp(
      "No longer needed: the likelihood of light curves has no determinant.", visibility: .hidden))
  var withoutDeterminant = false

  @Option(
    help:
      "Chains of Hamiltonian Monte Carlo (NUTS), a neural Hamiltonian flow with importance weights, chains through a fitted map, or the first two and how they compare."
  )
  var sampler = SamplerChoice.both

  @Option(help: "The number of chains.")
  var chains = 4

  @Option(help: "The number of draws each chain keeps.")
  var draws = 2000

  @Option(help: "The number of transitions before them that tune the sampler.")
  var warmup = 1000

  @Option(help: "The seed of all random numbers; the same seed gives the same chains.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "The acceptance probability to tune the step size for; nearer 1 is slower and gets through narrower places.",
      valueName: "probability"))
  var targetAcceptance = 0.8

  @Option(
    help:
      "Begin each chain at the best of 20 draws from the prior, all at the mode, or near it, jittered by twice the posterior's width."
  )
  var start = Start.prior

  @OptionGroup(title: "Coordinates and flow") var flow: FlowOptions

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
      "Stop in time, such as 90s, 45m or 3h30m, with what there is kept for --resume.",
      valueName: "time"))
  var maxTime: TimeLimit?

  @Flag(
    name: [.short, .long],
    help: "Print no progress and no notes on standard error, only warnings and errors.")
  var quiet = false

  @Flag(help: "Print the summary as JSON instead of a table.")
  var json = false

  @Flag(help: "Write no report: no report.html, no figures.")
  var noReport = false

  func validate() throws {
    guard (1...1000).contains(chains) else { throw ValidationError("--chains must be 1 to 1000.") }
    guard (4...10_000_000).contains(draws) else {
      throw ValidationError("--draws must be 4 to 10000000.")
    }
    guard !(force && resume) else {
      throw ValidationError("--force begins anew and --resume continues; give one of them.")
    }
    guard targetAcceptance > 0, targetAcceptance < 1 else {
      throw ValidationError("--target-acceptance must be between 0 and 1.")
    }
    guard (20...10_000_000).contains(warmup) else {
      throw ValidationError("--warmup must be 20 to 10000000.")
    }
  }

  func run() async throws {
    StopRequest.listen(after: maxTime)
    let catalog = try input.read()
    do {
      if model.distance == .pen {
        try await fit(catalog, Pen1999(redshifts: catalog.flowRedshifts))
      } else {
        try await fit(catalog, model.model.model(radiation: model.radiation))
      }
    } catch let error as NotPositiveDefinite {
      throw CatalogError.covarianceNotPositiveDefinite(in: catalog.path, order: error.order)
    }
  }

  private func fit(_ catalog: Catalog, _ model: some ExpansionModel) async throws {
    try await fit(catalog, ModelDistances(model, redshifts: catalog.flowRedshifts))
  }

  private func fit(_ catalog: Catalog, _ distances: some ComovingDistances) async throws {
    switch catalog.content {
    case .magnitudes(let sample):
      guard !withoutDeterminant else {
        throw ValidationError("--without-determinant is for light curves.")
      }
      guard !sample.flowRedshifts.isEmpty else {
        throw ValidationError(
          "all these supernovae are calibrators; without others nothing tells the universe.")
      }
      let (space, offset) = try model.plan(
        sampled: distances.parameterNames + sample.offsetNames(.sampled),
        marginalised: distances.parameterNames + sample.offsetNames(.marginalised))
      let direct = try SupernovaLikelihood(sample, distances: distances, offset: offset)
      if likelihood == .direct {
        try await FitRun(
          command: self, catalog: catalog, space: space, offset: offset, likelihood: direct,
          diagram: HubbleCurve(sample, distances),
          method: "direct, all \(sample.count) supernovae"
        ).run()
      } else {
        let projected = ProjectedSupernovaLikelihood(direct, over: space)
        let quality = projected.quality
        try await FitRun(
          command: self, catalog: catalog, space: space, offset: offset, likelihood: projected,
          diagram: HubbleCurve(sample, distances),
          method: String(
            format:
              "projected on %d nodes, χ² (up to %.0e) right to %.0e at %.0f %% of the prior; direct elsewhere",
            quality.nodeCount, quality.largestChiSquared, max(quality.largestError, 1e-12),
            100 * quality.coverage)
        ).run()
      }
    case .lightCurves(let sample):
      let build = { (offset: OffsetTreatment) in
        LightCurveLikelihood(sample, distances: distances, offset: offset)
      }
      let (space, offset) = try model.plan(
        sampled: build(.sampled).parameterNames, marginalised: build(.marginalised).parameterNames)
      let likelihood = build(offset)
      if !quiet { for note in lightCurveNotes { Logger(label: "sn-infer").notice("\(note)") } }
      try await FitRun(
        command: self, catalog: catalog, space: space, offset: offset, likelihood: likelihood,
        diagram: HubbleCurve(likelihood),
        method: "light curves by χ², the covariance anew for each α and β"
      ).run()
    }
  }
}

extension FitCommand {
  /// What a reader of a fit of light curves should know.
  private var lightCurveNotes: [String] {
    (withoutDeterminant
      ? [
        "the likelihood of light curves is χ² alone and no longer has a determinant; --without-determinant changes nothing"
      ] : [])
      + [
        "the errors of alpha and beta are 10 to 20 % too small: χ² alone knows nothing of the populations of shapes and colours"
      ]
  }
}

extension Catalog {
  /// The redshifts that distances are needed to.
  fileprivate var flowRedshifts: [Double] {
    switch content {
    case .magnitudes(let sample): sample.flowRedshifts
    case .lightCurves(let sample): sample.supernovae.map(\.redshift)
    }
  }
}
