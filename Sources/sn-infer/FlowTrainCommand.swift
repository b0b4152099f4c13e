import ArgumentParser
import Foundation
import Inference
import Samplers

/// `sn-infer flow train`: learns the density of the rows of a table.
struct FlowTrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn the density of the rows of a table, or of chains, and save the flow.",
    discussion: """
      Raises a lower bound of the rows' log density by Adam, the ELBO or that of --momenta, and keeps the parameters that are best at rows held out. \
      Stopped by a signal or --max-time, it leaves MODEL.checkpoint, with which --resume goes on as if it \
      had never stopped.
      """)

  @Argument(help: "A table in text or FITS, or the root of chains in GetDist's format.")
  var samples: String

  @Option(name: [.short, .long], help: "The file to save the flow in, as JSON.")
  var output = "flow.json"

  @Option(help: ArgumentHelp("The columns to learn, such as omega_m,w.", valueName: "names"))
  var columns: String?

  @OptionGroup(title: "The flow") var shape: FlowArchitectureOptions

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

  @Option(
    help: ArgumentHelp(
      "The fraction of rows that are held out; of a Markov chain in parts of up to a fiftieth of it.",
      valueName: "fraction"))
  var heldOut = 0.1

  @Option(help: ArgumentHelp("The fraction of each chain to leave out.", valueName: "fraction"))
  var burnIn = 0.0

  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Stop after a time such as 90s, 45m or 3h30m.", valueName: "time"))
  var maxTime: TimeLimit?

  @Flag(help: "Take the numbers as they are, rather than with mean 0 and standard deviation 1.")
  var noStandardise = false

  @Flag(help: "Continue a training that was stopped.")
  var resume = false

  @Flag(name: [.short, .long], help: "Replace the output if it exists.")
  var force = false

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    guard columnNames?.contains("") != true else {
      throw ValidationError("--columns must be names with commas between them, such as omega_m,w.")
    }
    if let names = columnNames, Set(names).count < names.count {
      throw ValidationError("--columns names a column twice.")
    }
    guard (1...100_000_000).contains(steps) else {
      throw ValidationError("--steps must be from 1 to 100000000.")
    }
    guard (1...65_536).contains(batch) else {
      throw ValidationError("--batch must be from 1 to 65536.")
    }
    guard learningRate > 0, learningRate <= 1 else {
      throw ValidationError("--learning-rate must be above 0 and at most 1.")
    }
    guard noise >= 0, noise <= 10 else {
      throw ValidationError("--noise must be from 0 to 10.")
    }
    guard (1...100_000_000).contains(average) else {
      throw ValidationError("--average must be from 1 to 100000000.")
    }
    if let cool {
      guard cool >= 0.001, cool <= 0.5 else {
        throw ValidationError("--cool must be from 0.001 to 0.5.")
      }
      guard shape.kinetic != .mlp || shape.residual else {
        throw ValidationError(
          "--cool with --kinetic mlp needs --residual: while momenta cool, a network alone would be no kinetic energy yet."
        )
      }
    }
    guard (1...1024).contains(momenta) else {
      throw ValidationError("--momenta must be from 1 to 1024.")
    }
    guard heldOut > 0, heldOut <= 0.5 else {
      throw ValidationError("--held-out must be above 0 and at most 0.5.")
    }
    guard (0..<1).contains(burnIn) else {
      throw ValidationError("--burn-in must be at least 0 and below 1.")
    }
  }

  private var columnNames: [String]? {
    columns?.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private var training: FlowTraining {
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

  /// What training makes small, if by several momenta only through a bound.
  private var lossName: String { momenta == 1 ? "−ELBO" : "−log p" }

  /// What stands before its values.
  private var boundName: String { momenta == 1 ? lossName : "\(lossName) ≤" }

  func run() async throws {
    StopRequest.listen(after: maxTime)
    try FlowFile.check(output, replacing: force)
    let samples = try FlowSamples(samples, columns: columnNames, burnIn: burnIn, seed: seed)
    let data = try FlowTrainingData(
      samples, heldOut: heldOut, standardised: !noStandardise, seed: seed)
    let flow = shape.architecture.makeFlow(dimension: samples.columns.count, seed: seed)
    let checkpoint = FlowCheckpoint(
      path: "\(output).checkpoint",
      settings: .init(
        architecture: shape.architecture, training: training, seed: seed,
        fingerprint: data.fingerprint))
    let state = resume ? try checkpoint.read(for: flow) : nil
    print(
      """
      samples     \(samples.path): \(samples.count) rows of \(samples.columns.joined(separator: ", "))
      held out    \(data.heldOutCount) rows
      flow        \(FlowWords.summary(of: flow))
      """)
    if resume, state == nil {
      print("note        there is no \(checkpoint.path) to go on from: training begins anew")
    }

    let stop = StopRequest()
    let lines = FlowProgressLines(
      of: boundName, stepCount: steps, volume: data.standardisation.logVolume)
    var (nextSave, failure) = (ContinuousClock.now + .seconds(30), FlowFileError?.none)
    let (trained, end) = FlowTrainer(training, seed: seed).train(
      flow, on: data.training, heldOut: data.heldOut, from: state,
      unless: { stop.isRequested || failure != nil },
      progress: { state in
        if !quiet { lines.update(state) }
        guard ContinuousClock.now > nextSave else { return }
        nextSave = .now + .seconds(30)
        do throws(FlowFileError) { try checkpoint.write(state) } catch { failure = error }
      })
    lines.finish()
    if let failure { throw failure }
    if stop.isRequested, end.step < steps {
      try checkpoint.write(end)
      print("stopped     after \(end.step) of \(steps) steps; --resume goes on")
      throw ExitCode(stop.exitStatus.rawValue)
    }
    for note in end.notes { print("note        \(note)") }
    try save(trained, end, data, samples)
    checkpoint.remove()
  }

  private func save(
    _ flow: NeuralHamiltonianFlow, _ end: FlowTrainingState, _ data: FlowTrainingData,
    _ samples: FlowSamples
  ) throws {
    let scores = end.records.filter(\.score.isFinite)
    guard let best = scores.max(by: { $0.score < $1.score }), let last = scores.last else {
      throw FlowFileError(path: samples.path, .nothingLearned)
    }
    let volume = data.standardisation.logVolume
    let bound = String(format: "%.4f", volume - best.score)
    let saved: SavedFlow
    do {
      saved = try SavedFlow(
        flow, columns: samples.columns, standardisation: data.standardisation,
        notes: [
          "program": "sn-infer \(SNInfer.version)", "samples": samples.path,
          "rows": "\(samples.count - data.heldOutCount)", "steps": "\(end.step)",
          "seed": "\(seed)", "momenta": "\(momenta)",
          "held-out \(lossName)": bound,
        ])
      try FlowFile.write(try saved.json(), to: output)
    } catch let error as SavedFlowError {
      throw FlowFileError(path: output, .content(error))
    }
    print(
      """
      \(boundName.padding(toLength: 11, withPad: " ", startingAt: 0)) \(bound) nats at the held-out rows, after \(best.step) steps
      output      \(output)
      """)
    if let cool, let scales = flow.initialMomentumScales {
      print("cooled      p₀ \(FlowWords.initialMomenta(of: flow))")
      if scales[0] > 1.01 * cool {
        print("note        the best flow was from before momenta were cold: train for more --steps")
      }
    }
    // The loss of the last steps is at rows that were learned.
    if best.step < end.step / 2, last.score < best.score - 0.05 {
      print(
        "note        the held-out rows were fitted best early: fewer steps or --hidden would do")
    }
  }
}
