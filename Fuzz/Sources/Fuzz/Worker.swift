import Foundation

/// Runs some inputs of a reader in this process.
struct Worker {
  let reader: Reader
  let numbers: Range<Int>
  /// Where progress is recorded.
  let record: String

  /// Runs them one after the other in an empty folder.
  func run() async throws {
    let descriptor = open(record, O_WRONLY | O_CREAT, 0o644)
    let folder = "\(record).folder"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard chdir(folder) == 0 else { throw CocoaError(.fileNoSuchFile) }
    var progress = Progress(reading: record)
    for number in numbers {
      progress.current = number
      progress.write(to: descriptor)
      Self.forgetPeak()
      let start = Self.processorTime()
      let isAccepted = await Trial(reader: reader, number: number).run()
      let time = Self.processorTime() - start
      let memory = Self.peak()
      progress.finishedCount += 1
      if isAccepted { progress.acceptedCount += 1 }
      if time > progress.slowest { (progress.slowest, progress.slowestNumber) = (time, number) }
      if memory > progress.largest { (progress.largest, progress.largestNumber) = (memory, number) }
    }
    progress.current = numbers.upperBound
    progress.write(to: descriptor)
  }

  private static func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }

  #if os(Linux)
    /// Sets the largest resident memory back to the present one.
    private static func forgetPeak() {
      let descriptor = open("/proc/self/clear_refs", O_WRONLY)
      _ = Glibc.write(descriptor, "5", 1)
      close(descriptor)
    }

    private static func peak() -> Int {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let descriptor = open("/proc/self/status", O_RDONLY)
      let count = read(descriptor, &buffer, buffer.count)
      close(descriptor)
      let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
      guard let key = text.range(of: "VmHWM:") else { return 0 }
      let digits = text[key.upperBound...].drop { !$0.isNumber }.prefix(while: \.isNumber)
      return (Int(digits) ?? 0) << 10
    }
  #else
    private static func forgetPeak() {}

    /// Of the whole process so far.
    private static func peak() -> Int {
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    }
  #endif
}
