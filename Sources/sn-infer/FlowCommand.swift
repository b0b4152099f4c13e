import ArgumentParser

/// `sn-infer flow`: learns the density of any table of numbers.
struct FlowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flow",
    abstract: "Learn the density of a table of numbers with a neural Hamiltonian flow.",
    discussion: """
      A flow is trained on the rows of a table or chain, and saved as JSON; it draws new rows and evaluates the \
      density of given ones: an emulator of a posterior, for example.
      """,
    subcommands: [
      FlowTrainCommand.self, FlowSampleCommand.self, FlowEvaluateCommand.self,
      FlowInspectCommand.self,
    ])
}
