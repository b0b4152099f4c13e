public import ArgumentParser
public import Samplers

/// Which samplers run.
enum SamplerChoice: String, ExpressibleByArgument, CaseIterable {
  case hmc, nhf, map, both
}

extension HamiltonianSampler.Start: ExpressibleByArgument {}

/// The options that say which samplers run, and how long.
struct SamplingOptions: ParsableArguments {
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
  var start = HamiltonianSampler.Start.prior

  func validate() throws {
    guard (1...1000).contains(chains) else { throw ValidationError("--chains must be 1 to 1000.") }
    guard (4...10_000_000).contains(draws) else {
      throw ValidationError("--draws must be 4 to 10000000.")
    }
    guard targetAcceptance > 0, targetAcceptance < 1 else {
      throw ValidationError("--target-acceptance must be between 0 and 1.")
    }
    guard (20...10_000_000).contains(warmup) else {
      throw ValidationError("--warmup must be 20 to 10000000.")
    }
  }

  /// The samplers with their settings.
  func samplers(_ flow: FlowOptions) -> [any Sampler] {
    var hamiltonian = HamiltonianSampler()
    (hamiltonian.chains, hamiltonian.draws, hamiltonian.warmUp) = (chains, draws, warmup)
    (hamiltonian.targetAcceptance, hamiltonian.start) = (targetAcceptance, start)
    hamiltonian.coordinates = flow.coordinates
    switch sampler {
    case .hmc: return [hamiltonian]
    case .nhf: return [flow.sampler]
    case .both: return [hamiltonian, flow.sampler]
    case .map:
      var transport = TransportSampler()
      (transport.chains, transport.draws) = (chains, draws)
      transport.weightedDraws = flow.nhfDraws
      return [transport]
    }
  }
}
