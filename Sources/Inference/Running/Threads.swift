import Foundation

/// The threads that a run needs: the pool that Swift's tasks run on waits for ever, without a word,
/// where the system gives it none.
public enum Threads {
  /// Too few threads, or too little memory for them.
  public struct Shortage: Error, CustomStringConvertible {
    /// The reason of the system.
    public let reason: String

    /// The error as a sentence.
    public var description: String {
      "a run needs one thread per core and a few more, each with memory of its own, and the system refuses: \(reason);"
        + " raise the limits of processes (ulimit -u) and of address space (ulimit -v)"
    }
  }

  /// Checks that the threads of a run can be had, by starting and ending them.
  ///
  /// - Throws: `Shortage`.
  public static func check() throws(Shortage) {
    #if os(Linux)
      let gate = DispatchSemaphore(value: 0)
      var threads: [pthread_t] = []
      var failure: CInt = 0
      // Besides the pool, one that writes and those that wait for gnuplot.
      for _ in 0..<ProcessInfo.processInfo.activeProcessorCount + 4 where failure == 0 {
        var thread = pthread_t()
        failure = pthread_create(
          &thread, nil,
          { context in
            if let context {
              Unmanaged<DispatchSemaphore>.fromOpaque(context).takeUnretainedValue().wait()
            }
            return nil
          }, Unmanaged.passUnretained(gate).toOpaque())
        if failure == 0 { threads.append(thread) }
      }
      // The allocator reserves an arena for each, and work needs some.
      if failure == 0 {
        let size = (threads.count * 64 + 256) << 20
        if let room = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
          room != MAP_FAILED
        {
          munmap(room, size)
        } else {
          failure = errno
        }
      }
      for _ in threads { gate.signal() }
      for thread in threads { pthread_join(thread, nil) }
      if failure != 0 { throw Shortage(reason: String(cString: strerror(failure))) }
    #endif
  }
}
