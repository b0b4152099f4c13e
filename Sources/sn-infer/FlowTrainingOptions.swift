import ArgumentParser
import Foundation
import Samplers

/// The options of training a flow on rows.
struct FlowTrainingOptions: ParsableArguments {
  @Option(help: "The number of training steps.")
  var steps = 5000

  @Option(help: "The number of rows per step.")
  var batch = 512

  @Option(help: "The peak learning rate, which then decays along a cosine.")
  var learningRate = 5e-3

  @Option(
    help: ArgumentHelp(
      "Noise added to the rows at every step, in standard deviations of each column; about 0.05 keeps a flow from overfitting a small table.",
      valueName: "deviation"))
  var noise = 0.0

  @Option(
    help: ArgumentHelp(
      "The number of steps over which the kept parameters are averaged; more give less noise.",
      valueName: "steps"))
  var average = 100

  @Option(
    help: ArgumentHelp(
      "Lower the standard deviation of base momenta from 0.5 to this value during training; 0.05 to 0.1 can help a single Hamiltonian fit separate modes, in tens of thousands of steps. V then no longer resembles -log density.",
      valueName: "deviation"))
  var cool: Double?

  @Option(
    help: ArgumentHelp(
      "The number of momenta from which the density at each row is estimated; with about 8, a single Hamiltonian learns separate modes in fewer steps, each four to six times as long.",
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
