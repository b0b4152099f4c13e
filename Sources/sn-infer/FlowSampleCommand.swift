import ArgumentParser
import Foundation
import Inference
import Reports
import Samplers

/// `sn-infer flow sample`: draws rows from a saved flow.
struct FlowSampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw rows from a saved flow, as CSV.")

  @Argument(help: "A flow that 'flow train' has saved.")
  var model: String

  @Option(name: [.customShort("n"), .customLong("count")], help: "How many rows to draw.")
  var count = 1000

  @Option(name: [.short, .long], help: "The file to write; without it, standard output.")
  var output: String?

  @Option(help: "The seed of all random numbers.")
  var seed: UInt64 = 1

  @Flag(name: [.short, .long], help: "Replace the output if it exists.")
  var force = false

  /// Rows that are held in memory at a time.
  private static let atOnce = 65_536

  func validate() throws {
    guard (1...1_000_000_000).contains(count) else {
      throw ValidationError("--count must be from 1 to 1000000000.")
    }
  }

  func run() throws {
    if let output { try FlowFile.check(output, replacing: force) }
    let saved = try FlowFile.read(model)
    let map = FlowMap<Double>(saved.flow)
    let dimension = saved.columns.count
    let partial = output.map { "\($0).partial" }
    let file = try partial.map(open)
    defer { if let partial { try? FileManager.default.removeItem(atPath: partial) } }
    func write(_ text: String) throws {
      guard let file else { return StandardOutput.write(text) }
      try file.write(contentsOf: Data(text.utf8))
    }
    do {
      try write(saved.columns.map(quoted).joined(separator: ",") + "\n")
      for start in stride(from: 0, to: count, by: Self.atOnce) {
        let draws = map.sample(min(Self.atOnce, count - start), seed: Seed(seed), "rows \(start)")
        let rows = saved.standardisation.restore(draws.points.positions)
        if let index = rows.firstIndex(where: { !$0.isFinite }) {
          throw FlowFileError(path: model, .overflow(row: start + index / dimension + 1))
        }
        var text = ""
        for row in stride(from: 0, to: rows.count, by: dimension) {
          text += rows[row..<row + dimension].map { "\($0)" }.joined(separator: ",") + "\n"
        }
        try write(text)
        if file == nil, StandardOutput.isLost { break }
      }
      try file?.synchronize()
    } catch let error as FlowFileError {
      throw error
    } catch {
      throw FlowFileError(
        path: output ?? "", .cannotWrite(reason: error.localizedDescription))
    }
    if let output, let partial {
      guard rename(partial, output) == 0 else {
        throw FlowFileError(
          path: output, .cannotWrite(reason: String(cString: strerror(errno))))
      }
      print("output      \(output): \(count) rows of \(saved.columns.joined(separator: ", "))")
    }
  }

  private func open(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else {
      throw FlowFileError(path: path, .cannotWrite(reason: String(cString: strerror(errno))))
    }
    return file
  }

  /// A name as a field of CSV.
  private func quoted(_ name: String) -> String {
    name.contains { ",\" \n\r\t".contains($0) }
      ? "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\"" : name
  }
}
