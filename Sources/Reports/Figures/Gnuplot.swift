import Foundation
import Subprocess
import SystemPackage

/// Runs gnuplot.
public struct Gnuplot: Sendable {
  /// Why a figure was not drawn.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    /// There is no gnuplot.
    case absent
    /// It took longer than a minute.
    case tooSlow(figure: String)
    /// It stopped with an error, which is quoted.
    case failed(figure: String, message: String)

    /// The failure as a sentence.
    public var description: String {
      switch self {
      case .absent:
        "gnuplot was not found, so no figures are drawn; install it (Debian: apt install gnuplot-nox)"
          + " and run sn-infer report, or run gnuplot on the scripts elsewhere"
      case .tooSlow(let figure): "the figure \(figure) took gnuplot longer than a minute"
      case .failed(let figure, let message): "gnuplot could not draw \(figure): \(message)"
      }
    }
  }

  /// The name or path of the program.
  public let program: String

  /// The gnuplot of the search path, or another.
  public init(program: String = "gnuplot") {
    self.program = program
  }

  /// Runs the script of a figure, in the folder where its files are.
  ///
  /// The user's own settings are left out, so that figures look the same everywhere.
  func run(_ figure: String, in folder: String) async throws(Failure) {
    let executable =
      program.contains("/") ? Executable.path(FilePath(program)) : Executable.name(program)
    let result: (isDone: Bool, message: String)?
    do {
      result = try await withThrowingTaskGroup(of: (isDone: Bool, message: String)?.self) { group in
        group.addTask {
          let run = try await Subprocess.run(
            executable, arguments: ["-d", "\(figure).gp"], workingDirectory: FilePath(folder),
            input: .none, output: .discarded, error: .string(limit: 1 << 16))
          return (run.terminationStatus.isSuccess, run.standardError)
        }
        group.addTask {
          // In steps, so that want of a free thread stops this clock as well.
          for _ in 0..<60 { try await Task.sleep(for: .seconds(1)) }
          return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw .absent
    } catch {
      throw .failed(figure: figure, message: "\(error)")
    }
    guard let result else { throw .tooSlow(figure: figure) }
    guard result.isDone else {
      let lines = result.message.split(whereSeparator: \.isNewline).suffix(3)
      throw .failed(figure: figure, message: lines.joined(separator: " "))
    }
  }
}
