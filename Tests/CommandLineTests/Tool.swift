import Foundation
import TestSupport

/// The built program, run as a user runs it.
struct Tool {
  struct Result {
    let status: Int32
    let output: String
    let error: String
  }

  /// Beside the test bundle, where the package manager puts all products of one build.
  private static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("sn-infer")

  /// Runs the program in a folder and waits for it.
  static func run(_ arguments: [String], in folder: String) throws -> Result {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let (output, error) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = error
    try process.run()
    // Nothing here prints more than a pipe holds, so reading one after the other does not block.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      error: String(decoding: errorText, as: UTF8.self))
  }
}
