public import ArgumentParser
import Foundation
import Logging
public import Reports

/// `sn-infer report`: a run, or several of them, as a page, figures and a table.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Write the report of a run, or one of several: a page of HTML, figures, a table for LaTeX.",
    discussion: """
      Reads the folder of a run, finished or not, and writes report.html there, which needs no other file and \
      no network, and report/ with table.tex and figures/: each figure as .svg and .pdf, with the script (.gp) and \
      the numbers (.dat) that gnuplot draws it from. fit does the same when it ends. Without gnuplot everything but \
      the drawings is written. Warns if the catalog or another file that fit has read is there but has changed since.

      Of several runs, two to six, one page shows all: a corner plot with 68 % and 95 % contours and what is to be quoted \
      above its diagonal, the w0–wa plane, baryon acoustic oscillations and expansion rates of joint fits, and a table of \
      means, limits, ln Z, χ² and verdicts. Of a run the draws are shown that its verdict quotes. Chains of other programs \
      are named as in compare, and their parameters get the names of this program's runs or of chains before them.
      """)

  @Argument(
    help: ArgumentHelp(
      "The folder of the run, such as chains/jla_binned; of several runs their folders, or other chains by their root, a file or their folder, each perhaps behind NAME=, which figures call it.",
      valueName: "run"))
  var runs: [String]

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The folder for the report of several runs. (default: chains/ and their names)",
      valueName: "dir"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The parameters to show of several runs, sampled or derived. (default: at most eight that two runs share and one has sampled, without nuisances)",
      valueName: "names"))
  var parameters: String?

  @Option(
    help: ArgumentHelp(
      "A value to mark in the figures, such as omega_m=0.3 of a mock, or w0=-1,wa=0; repeatable.",
      valueName: "name=value"))
  var truth: [String] = []

  @Option(help: "What the figures are made for: page, paper (of a journal) or talk.")
  var size = FigureFormat.page

  @OptionGroup var chains: ChainOptions

  func run() async throws {
    let (logger, marks) = (Logger(label: "sn-infer"), try MarkedValues(truth).values)
    guard runs.count > 1 else {
      let given = [
        "--output": output != nil, "--parameters": parameters != nil,
        "--burn-in": chains.burnIn != 0, "--rename": !chains.rename.isEmpty,
      ]
      if let option = given.filter(\.value).keys.sorted().first {
        throw OverlayError.forSeveral(option: option)
      }
      let report = RunReport(folder: runs[0], truths: marks, format: size)
      for note in try await report.write() { logger.warning("\(note)") }
      return show(runs[0])
    }
    let overlay = try RunOverlay(
      runs, parameters: parameters?.split(separator: ",").map(String.init),
      burnIn: chains.burnIn, renames: chains.renames, marks: marks)
    for note in overlay.notes { logger.notice("\(note)") }
    let folder = output ?? overlay.usualFolder
    let report = overlay.report(format: size)
    for note in try await overlay.write(report, to: folder) { logger.warning("\(note)") }
    show(folder)
  }

  private func show(_ folder: String) {
    print("report      \(folder)/report.html; figures in \(folder)/report/figures/")
  }
}

extension FigureFormat: ExpressibleByArgument {}
