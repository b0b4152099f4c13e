import ArgumentParser
import Reports

/// `sn-infer flow inspect`: shows a saved flow.
struct FlowInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the architecture of a saved flow, its learned masses and its energies.",
    discussion: """
      Energies are given at 2000 draws of the flow, relative to the smallest; the correlation of V with −log density shows whether \
      the potential itself encodes the density.
      """)

  @Argument(help: "A flow saved by 'flow train'.")
  var model: String

  func run() async throws { print(try await FlowDescription(FlowFile.read(model))) }
}
