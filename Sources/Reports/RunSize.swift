import Analyses
import Files
import Foundation

/// What a run needs at least of disk and memory, so that a request beyond both is refused before it
/// begins and not after a day.
struct RunSize {
  /// The bytes of all files, and of draws that do not stay in memory.
  private(set) var disk = 0.0
  /// The bytes in memory.
  private(set) var memory = 0.0

  /// The needs of the chains of a run.
  init(_ record: RunRecord) {
    let columns = Double(max(2, record.analysis.params.count))
    // A row has log density, weight, and seven statistics; a number in text about 16 characters.
    let row = 8 * (9 + columns)
    let text = 16 * (14 + 2 * columns)
    for (count, draws) in record.chains {
      let (count, draws) = (Double(count), Double(draws))
      disk += count * draws * (text + 2 * row)
      // Eight blocks of a chain stay in memory; diagnostics take a column of all, and sort it.
      memory += count * min(draws, 8 * 4096) * row + 3 * 8 * count * draws
    }
  }

  /// Compares with what there is.
  ///
  /// - Parameters:
  ///   - folder: the folder of the run.
  ///   - present: the names of its files that are there already, and count as room.
  /// - Throws: `OutputError.noRoom`.
  func check(folder: String, present: [String]) throws(OutputError) {
    guard memory <= Self.largestMemory else {
      throw .noRoom(of: "memory", needed: memory, available: Self.largestMemory)
    }
    let used = present.reduce(0) { $0 + Double(DurableFile.length("\(folder)/\($1)")) }
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return }
    let free = used + Double(status.f_bavail) * Double(status.f_frsize)
    guard disk <= free else {
      throw .noRoom(of: "disk space in \(folder)", needed: disk, available: free)
    }
  }

  /// The memory of the machine, or as much of it as a limit (`ulimit -v`) allows this process.
  private static var largestMemory: Double {
    let physical = Double(ProcessInfo.processInfo.physicalMemory)
    var limit = rlimit()
    #if os(Linux)
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return physical }
    #else
      guard getrlimit(RLIMIT_AS, &limit) == 0 else { return physical }
    #endif
    return min(physical, Double(limit.rlim_cur))
  }
}
