import ArgumentParser
import Reports
import Samplers

/// `sn-infer flow inspect`: shows a saved flow.
struct FlowInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the architecture of a saved flow, its energies, components and symmetry.",
    discussion: """
      Energies are given at 2000 draws of the flow, relative to the smallest; the correlation of V with −log density shows whether \
      the potential itself encodes the density. Components are the principal directions of the flow's local covariance \
      J Σ₀ Jᵀ at 200 draws, from the largest scale, with how much scale and direction vary from draw to draw, and the \
      scales by the curvatures of the density and of V; the effective dimension counts those that are longer than a tenth of the longest. Of a flow with a symmetry is told whether base and \
      Hamiltonians commute with it, and whether its density therefore is invariant.
      """)

  @Argument(help: "A flow saved by 'flow train'.")
  var model: String

  @Option(
    help: ArgumentHelp(
      "A symmetry to check for, as of 'flow train'. (default: the one that it was trained with)",
      valueName: "group"))
  var symmetry: String?

  func run() async throws {
    let saved = try FlowFile.read(model)
    let text = symmetry ?? saved.notes[FlowTrainingRun.symmetryNote]
    try require(
      text == nil || saved.givenColumns.isEmpty,
      "\(model): a density that is given columns has no --symmetry.")
    let group = try text.map { try Symmetry(text: $0, columns: saved.columns) }
    print(try await FlowDescription(saved, symmetry: group))
  }
}
