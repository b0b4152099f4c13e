import Analyses
import Foundation
import Logging
import Reports
import Studies

/// A fit that several ranks of a launcher are started for, which one of them runs.
extension AnalysisRun {
  /// What the user should know of the ranks; nil for a process alone.
  static var noteOfRanks: String? {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return Ranks.place.count > 1
      ? "\(Ranks.place.count) processes were started, of which one runs this fit, on \(cores == 1 ? "one core" : "\(cores) cores"), and the others leave; --each shares several fits among them"
      : nil
  }

  /// The folder of the run; nil where another rank runs it or has run it.
  func openFolder() async throws -> OutputFolder? {
    let path = problem.analysis.output ?? ""
    let record = RunRecord(problem, version: SNInfer.version)
    let policy: OutputFolder.Policy =
      options.force ? .replacing : (options.resume ? .resuming : .fresh)
    var patience = 50
    while true {
      do throws(OutputError) {
        return try OutputFolder(path, policy, record, of: problem.posterior)
      } catch {
        guard Ranks.place.count > 1 else { throw error }
        let earlier = try? RunRecord(reading: "\(path)/\(RunRecord.fileName)")
        let isSame = earlier.map {
          record.differences(from: $0).isEmpty && $0.differences(from: record).isEmpty
        }
        switch error {
        case .inUse, .lockedByFile:
          if isSame == true { return nil }
          // The other rank may not have said yet what it runs.
          patience -= 1
          if patience == 0 { throw error }
          try await Task.sleep(for: .milliseconds(100))
        case .exists:
          guard isSame == true, FileManager.default.fileExists(atPath: "\(path)/summary.json")
          else { throw error }
          if Ranks.place.rank == 0, !options.quiet {
            Logger(label: "sn-infer").notice("\(path) has this run already; --force repeats it")
          }
          return nil
        default: throw error
        }
      }
    }
  }
}
