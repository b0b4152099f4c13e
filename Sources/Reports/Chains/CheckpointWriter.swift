import Dispatch
import Foundation
import Inference
import Synchronization

/// Writes checkpoints on a thread of its own, so that sampling never waits
/// for a disk.
///
/// What is handed over accumulates until the next checkpoint: a second after the last one, or nineteen
/// times as long as that one took, so that a slow disk costs checkpoints and not time. A checkpoint
/// appends to the files that grow, then replaces the state with their valid lengths, and only
/// that is synced. A process that dies leaves the last checkpoint whole. After a power cut files
/// that grew may be shorter than the state says; readers must check.
final class CheckpointWriter: Sendable {
  private let core: Core

  /// A writer to a folder.
  init(folder: String) {
    let core = Core(folder: folder)
    self.core = core
    Thread.detachNewThread { core.run() }
  }

  deinit { core.close() }

  /// Changes to the files of a folder, by their names.
  struct Batch: Sendable {
    /// Files that are removed first, if they are there.
    var removals: [String] = []
    /// Files that are cut to a length before they grow.
    var cuts: [(name: String, length: Int)] = []
    /// Bytes that files grow by.
    var additions: [String: Data] = [:]
    /// Files that are written whole, last, and encoded only then.
    var replacements: [String: @Sendable () throws -> Data] = [:]

    var isEmpty: Bool {
      removals.isEmpty && cuts.isEmpty && additions.isEmpty && replacements.isEmpty
    }

    fileprivate mutating func add(_ other: Batch) {
      removals += other.removals
      cuts += other.cuts
      additions.merge(other.additions) { $0 + $1 }
      replacements.merge(other.replacements) { $1 }
    }
  }

  /// Takes over a batch, which is merged with those that wait.
  ///
  /// - Throws: `StorageError` if an earlier one could not be written; nothing is written any more
  ///   then.
  func hand(over batch: Batch) throws(StorageError) { try core.hand(over: batch) }

  /// Waits until all that was handed over is on its way to the disk, and the state has reached it.
  func flush() async throws(StorageError) { try await core.flush() }
}

/// What a writer shares with its thread, which outlives it by a checkpoint at most.
private final class Core: Sendable {
  private struct State {
    var waiting = CheckpointWriter.Batch()
    var waitingBytes = 0
    var due = ContinuousClock.now + .milliseconds(250)
    /// The time spent writing since the last checkpoint.
    var spent = Duration.zero
    var flushes: [CheckedContinuation<StorageError?, Never>] = []
    var failure: StorageError?
    var isClosed = false
  }

  private let folder: String
  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)

  /// The minimum time between two checkpoints, absolute and as a multiple of the time that one takes.
  private static let (pause, patience) = (Duration.seconds(1), 19)
  /// The amount of waiting data above which growing files are written before their checkpoint.
  private static let largestWait = 4 << 20

  init(folder: String) { self.folder = folder }

  func hand(over batch: CheckpointWriter.Batch) throws(StorageError) {
    let failure = state.withLock { state in
      if state.failure == nil {
        state.waiting.add(batch)
        state.waitingBytes += batch.additions.values.reduce(0) { $0 + $1.count }
      }
      return state.failure
    }
    if let failure { throw failure }
    bell.signal()
  }

  func flush() async throws(StorageError) {
    let failure = await withCheckedContinuation { continuation in
      state.withLock { $0.flushes.append(continuation) }
      bell.signal()
    }
    if let failure { throw failure }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    bell.signal()
  }

  // MARK: The thread

  private enum Step {
    case sleep(until: ContinuousClock.Instant?)
    case write(
      CheckpointWriter.Batch, isCheckpoint: Bool,
      thenAnswer: [CheckedContinuation<StorageError?, Never>])
    case end
  }

  func run() {
    while true {
      switch next() {
      case .sleep(nil): bell.wait()
      case .sleep(let time?):
        let seconds = (time - .now) / .seconds(1)
        _ = bell.wait(timeout: .now() + .milliseconds(max(1, Int(seconds * 1000))))
      case .write(let batch, let isCheckpoint, let flushes):
        write(batch, isCheckpoint: isCheckpoint, thenAnswer: flushes)
      case .end: return
      }
    }
  }

  private func next() -> Step {
    state.withLock { state in
      let isUrgent = !state.flushes.isEmpty || state.isClosed
      if !isUrgent, state.waiting.isEmpty { return .sleep(until: nil) }
      if state.waiting.isEmpty, state.flushes.isEmpty { return .end }
      let isDue = isUrgent || ContinuousClock.now >= state.due
      guard isDue || state.waitingBytes > Self.largestWait else { return .sleep(until: state.due) }
      var batch = state.waiting
      state.waiting = CheckpointWriter.Batch()
      state.waitingBytes = 0
      if !isDue {
        // The checkpoint waits for its time; until then it covers less than there is.
        state.waiting.replacements = batch.replacements
        batch.replacements = [:]
      }
      defer { state.flushes = [] }
      return .write(batch, isCheckpoint: isDue, thenAnswer: state.flushes)
    }
  }

  private func write(
    _ batch: CheckpointWriter.Batch, isCheckpoint: Bool,
    thenAnswer flushes: [CheckedContinuation<StorageError?, Never>]
  ) {
    let begin = ContinuousClock.now
    var failure = state.withLock { $0.failure }
    if failure == nil {
      do throws(StorageError) { try perform(batch) } catch { failure = error }
    }
    let end = ContinuousClock.now
    state.withLock { state in
      state.failure = failure
      state.spent += end - begin
      if isCheckpoint {
        state.due = end + max(Self.pause, state.spent * Self.patience)
        state.spent = .zero
      }
    }
    for flush in flushes { flush.resume(returning: failure) }
  }

  private func perform(_ batch: CheckpointWriter.Batch) throws(StorageError) {
    for name in batch.removals { try DurableFile.remove("\(folder)/\(name)") }
    for (name, length) in batch.cuts { try DurableFile.truncate("\(folder)/\(name)", to: length) }
    for (name, data) in batch.additions { try DurableFile.append(data, to: "\(folder)/\(name)") }
    for (name, content) in batch.replacements {
      let path = "\(folder)/\(name)"
      guard let data = try? content() else {
        throw StorageError(path: path, reason: "a number in it is not finite")
      }
      try DurableFile.write(data, to: path, synced: true)
    }
  }
}
