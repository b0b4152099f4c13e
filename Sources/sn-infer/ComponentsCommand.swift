import Analyses
import ArgumentParser
import Foundation
import Inference
import Logging
import Reports

/// `sn-infer components`: which combinations of parameters a run has measured.
struct ComponentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "components",
    abstract: "Tell which combinations of parameters a run has measured, and by which probe.",
    discussion: """
      Prints the components of the posterior, the best measured first: products of powers of parameters that vary \
      independently, with relative errors; parameters that change sign enter in units of their prior's width. Then how many \
      dimensions the data and not the prior decide, where w(z) is measured best, and by the run's flow whether the \
      posterior is bent: whether its widest direction turns by more than 10 degrees. Zero points and coefficients of light \
      curves are left out unless --parameters names them.

      Of a joint fit each probe is fitted alone as well, and its share of the information on each component is printed. \
      With --output the result is written to a folder, with a figure of the shares; in the run's own folder its report shows \
      it, too. Chains of other programs are read as by diagnose.
      """)

  @Argument(
    help: ArgumentHelp(
      "The folder of a run, such as chains/jla_binned, or chains of any program by their root, a file or their folder.",
      valueName: "run"))
  var run: String

  @Option(
    help: ArgumentHelp(
      "The parameters, columns of the chains, such as omega_m,h. (default: all sampled ones of interest)",
      valueName: "names"))
  var parameters: String?

  @Flag(inversion: .prefixedNo, help: "Fit each probe of a joint fit alone.")
  var probes = true

  @OptionGroup var chains: ChainOptions

  @OptionGroup(title: "Output") var table: TableOptions

  func run() async throws {
    try table.check(ComponentsText.self)
    let progress = table.progress
    let context = RunContext(seed: Seed(table.seed), events: { progress.update($0) })
    var components = try await RunComponents(
      run, parameters: parameters?.split(separator: ",").map(String.init), burnIn: chains.burnIn,
      renames: chains.renames, in: context)
    var status = components.exitStatus
    if probes {
      defer { progress.finish() }
      let fitted = try await components.addProbes(in: context) { name in
        progress.finish()
        table.note("fitting \(name)")
      }
      if status == .success { status = fitted }
    }
    if let output = table.output {
      for note in try await components.writeFigure(to: output) { table.note(note) }
    }
    try table.finish(ComponentsText(components.result), status)
  }
}
