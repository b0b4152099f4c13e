#if MPI
  import CMPI
  import Foundation
  import Synchronization

  /// The thread that starts and ends MPI, which has to be the same, and lets it make progress in between: the first process has
  /// counters that others reach while it computes.
  final class MPIThread: Sendable {
    private let lock = Mutex(())
    private let isAskedToEnd = Atomic(false)

    /// Starts MPI.
    init() async {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { [self] in
          cmpi_start()
          continuation.resume()
          while !isAskedToEnd.load(ordering: .relaxed) {
            usleep(1000)
            call(cmpi_make_progress)
          }
          call(cmpi_finish)
        }
      }
    }

    /// Calls a function of MPI, which takes one call at a time.
    func call<Value>(_ body: () -> Value) -> Value { lock.withLock { _ in body() } }

    /// Whether MPI has not been ended.
    var isRunning: Bool { call { cmpi_is_running() != 0 } }

    /// Ends MPI; all processes call it.
    func end() async {
      isAskedToEnd.store(true, ordering: .relaxed)
      while isRunning { await Self.pause() }
    }

    /// Waits a moment, and leaves the core to others.
    static func pause() async { try? await Task.sleep(for: .microseconds(200)) }
  }
#endif
