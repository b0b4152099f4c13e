import Foundation

/// Runs workers as processes of their own, and counts what they do and what kills them.
struct Supervisor {
  /// What makes an input a failure.
  static let (mostSeconds, mostBytes) = (5.0, 500 << 20)
  /// The share of inputs that should be accepted, so that what lies behind the readers is tested.
  static let leastAccepted = 0.2
  /// After so many seconds without a finished input a worker hangs.
  private static let patience = 60.0
  /// A reader that fails so often is not tried further.
  private static let mostFailures = 20

  let readers: [Reader]
  /// The number of inputs of each reader.
  let count: Int
  /// When to stop, if before.
  let deadline: Date
  /// Where inputs that fail are kept.
  let failures: String
  /// By what factor the limits on time and memory are higher, as for a sanitizer.
  let tolerance: Double

  /// What is known of a reader.
  struct Tally {
    var finished = 0, accepted = 0, slowest = 0, slowestNumber = -1, largest = 0, failures = 0
  }

  private struct Running {
    let process: Process, reader: Int, numbers: Range<Int>, record: String
    var last = -1
    var since = Date.now
    var wasKilled = false
  }

  /// Runs everything.
  ///
  /// - Returns: a tally for each reader.
  func run() throws -> [Tally] {
    var tallies = readers.map { _ in Tally() }
    // Readers take turns.
    let size = 1000
    var queue = stride(from: 0, to: count, by: size).flatMap { start in
      readers.indices.map { ($0, start..<min(start + size, count)) }
    }[...]
    var running: [Running] = []
    var number = 0
    while !(queue.isEmpty && running.isEmpty) {
      if Date.now > deadline {
        queue = []
        for worker in running { worker.process.terminate() }
      }
      while running.count < ProcessInfo.processInfo.activeProcessorCount,
        let next = queue.popFirst()
      {
        if tallies[next.0].failures >= Self.mostFailures { continue }
        number += 1
        running.append(try start(next.0, next.1, number))
      }
      Thread.sleep(forTimeInterval: 0.02)
      for index in running.indices.reversed() {
        watch(&running[index])
        guard !running[index].process.isRunning else { continue }
        let ended = running.remove(at: index)
        if let rest = account(for: ended, &tallies[ended.reader]) { queue = [rest] + queue }
      }
    }
    return tallies
  }

  private func start(_ reader: Int, _ numbers: Range<Int>, _ number: Int) throws -> Running {
    let folder =
      FileManager.default.fileExists(atPath: "/dev/shm")
      ? "/dev/shm" : NSTemporaryDirectory()
    let record = "\(folder)/sn-infer-fuzz-\(getpid())-\(number)"
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = [
      "--reader", readers[reader].name, "--first", "\(numbers.lowerBound)", "--count",
      "\(numbers.count)", "--record", record,
    ]
    let log = FileHandle(
      fileDescriptor: open("\(record).log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644),
      closeOnDealloc: true)
    process.standardOutput = log
    process.standardError = log
    process.standardInput = FileHandle.nullDevice
    process.environment = ProcessInfo.processInfo.environment.merging([
      "ASAN_OPTIONS": "detect_leaks=0:quarantine_size_mb=16:allocator_may_return_null=1",
      "SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "1",
    ]) { $1 }
    try process.run()
    return Running(process: process, reader: reader, numbers: numbers, record: record)
  }

  private func watch(_ worker: inout Running) {
    let current = Progress(reading: worker.record).current
    if current != worker.last { (worker.last, worker.since) = (current, .now) }
    if Date.now.timeIntervalSince(worker.since) > Self.patience, !worker.wasKilled {
      kill(worker.process.processIdentifier, SIGKILL)
      worker.wasKilled = true
    }
  }

  /// Counts what a worker has done.
  ///
  /// - Returns: what it has left, where an input killed it.
  private func account(for worker: Running, _ tally: inout Tally) -> (Int, Range<Int>)? {
    defer {
      for ending in ["", ".log", ".folder"] {
        try? FileManager.default.removeItem(atPath: worker.record + ending)
      }
    }
    let progress = Progress(reading: worker.record)
    tally.finished += progress.finishedCount
    tally.accepted += progress.acceptedCount
    if progress.slowest > tally.slowest {
      (tally.slowest, tally.slowestNumber) = (progress.slowest, progress.slowestNumber)
    }
    tally.largest = max(tally.largest, progress.largest)
    if Double(progress.slowest) / 1e6 > Self.mostSeconds * tolerance {
      let seconds = progress.slowest / 1_000_000
      keep(worker, progress.slowestNumber, "\(seconds) s of processor time", &tally)
    }
    if Double(progress.largest) > Double(Self.mostBytes) * tolerance {
      keep(worker, progress.largestNumber, "\(progress.largest >> 20) MB of memory", &tally)
    }
    let process = worker.process
    guard process.terminationReason == .uncaughtSignal || process.terminationStatus != 0,
      Date.now < deadline
    else { return nil }
    let reason =
      worker.wasKilled
      ? "no end within \(Int(Self.patience)) s"
      : "ended by \(process.terminationReason == .uncaughtSignal ? "signal" : "status")"
        + " \(process.terminationStatus)"
    keep(worker, progress.current, reason, &tally)
    let rest = max(progress.current, worker.numbers.lowerBound) + 1..<worker.numbers.upperBound
    return rest.isEmpty ? nil : (worker.reader, rest)
  }

  /// Keeps an input that failed, with what the worker said.
  private func keep(_ worker: Running, _ number: Int, _ reason: String, _ tally: inout Tally) {
    let reader = readers[worker.reader]
    let folder = "\(failures)/\(reader.name)-\(number)"
    print("\(reader.name) \(number): \(reason); see \(folder)")
    // A long run may be read while it goes on.
    fflush(nil)
    tally.failures += 1
    try? Trial(reader: reader, number: number).save(to: folder)
    try? FileManager.default.copyItem(
      atPath: "\(worker.record).log", toPath: "\(folder)/worker.log")
  }
}
