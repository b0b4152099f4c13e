import ArgumentParser
import Reports

/// `sn-infer flow inspect`: what is in a saved flow.
struct FlowInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the architecture of a saved flow, its learned masses and its energies.",
    discussion: """
      Energies are told at 2000 draws of the flow, less the smallest; the correlation of V with −log density says whether \
      the potential is where the flow keeps what it knows.
      """)

  @Argument(help: "A flow that 'flow train' has saved.")
  var model: String

  func run() async throws { print(try await FlowDescription(FlowFile.read(model))) }
}
