import Foundation

/// What a worker has done, in a file that outlives it: the last number begun is the input that killed it.
struct Progress {
  /// The number of the input in work.
  var current = -1
  var finishedCount = 0
  var acceptedCount = 0
  /// The largest processor time of an input in microseconds, and its number.
  var slowest = 0, slowestNumber = -1
  /// The largest resident memory during an input in bytes, and its number.
  var largest = 0, largestNumber = -1

  /// The progress in a file; none if it has not begun.
  init(reading path: String) {
    guard let data = FileManager.default.contents(atPath: path),
      data.count == MemoryLayout<Progress>.size
    else { return }
    self = data.withUnsafeBytes { $0.loadUnaligned(as: Progress.self) }
  }

  func write(to descriptor: CInt) {
    withUnsafeBytes(of: self) { _ = pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }
}
