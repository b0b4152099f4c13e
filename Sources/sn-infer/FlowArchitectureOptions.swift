public import ArgumentParser
public import Samplers

/// The name of π₀(q₀).
enum FlowBaseName: String, ExpressibleByArgument, CaseIterable {
  case softUniform = "soft-uniform"
  case normal, learned
}

extension Activation: ExpressibleByArgument {}

/// The options that shape a flow and its training.
struct FlowArchitectureOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The kinetic energy: \(FlowPreset.Kinetic.listing)."))
  var kinetic = FlowPreset.Kinetic.fixed

  @Option(
    help: ArgumentHelp(
      "The density of base positions: normal (0, 1), learned (normal with learned scales), soft-uniform (-3, 3)."
    ))
  var base = FlowBaseName.learned

  @Option(
    help: ArgumentHelp("The width of the two hidden layers of every network.", valueName: "H"))
  var hidden = 32

  @Option(help: ArgumentHelp("The activation function of the hidden layers: softplus or tanh."))
  var activation = Activation.softplus

  @Option(help: ArgumentHelp("Leapfrog steps per Hamiltonian.", valueName: "L"))
  var leapfrogSteps = 2

  @Option(help: ArgumentHelp("The integration time of each Hamiltonian.", valueName: "T"))
  var time = 1.0

  @Option(help: "The number of Hamiltonians in sequence.")
  var hamiltonians = 2

  @Flag(help: "Make each potential a learned quadratic plus a network.")
  var residual = false

  func validate() throws {
    try require("--hidden", hidden, in: 1...4096)
    try require("--leapfrog-steps", leapfrogSteps, in: 1...1000)
    try require("--hamiltonians", hamiltonians, in: 1...100)
    try require(
      time.isFinite && time > 0 && time <= 1e6, "--time must be above 0 and at most 1000000.")
  }

  /// The shape of the flow.
  var architecture: FlowArchitecture {
    var architecture = FlowArchitecture()
    architecture.kinetic = kinetic
    architecture.hidden = hidden
    architecture.activation = activation
    architecture.leapfrogSteps = leapfrogSteps
    architecture.time = time
    architecture.hamiltonians = hamiltonians
    architecture.isResidual = residual
    architecture.base =
      switch base {
      case .softUniform: .softUniform(halfWidth: 3)
      case .normal: .normal(standardDeviation: 1)
      case .learned: .learnedNormal
      }
    return architecture
  }
}
