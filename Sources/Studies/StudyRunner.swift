public import Inference

/// Computes the units of a study: on the threads of this process, and together with other processes by a folder or a group.
///
/// By a folder, each process computes every `count`-th unit first, then what nobody has done yet, from the other end. Two may do
/// the same unit, which costs time and changes nothing, since results depend on the seed and the unit alone. A group has a
/// counter from which each process takes the next units, and a folder is needed only to go on later.
public struct StudyRunner: Sendable {
  /// Where this process is among those that share the study.
  public let place: WorkerPlace
  /// Where results are kept and shared; nil for this process alone.
  public var folder: StudyFolder?
  /// The processes that share the study by messages.
  private let group: (any ProcessGroup)?

  /// A runner for processes that know of each other by a folder alone.
  public init(place: WorkerPlace = .alone, folder: StudyFolder? = nil) {
    (self.place, self.folder, group) = (place, folder, nil)
  }

  /// A runner for processes that can talk to each other.
  public init(group: any ProcessGroup, folder: StudyFolder? = nil) {
    (place, self.folder, self.group) = (group.place, folder, group)
  }

  /// Seconds that a block of units should take: longer than claiming it costs, shorter than anyone waits for a signal.
  private static let (shortestBlock, longestBlock) = (0.02, 0.1)

  /// Computes all units that are missing.
  ///
  /// - Returns: the whole table; on processes of a group that are not the first, what they know of it.
  /// - Throws: `StudyError`; `stopped` if the context was asked to stop, with what was done in the folder.
  public func run(
    _ study: some UnitStudy, in context: RunContext
  ) async throws(StudyError) -> UnitTable {
    var work = StudyWork(study, folder, context)
    if let group {
      try await share(&work, with: group, context)
      return work.table
    }
    var own = work.missing.filter { $0 % place.count == place.rank }[...]
    while !own.isEmpty {
      let block = own.prefix(work.blockSize(seconds: Self.longestBlock))
      try await compute(Array(block), &work, context)
      own = own.dropFirst(block.count)
    }
    guard let folder else { return work.table }
    while true {
      work.add(folder.table().table.outcomes)
      let missing = Array(work.missing.reversed())
      if missing.isEmpty { return work.table }
      // Processes begin at different places, so that they meet late.
      let first = missing.count * place.rank / place.count
      let rotated = missing[first...] + missing[..<first]
      let block = rotated.prefix(work.blockSize(seconds: Self.longestBlock))
      try await compute(Array(block), &work, context)
    }
  }

  private func compute(
    _ units: [Int], _ work: inout StudyWork, _ context: RunContext
  ) async throws(StudyError) {
    try await work.compute(units)
    let (done, total) = (work.outcomes.count { $0 != nil }, work.outcomes.count)
    context.events(.counted(done: done, of: total))
    if context.stop.isRequested { throw .stopped(done: done, of: total) }
  }

  /// Takes units from the counter of a group until there are none, and brings the results together.
  private func share(
    _ work: inout StudyWork, with group: any ProcessGroup, _ context: RunContext
  ) async throws(StudyError) {
    let total = work.outcomes.count
    // Others may see the folder of the first process later, and must count the same units.
    let base = await group.fetchAndAdd(0)
    let message = await group.broadcast(
      Array("\(([base] + work.missing).map(String.init).joined(separator: " "))".utf8))
    let numbers = String(decoding: message, as: UTF8.self).split(separator: " ").compactMap {
      Int($0)
    }
    let (origin, missing) = (numbers[0], numbers.dropFirst())
    var taken = 0
    while taken < missing.count {
      if context.stop.isRequested {
        // Nobody takes any more.
        _ = await group.fetchAndAdd(missing.count)
        break
      }
      // Smaller ones towards the end, so that all end together.
      let size = min(
        max(
          (missing.count - taken) / (4 * place.count), work.blockSize(seconds: Self.shortestBlock)),
        work.blockSize(seconds: Self.longestBlock))
      let first = await group.fetchAndAdd(size) - origin
      taken = first + size
      guard first < missing.count else { break }
      try await work.compute(Array(missing.dropFirst(first).prefix(size)))
      context.events(.counted(done: total - missing.count + min(taken, missing.count), of: total))
    }
    for part in await group.gather(work.ownPart) ?? [] { work.add(part: part) }
    let count = await group.broadcast(Array("\(total - work.missing.count)".utf8))
    let done = Int(String(decoding: count, as: UTF8.self)) ?? 0
    if done < total { throw .stopped(done: done, of: total) }
  }
}
