#if MPI
  import CMPI
  import Foundation
  public import Studies

  /// The processes that `mpirun` or `srun` has started, by MPI.
  ///
  /// It needs `MPI_THREAD_SERIALIZED`: calls come from any thread, one at a time, since the threads of Swift's tasks change at
  /// any await. Processes that wait for each other sleep in between, as a core that they share may be at work.
  public struct MPIGroup: ProcessGroup {
    /// The place of this process.
    public let place: WorkerPlace
    private let thread: MPIThread

    private static let (units, failures): (Int32, Int32) = (0, 1)

    /// Starts MPI if a launcher that knows it has started this process; nil otherwise.
    ///
    /// - Parameter environment: the variables of the process. One that no launcher has started would be a group of one.
    public init?(environment: [String: String]) async {
      let variables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"]
      guard variables.contains(where: { environment[$0] != nil }) else { return nil }
      thread = await MPIThread()
      guard let place = WorkerPlace("\(cmpi_rank())/\(cmpi_size())") else { return nil }
      self.place = place
    }

    /// Adds to the counter of the first process, by `MPI_Fetch_and_op`.
    public func fetchAndAdd(_ count: Int) async -> Int {
      thread.call { Int(cmpi_fetch_and_add(Self.units, Int64(count))) }
    }

    /// Hands bytes over to the first process, which receives those of all by rank.
    public func gather(_ bytes: [UInt8]) async -> [[UInt8]]? {
      guard place.rank == 0 else {
        send(bytes, to: 0)
        return nil
      }
      var all = [bytes]
      for rank in 1..<place.count { all.append(await receive(from: rank)) }
      return all
    }

    /// The bytes of the first process, by a message to each.
    public func broadcast(_ bytes: [UInt8]) async -> [UInt8] {
      guard place.rank == 0 else { return await receive(from: 0) }
      for rank in 1..<place.count { send(bytes, to: rank) }
      return bytes
    }

    private func send(_ bytes: [UInt8], to rank: Int) {
      thread.call {
        bytes.withUnsafeBytes { cmpi_send($0.baseAddress, Int64($0.count), Int32(rank)) }
      }
    }

    private func receive(from rank: Int) async -> [UInt8] {
      let rank = Int32(rank)
      while thread.call({ cmpi_has_message(rank) }) == 0 { await MPIThread.pause() }
      return thread.call {
        let count = cmpi_receive_length(rank)
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
          cmpi_receive(buffer.baseAddress, count, rank)
          initialized = Int(count)
        }
      }
    }

    /// Ends MPI; all processes call it.
    public func leave() async { await thread.end() }

    /// Ends all processes by `MPI_Abort`, unless this one has left.
    public func endAll(_ status: Int32, _ explanation: @Sendable () -> Void) async {
      guard thread.isRunning else { return }
      if thread.call({ cmpi_fetch_and_add(Self.failures, 1) }) == 0 {
        explanation()
        thread.call { cmpi_abort(status) }
      }
      // The launcher ends the others; one that does not is not waited for.
      try? await Task.sleep(for: .seconds(5))
      _exit(status)
    }
  }
#endif
