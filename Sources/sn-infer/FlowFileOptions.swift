import ArgumentParser
import Inference

/// The options of all commands that write a flow or its draws.
struct FlowFileOptions: ParsableArguments {
  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Flag(name: [.short, .long], help: "Replace the output if it exists.")
  var force = false

  /// A context with these random numbers.
  var context: RunContext { RunContext(seed: Seed(seed)) }
}
