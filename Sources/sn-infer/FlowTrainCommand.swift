import ArgumentParser
import Foundation
import Inference
import Reports
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

  @OptionGroup(title: "The training") var learning: FlowTrainingOptions

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
    guard learning.cool == nil || shape.kinetic != .mlp || shape.residual else {
      throw ValidationError(
        "--cool with --kinetic mlp needs --residual: while momenta cool, a network alone would be no kinetic energy yet."
      )
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

  func run() async throws {
    StopRequest.listen(after: maxTime)
    try FlowFile.check(output, replacing: force)
    let samples = try FlowSamples(
      samples, columns: columnNames, burnIn: burnIn, seed: Seed(seed))
    let rows = samples.rows
    let data: FlowTrainingData
    do throws(FlowDataError) {
      data = try FlowTrainingData(
        rows, heldOut: heldOut, standardised: !noStandardise, seed: Seed(seed))
    } catch {
      throw FlowFileError(path: samples.path, .data(error))
    }
    let flow = shape.architecture.makeFlow(dimension: rows.columns.count, seed: Seed(seed))
    let checkpoint = FlowCheckpoint(
      path: "\(output).checkpoint",
      settings: .init(
        architecture: shape.architecture, training: learning.training, seed: seed,
        fingerprint: data.fingerprint))
    let state = resume ? try checkpoint.read(for: flow) : nil
    print(
      """
      samples     \(samples.path): \(rows.count) rows of \(rows.columns.joined(separator: ", "))
      held out    \(data.heldOutCount) rows
      flow        \(FlowWords.summary(of: flow))
      """)
    if resume, state == nil {
      print("note        there is no \(checkpoint.path) to go on from: training begins anew")
    }
    let (trained, end) = try train(flow, data, checkpoint, from: state)
    for note in end.notes { print("note        \(note)") }
    try FlowTrainResult(
      flow: trained, state: end, data: data, samples: samples, learning: learning, seed: seed
    ).save(to: output)
    checkpoint.remove()
  }

  private func train(
    _ flow: NeuralHamiltonianFlow, _ data: FlowTrainingData, _ checkpoint: FlowCheckpoint,
    from state: FlowTrainingState?
  ) throws -> (NeuralHamiltonianFlow, FlowTrainingState) {
    let stop = StopRequest()
    let (steps, volume) = (learning.steps, data.standardisation.logVolume)
    let progress = Progress(isQuiet: quiet) { [name = learning.boundName] training in
      String(
        format: "training    %3d %%  step %d of %d  %@ %.4f held out, %.4f learned",
        100 * training.step / training.stepCount, training.step, training.stepCount, name,
        volume - training.score, volume + training.loss)
    }
    var (nextSave, failure) = (ContinuousClock.now + .seconds(30), FlowFileError?.none)
    let (trained, end) = FlowTrainer(learning.training, seed: Seed(seed)).train(
      flow, on: data.training, heldOut: data.heldOut, from: state,
      unless: { stop.isRequested || failure != nil },
      progress: { state in
        if let event = state.progress(of: steps) { progress.update(event) }
        guard ContinuousClock.now > nextSave else { return }
        nextSave = .now + .seconds(30)
        do throws(FlowFileError) { try checkpoint.write(state) } catch { failure = error }
      })
    progress.finish()
    if let failure { throw failure }
    if stop.isRequested, end.step < steps {
      try checkpoint.write(end)
      print("stopped     after \(end.step) of \(steps) steps; --resume goes on")
      throw ExitCode(stop.exitStatus.rawValue)
    }
    return (trained, end)
  }
}
