public import Inference

/// Processes that run the same program and can talk to each other, such as the ranks of MPI.
public protocol ProcessGroup: Sendable {
  /// The place of this process.
  var place: WorkerPlace { get }

  /// Adds to a counter that all processes share, and returns its value before.
  func fetchAndAdd(_ count: Int) async -> Int

  /// Hands bytes over to the first process.
  ///
  /// - Returns: those of all processes by rank; nil on the others. All processes call it.
  func gather(_ bytes: [UInt8]) async -> [[UInt8]]?

  /// The bytes of the first process; all processes call it, and what the others give does not matter.
  func broadcast(_ bytes: [UInt8]) async -> [UInt8]

  /// Leaves the group; all processes call it, and nothing after it.
  func leave() async

  /// Ends all processes, unless this one has left.
  ///
  /// - Parameters:
  ///   - status: the exit status of this process, and with most launchers of all.
  ///   - explanation: says why; called for the first process that fails alone.
  func endAll(_ status: Int32, _ explanation: @Sendable () -> Void) async
}

extension ProcessGroup {
  /// The sum over all processes, the same bits for any number of them; all processes call it.
  public func sum(_ own: ReproducibleSum) async -> ReproducibleSum {
    var total = ReproducibleSum()
    for bytes in await gather(own.bytes) ?? [] {
      if let part = ReproducibleSum(bytes: bytes) { total += part }
    }
    return ReproducibleSum(bytes: await broadcast(total.bytes)) ?? total
  }
}
