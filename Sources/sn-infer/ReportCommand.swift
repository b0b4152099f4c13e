import ArgumentParser
import Foundation
import Logging
import Reports

/// `sn-infer report`: a run as a page, figures and a table.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a run: one page of HTML, figures, a table for LaTeX.",
    discussion: """
      Reads the folder of a run, finished or not, and writes report.html there, which needs no other file and \
      no network, and report/ with table.tex and figures/: each figure as .svg and .pdf, with the script (.gp) and \
      the numbers (.dat) that gnuplot draws it from. fit does the same when it ends. Without gnuplot everything but \
      the drawings is written. Warns if the catalog or another file that fit has read is there but has changed since.
      """)

  @Argument(help: "The folder of the run, such as chains/jla_binned.")
  var folder: String

  @Option(
    help: ArgumentHelp(
      "A value to mark in the figures, such as omega_m=0.3 of a mock; repeatable.",
      valueName: "name=value"))
  var truth: [String] = []

  func validate() throws { _ = try truths }

  private var truths: [String: Double] {
    get throws {
      var truths: [String: Double] = [:]
      for text in truth {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
          throw ValidationError("'--truth \(text)' is not name=value.")
        }
        try require(
          truths.updateValue(value, forKey: String(parts[0])) == nil,
          "--truth names \(parts[0]) more than once.")
      }
      return truths
    }
  }

  func run() async throws {
    let logger = Logger(label: "sn-infer")
    for note in try await RunReport(folder: folder, truths: try truths).write() {
      logger.warning("\(note)")
    }
    print("report      \(folder)/report.html; figures in \(folder)/report/figures/")
  }
}
