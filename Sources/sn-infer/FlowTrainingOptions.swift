import ArgumentParser
import Foundation
import Samplers

/// The options that say how a flow learns the density of rows.
struct FlowTrainingOptions: ParsableArguments {
  @Option(help: "How many steps to train.")
  var steps = 5000

  @Option(help: "How many rows a step looks at.")
  var batch = 512

  @Option(help: "The largest learning rate, from which it falls along a cosine.")
  var learningRate = 5e-3

  @Option(
    help: ArgumentHelp(
      "Noise on the rows whenever they are looked at, in standard deviations of a column: some 0.05 keeps a flow from learning few rows by heart.",
      valueName: "deviation"))
  var noise = 0.0

  @Option(
    help: ArgumentHelp(
      "Over how many steps the parameters kept are a mean: more bring less noise.",
      valueName: "steps"))
  var average = 100

  @Option(
    help: ArgumentHelp(
      "Let the standard deviation of base momenta fall from 0.5 to this while the flow learns: some 0.05 to 0.1 can bring one Hamiltonian nearer to separate modes, in tens of thousands of steps. V is then no longer like -log density.",
      valueName: "deviation"))
  var cool: Double?

  @Option(
    help: ArgumentHelp(
      "How many momenta the density at a row is estimated from: with some 8, one Hamiltonian learns separate modes in fewer steps, each four to six times as long.",
      valueName: "K"))
  var momenta = 1

  func validate() throws {
    try require("--steps", steps, in: 1...100_000_000)
    try require("--batch", batch, in: 1...65_536)
    try require(
      learningRate > 0 && learningRate <= 1, "--learning-rate must be above 0 and at most 1.")
    try require(noise >= 0 && noise <= 10, "--noise must be from 0 to 10.")
    try require("--average", average, in: 1...100_000_000)
    if let cool {
      try require(cool >= 0.001 && cool <= 0.5, "--cool must be from 0.001 to 0.5.")
    }
    try require("--momenta", momenta, in: 1...1024)
  }

  /// The settings of the training.
  var training: FlowTraining {
    var training = FlowTraining()
    training.batchSize = batch
    training.stepCount = steps
    training.learningRate = .cosine(
      peak: learningRate, floor: learningRate / 1000, warmUp: min(100, steps / 10))
    training.checkInterval = max(1, min(250, steps / 20))
    training.patience = .max
    training.averagedSteps = average
    training.dataNoise = noise
    training.momentaPerPoint = momenta
    training.cooling = cool.map(MomentumCooling.init(to:))
    return training
  }
}
