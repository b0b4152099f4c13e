import Analyses
import ArgumentParser
import Logging
import Reports
import Studies

/// `sn-infer merge`: the result of a study that several processes have shared.
struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Put together what several processes have computed of a study.",
    discussion: """
      Writes units.csv with the numbers of all units that are there, at any time, and names those that are missing; then it \
      ends with 75. Once all are there it prints and writes the result, as the command that began the study does. Data are read \
      where they were then, relative to the folder that the command began in.
      """)

  @Argument(help: ArgumentHelp("The folder of the study.", valueName: "dir"))
  var folder: String

  func run() async throws {
    let study = try StudyFolder(folder)
    let (table, damagedLines, contradictions) = study.table()
    let logger = Logger(label: "sn-infer")
    if damagedLines > 0 {
      logger.warning("\(damagedLines) damaged lines of part files are left out")
    }
    if contradictions > 0 {
      logger.warning(
        "\(contradictions) units have different results in different parts: machines or builds differ"
      )
    }
    try study.write(table)
    let missing = table.missing
    guard missing.isEmpty else {
      print(
        "\(table.outcomes.count - missing.count) of \(table.outcomes.count) units; missing: \(UnitTable.words(missing))"
      )
      throw ExitCode(ExitStatus.stopped.rawValue)
    }
    guard var command = try SNInfer.parseAsRoot(study.manifest.arguments) as? any StudyCommand
    else { throw StudyError.damaged(path: folder) }
    command.merge(folder)
    try await command.run()
  }
}
