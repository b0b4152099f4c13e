import ArgumentParser
import Foundation

/// Gives damaged files to all readers, in processes of their own.
@main struct Fuzz: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Give randomly damaged files to all readers.",
    discussion: """
      Ends with 1 if an input kills the process, takes more than 5 s or 500 MB, or if fewer than a fifth of all are \
      accepted. Such inputs are kept in a folder, and Fuzz --reader NAME --input NUMBER tries one again.
      """)

  @Option(help: "The number of inputs of all readers together.") var inputs = 1_000_000
  @Option(help: "The time after which no more are tried, in seconds.") var seconds = 86_400.0
  @Option(help: "The only reader to try.") var reader: String?
  @Option(help: "The number of a single input to try in this process.") var input: Int?
  @Option(help: "The folder for inputs that fail.") var failures = "Fuzz/failures"
  @Option(help: "By what factor the limits on time and memory are higher, as for a sanitizer.")
  var tolerance = 1.0
  @Option(help: .hidden) var first = 0
  @Option(help: .hidden) var count = 0
  @Option(help: .hidden) var record: String?

  func run() async throws {
    let all = try await Reader.all()
    let readers = all.filter { reader == nil || $0.name == reader }
    guard !readers.isEmpty else {
      throw ValidationError("the readers are \(all.map(\.name).joined(separator: ", "))")
    }
    if let input {
      let trial = Trial(reader: readers[0], number: input)
      try trial.save(to: "\(failures)/\(readers[0].name)-\(input)")
      let folder = FileManager.default.temporaryDirectory.appending(path: "sn-infer-fuzz").path
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      chdir(folder)
      print(await trial.run() ? "accepted" : "refused")
    } else if let record {
      try await Worker(reader: readers[0], numbers: first..<first + count, record: record).run()
    } else {
      try supervise(readers)
    }
  }

  private func supervise(_ readers: [Reader]) throws {
    let supervisor = Supervisor(
      readers: readers, count: (inputs + readers.count - 1) / readers.count,
      deadline: .now + seconds, failures: failures, tolerance: tolerance)
    let start = Date.now
    let tallies = try supervisor.run()
    func line(_ name: String, _ tally: Supervisor.Tally) {
      let share = 100 * Double(tally.accepted) / Double(max(1, tally.finished))
      print(
        name.padding(toLength: 18, withPad: " ", startingAt: 0)
          + String(
            format: "%9d %9.1f %% %9.2f s %9d %7d MB %9d", tally.finished, share,
            Double(tally.slowest) / 1e6, tally.slowestNumber, tally.largest >> 20, tally.failures))
    }
    print("reader               inputs    accepted     slowest  (number)    largest  failures")
    var total = Supervisor.Tally()
    for (reader, tally) in zip(readers, tallies) {
      line(reader.name, tally)
      total.finished += tally.finished
      total.accepted += tally.accepted
      total.slowest = max(total.slowest, tally.slowest)
      total.largest = max(total.largest, tally.largest)
      total.failures += tally.failures
    }
    line("all", total)
    print(String(format: "%.0f s", Date.now.timeIntervalSince(start)))
    if total.failures > 0 { throw ExitCode(1) }
    if Double(total.accepted) < Supervisor.leastAccepted * Double(total.finished) {
      print(
        "fewer than a fifth of the inputs were accepted: what lies behind the readers is not tested"
      )
      throw ExitCode(1)
    }
  }
}
