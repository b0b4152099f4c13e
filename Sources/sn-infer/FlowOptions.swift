import Analyses
public import ArgumentParser
public import Samplers

extension CoordinateChoice: ExpressibleByArgument {}
extension FlowPreset: ExpressibleByArgument {}
extension FlowPreset.Kinetic: ExpressibleByArgument {}
extension FlowSampler.Fallback: ExpressibleByArgument {}

/// The options of the neural Hamiltonian flow.
struct FlowOptions: ParsableArguments, AnalysisOptions {
  @Option(
    help: ArgumentHelp(
      "Coordinates to sample in: fitted (maps in which the posterior is nearly normal; default), thin (location, scale and shape only, which leaves the rest to the flow), whitened (by the curvature at the mode, or by the draws that a flow learns from), probit (the prior is normal) or natural (logits).",
      valueName: "kind"))
  var coordinates: CoordinateChoice?

  @Option(
    help:
      "How the flow starts. default: a quarter turn in good coordinates; prior: from the prior itself; paper: as Souveton et al. 2023."
  )
  var nhfPreset = FlowPreset.default

  @Option(help: ArgumentHelp("The kinetic energy: \(FlowPreset.Kinetic.listing)."))
  var nhfKinetic: FlowPreset.Kinetic?

  @Option(help: ArgumentHelp("The width of the hidden layers.", valueName: "units"))
  var nhfHidden: Int?

  @Option(help: ArgumentHelp("Leapfrog steps of each Hamiltonian.", valueName: "count"))
  var nhfLeapfrogSteps: Int?

  @Option(help: ArgumentHelp("The initial time of each Hamiltonian.", valueName: "time"))
  var nhfTime: Double?

  @Option(help: ArgumentHelp("The number of Hamiltonians in sequence.", valueName: "count"))
  var nhfHamiltonians: Int?

  @Option(help: ArgumentHelp("The maximum number of training steps.", valueName: "count"))
  var nhfSteps: Int?

  @Option(
    help: ArgumentHelp(
      "The share of the training gradient taken from draws of the maps and chains, 0 to 1; the rest comes from the flow's own draws. (default: 0 up to four parameters, 0.5 above)",
      valueName: "share"))
  var nhfTrainOnDraws: Double?

  @Option(help: ArgumentHelp("The number of weighted draws.", valueName: "count"))
  var nhfDraws = 20_000

  @Option(
    help: ArgumentHelp(
      "The share of draws from a wide density, which bounds the weights.", valueName: "share"))
  var nhfDefensive = 0.02

  @Option(
    help:
      "When to run Hamiltonian Monte Carlo behind the flow: auto (if its weights are rejected), always or never."
  )
  var nhfFallback = FlowSampler.Fallback.automatic

  func validate() throws {
    try require(flow) {
      "--nhf-\(($0.key.split(separator: ".").last ?? "").replacing("_", with: "-"))"
    }
  }

  func apply(to analysis: inout Analysis) {
    analysis.samplers = analysis.samplers.map { sampler in
      switch sampler {
      case var chains as HamiltonianSampler:
        chains.coordinates = coordinates ?? chains.coordinates
        chains.weightedDraws = nhfDraws
        return chains
      case var transport as TransportSampler:
        transport.weightedDraws = nhfDraws
        return transport
      case is FlowSampler: return flow
      default: return sampler
      }
    }
  }

  private var flow: FlowSampler {
    var sampler = FlowSampler()
    sampler.preset = nhfPreset
    sampler.options.kinetic = nhfKinetic
    sampler.options.hidden = nhfHidden
    sampler.options.leapfrogSteps = nhfLeapfrogSteps
    sampler.options.time = nhfTime
    sampler.options.hamiltonians = nhfHamiltonians
    sampler.options.trainingSteps = nhfSteps
    sampler.options.dataShare = nhfTrainOnDraws
    sampler.coordinates = coordinates
    sampler.drawCount = nhfDraws
    sampler.defensiveShare = nhfDefensive
    sampler.fallback = nhfFallback
    return sampler
  }
}
