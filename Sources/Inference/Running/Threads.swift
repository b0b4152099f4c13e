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

  /// Checks that the threads of a run can be had, by starting and ending them, and that there are addresses
  /// for what they will reserve.
  ///
  /// Where addresses are short, threads share what the C library would reserve for each.
  ///
  /// - Throws: `Shortage`.
  public static func check() throws(Shortage) {
    #if os(Linux)
      let gate = DispatchSemaphore(value: 0)
      var threads: [pthread_t] = []
      var failure: CInt = 0
      let cores = ProcessInfo.processInfo.activeProcessorCount
      // Besides the pool, one that writes and those that wait for gnuplot.
      for _ in 0..<cores + 4 where failure == 0 {
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
      if failure == 0 {
        let fitting = (1...threads.count).last { arenas in
          hasRoom(workingSize + cores * bufferSize + arenas * arenaSize)
        }
        if let fitting {
          if fitting < threads.count { limitArenas(fitting) }
        } else {
          failure = ENOMEM
        }
      }
      for _ in threads { gate.signal() }
      for thread in threads { pthread_join(thread, nil) }
      if failure != 0 { throw Shortage(reason: String(cString: strerror(failure))) }
    #endif
  }

  #if os(Linux)
    /// The addresses, in bytes, of the GNU C library's arena for allocations of a thread; of OpenBLAS's
    /// buffer for a thread, without which it waits for ever; and of what a small run works with.
    private static let (arenaSize, bufferSize, workingSize) = (64 << 20, 128 << 20, 64 << 20)

    /// Sets the largest number of arenas, where the C library has them.
    private static func limitArenas(_ count: Int) {
      // Swift does not import malloc.h.
      typealias SetOption = @convention(c) (CInt, CInt) -> CInt
      let largestNumberOfArenas: CInt = -8
      guard let function = dlsym(nil, "mallopt") else { return }
      _ = unsafeBitCast(function, to: SetOption.self)(largestNumberOfArenas, CInt(count))
    }

    private static func hasRoom(_ size: Int) -> Bool {
      guard let room = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        room != MAP_FAILED
      else { return false }
      munmap(room, size)
      return true
    }
  #endif
}
