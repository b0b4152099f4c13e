import Foundation
import TestSupport

/// The built program, run as a user runs it; `fit` without its report and its flow, which would take
/// most of the time of these tests, unless a test asks for them.
struct Tool {
  struct Result {
    let status: Int32
    let output: String
    let error: String
  }

  /// Beside the test bundle, where the package manager puts all products of one build.
  static let executable = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("sn-infer")

  /// Runs the program in a folder and waits for it.
  static func run(
    _ arguments: [String], in folder: String, report: Bool = false, flow: Bool = false
  ) throws -> Result {
    let (process, output, error) = try start(arguments, in: folder, report: report, flow: flow)
    return result(of: process, output, error)
  }

  /// Waits for a process and gathers what it has printed.
  private static func result(of process: Process, _ output: Pipe, _ error: Pipe) -> Result {
    // Nothing here prints more than a pipe holds, so reading one after the other does not block.
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      error: String(decoding: errorText, as: UTF8.self))
  }

  /// Runs the program and sends it a signal after a time; returns its exit code, or the signal that
  /// ended it.
  static func run(
    _ arguments: [String], in folder: String, signal number: Int32, after seconds: Double
  ) throws -> Int32 {
    let (process, _, _) = try start(arguments, in: folder)
    usleep(UInt32(seconds * 1e6))
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Runs the program as `tool` in a line of the shell, with streams as the line has them.
  static func shell(
    _ line: String, in folder: String, environment: [String: String] = [:]
  ) throws -> Result {
    let (process, output, error) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "tool() { \"$0\" \"$@\"; }\n" + line, executable.path]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = output
    process.standardError = error
    try process.run()
    return result(of: process, output, error)
  }

  /// How a process ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// Runs the program, waits until it is ready, and sends it a signal after a time; tells an exit
  /// from a death.
  static func ended(
    _ arguments: [String], in folder: String, by number: Int32, after seconds: Double,
    sending: () -> Void = {}, ready: () -> Bool
  ) throws -> End {
    let (process, _, _) = try start(arguments, in: folder)
    while process.isRunning, !ready() { usleep(2000) }
    usleep(UInt32(seconds * 1e6))
    sending()
    kill(process.processIdentifier, number)
    process.waitUntilExit()
    let status = process.terminationStatus
    return process.terminationReason == .exit ? .exit(status) : .signal(status)
  }

  private static func start(
    _ arguments: [String], in folder: String, report: Bool = false, flow: Bool = false
  ) throws -> (Process, output: Pipe, error: Pipe) {
    let (process, output, error) = (Process(), Pipe(), Pipe())
    process.executableURL = executable
    process.arguments = arguments
    if arguments.first == "fit" {
      if !report { process.arguments?.append("--no-report") }
      if !flow, !arguments.contains("--sampler") { process.arguments? += ["--sampler", "hmc"] }
    }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = output
    process.standardError = error
    try process.run()
    return (process, output, error)
  }
}
