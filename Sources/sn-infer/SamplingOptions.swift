import Analyses
public import ArgumentParser
import Inference
public import Samplers

/// Which samplers run: any single one, or chains and a flow.
struct SamplerChoice: ExpressibleByArgument {
  let types: [any Sampler.Type]
  let defaultValueDescription: String
  private static let both = "both"

  static let chainsAndFlow = SamplerChoice(
    types: [HamiltonianSampler.self, FlowSampler.self], defaultValueDescription: both)
  static var allValueStrings: [String] { SamplerList.names + [both] }

  private init(types: [any Sampler.Type], defaultValueDescription: String) {
    (self.types, self.defaultValueDescription) = (types, defaultValueDescription)
  }

  init?(argument: String) {
    if argument == Self.both {
      self = .chainsAndFlow
    } else {
      guard let type = SamplerList.named(argument) else { return nil }
      self.init(types: [type], defaultValueDescription: argument)
    }
  }
}

extension HamiltonianSampler.Start: ExpressibleByArgument {}

/// The options of the samplers.
struct SamplingOptions: ParsableArguments, AnalysisOptions {
  @Option(
    help:
      "hmc: chains of Hamiltonian Monte Carlo (NUTS); nhf: a neural Hamiltonian flow with importance weights; map: chains through a fitted map; both: the first two, compared."
  )
  var sampler = SamplerChoice.chainsAndFlow

  @Option(help: "The number of chains.")
  var chains = 4

  @Option(help: "The number of draws kept per chain.")
  var draws = 2000

  @Option(help: "The number of warm-up transitions per chain, which tune the sampler.")
  var warmup = 1000

  @Option(help: "The seed of all random numbers; the same seed gives the same chains.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "The target acceptance probability of the step size; values nearer 1 are slower and resolve narrower regions.",
      valueName: "probability"))
  var targetAcceptance = 0.8

  @Option(
    help:
      "Where chains start. prior: each at the best of 20 draws from the prior; mode: all at the mode; jittered: around the mode, with twice the posterior's width."
  )
  var start = HamiltonianSampler.Start.prior

  @Option(
    help: ArgumentHelp(
      "Start the metric of hmc from a covariance, as Cobaya, GetDist and this program (hmc.covmat) write it: '# names', then the matrix. Names of other programs are known; warm-up adapts it. (default: 1)",
      valueName: "file"))
  var metricFrom: String?

  func validate() throws {
    let isHamiltonian = sampler.types.contains { $0 == HamiltonianSampler.self }
    try require(metricFrom == nil || isHamiltonian, "--metric-from is for hmc.")
    try require(hamiltonian) {
      $0.key == "warm_up" ? "--warmup" : "--\($0.key.replacing("_", with: "-"))"
    }
  }

  func apply(to analysis: inout Analysis) throws {
    analysis.seed = seed
    var chosen = hamiltonian
    chosen.metric = try metricFrom.map { try NamedCovariance.whole(reading: $0) }
    analysis.samplers = sampler.types.map { type in
      type == HamiltonianSampler.self
        ? chosen
        : SamplerList.make(type, ["chains": chains, "draws": draws, "warm_up": warmup])
    }
  }

  private var hamiltonian: HamiltonianSampler {
    var sampler = HamiltonianSampler()
    (sampler.chains, sampler.draws, sampler.warmUp) = (chains, draws, warmup)
    (sampler.targetAcceptance, sampler.start) = (targetAcceptance, start)
    return sampler
  }
}
