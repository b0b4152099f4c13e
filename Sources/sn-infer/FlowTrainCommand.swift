import Analyses
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
      Maximises a lower bound of the rows' log density with Adam (the ELBO, or the bound of --momenta) and keeps the parameters that do best on held-out rows. \
      Stopped by a signal or --max-time, it leaves MODEL.checkpoint, from which --resume continues as if it \
      had never stopped.
      """)

  @Argument(
    help: "A table in text or FITS, or chains of any program: their root, a file, or their folder.")
  var samples: String

  @Option(name: [.short, .long], help: "The file to save the flow in, as JSON.")
  var output = "flow.json"

  @Option(
    help: ArgumentHelp(
      "The columns to learn, such as omega_m,w. (default: all but derived ones, weights, log densities and the like)",
      valueName: "names"))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "Hard edges of a column, such as u=0,1 or v=0, (either end may be empty); beyond them there is no density. They replace those of .ranges; repeatable.",
      valueName: "name=lower,upper"))
  var range: [String] = []

  @Option(
    help: ArgumentHelp(
      "A symmetry about the origin that the density has exactly: so2, so3, … (bodies of as many columns each turn), t1, t2, … (they move together), se2, se3, … (both), c2, c3, … (bodies of two columns turn by a half, a third, …), reflection:a,b, permutation:a+b,c+d (bodies of the columns between commas), or matrix:FILE (the A of q' = A q).",
      valueName: "group"))
  var symmetry: String?

  @Flag(help: "Only penalise what --symmetry demands, for rotations.")
  var penalised = false

  @OptionGroup(title: "The flow") var shape: FlowArchitectureOptions

  @OptionGroup(title: "The training") var learning: FlowTrainingOptions

  @Option(
    help: ArgumentHelp(
      "The fraction of rows to hold out; for a Markov chain, in contiguous blocks of up to a fiftieth of it.",
      valueName: "fraction"))
  var heldOut = 0.1

  @OptionGroup var chains: ChainOptions

  @Option(help: ArgumentHelp("Stop after a time such as 90s, 45m or 3h30m.", valueName: "time"))
  var maxTime: TimeLimit?

  @Flag(help: "Use the numbers as they are, rather than scaled to mean 0 and standard deviation 1.")
  var noStandardise = false

  @Flag(help: "Continue training that was stopped.")
  var resume = false

  @OptionGroup var options: FlowFileOptions

  @Flag(help: "Show no progress.")
  var quiet = false

  func validate() throws {
    try require(
      columnNames?.contains("") != true,
      "--columns must be names separated by commas, such as omega_m,w.")
    if let names = columnNames, Set(names).count < names.count {
      throw ValidationError("--columns names a column twice.")
    }
    try require(
      learning.cool == nil || !shape.kinetic.isFreeForm || shape.residual,
      "--cool with --kinetic \(shape.kinetic.rawValue) needs --residual: while momenta cool, the untrained network alone is not a kinetic energy."
    )
    _ = try choice
    try require(!penalised || symmetry != nil, "--penalised needs --symmetry.")
    try require(
      symmetry == nil || penalised || shape.kinetic == .fixed || shape.kinetic == .network,
      "--symmetry needs --kinetic fixed or mlp.")
    try require(
      symmetry == nil || shape.base != .softUniform,
      "--symmetry needs --base normal; a soft-uniform base has corners.")
    try require(heldOut > 0 && heldOut <= 0.5, "--held-out must be above 0 and at most 0.5.")
  }

  private var choice: FlowSamples.Choice {
    get throws {
      var choice = FlowSamples.Choice()
      choice.columns = columnNames
      choice.burnIn = chains.burnIn
      choice.renames = try chains.renames
      for text in range {
        guard let (name, edges) = ColumnEdges.parse(text) else {
          throw ValidationError("'--range \(text)' is not name=lower,upper with lower < upper.")
        }
        try require(
          choice.edges.updateValue(edges, forKey: name) == nil,
          "--range names \(name) more than once.")
      }
      return choice
    }
  }

  private var columnNames: [String]? {
    columns?.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  func run() async throws {
    StopRequest.listen(after: maxTime)
    try FlowFile.check(output, replacing: options.force)
    let rows = try FlowSamples(samples, try choice, seed: Seed(options.seed))
    var architecture = shape.architecture
    architecture.symmetry = try symmetry.map {
      try Symmetry(text: $0, columns: rows.rows.columns)
    }
    architecture.isPenalised = penalised
    if penalised { try architecture.symmetry?.checkPenalty() }
    let run = try FlowTrainingRun(
      rows, heldOut: heldOut, isStandardised: !noStandardise, architecture, learning.training,
      seed: options.seed, output: output)
    let state = resume ? try run.storedState() : nil
    print(run.introduction)
    if resume, state == nil {
      print("note        there is no \(output).checkpoint to continue from: training starts over")
    }
    let stop = StopRequest()
    let progress = Progress(isQuiet: quiet, run.progressText)
    let (flow, end) = try await run.train(
      from: state,
      in: RunContext(
        seed: Seed(options.seed), stop: StopSignal { stop.isRequested },
        events: { progress.update($0) }))
    progress.finish()
    if stop.isRequested, end.step < learning.steps {
      print("stopped     after \(end.step) of \(learning.steps) steps; --resume continues")
      throw ExitCode(stop.exitStatus.rawValue)
    }
    print(
      try await run.save(flow, end, to: output, notes: ["program": "sn-infer \(SNInfer.version)"]))
  }
}
