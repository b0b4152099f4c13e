import Foundation
public import Inference

/// Computes the units of a study: on the threads of this process, and in a folder together with other processes.
///
/// Each process computes every `count`-th unit first, then what nobody has done yet, from the other end. Two may do the same unit,
/// which costs time and changes nothing, since results depend on the seed and the unit alone.
public struct StudyRunner: Sendable {
  /// Where this process is among those that share the study.
  public var place: WorkerPlace
  /// Where results are kept and shared; nil for this process alone.
  public var folder: StudyFolder?

  /// A runner.
  public init(place: WorkerPlace = .alone, folder: StudyFolder? = nil) {
    (self.place, self.folder) = (place, folder)
  }

  /// Seconds that a block of units should take: longer than claiming it costs, shorter than anyone waits for a signal.
  private static let blockSeconds = 0.1

  /// Computes all units that are missing.
  ///
  /// - Throws: `StudyError`; `stopped` if the context was asked to stop, with what was done in the folder.
  public func run(
    _ study: some UnitStudy, in context: RunContext
  ) async throws(StudyError) -> UnitTable {
    let total = study.unitCount
    var outcomes =
      folder?.table().table.outcomes ?? [UnitTable.Outcome?](repeating: nil, count: total)
    let part = folder?.newPart()
    var doneCount = outcomes.count { $0 != nil }
    var unitSeconds: Double?
    /// The number of units that a block has.
    func blockSize() -> Int {
      let each = unitSeconds.map { Int(Self.blockSeconds / max($0, 1e-7)) } ?? 1
      return max(1, each) * context.workers.threadCount
    }

    func compute(_ units: [Int]) async throws(StudyError) {
      var rest = units[...]
      while !rest.isEmpty {
        let block = Array(rest.prefix(blockSize()))
        let begin = ContinuousClock.now
        let results = await Self.outcomes(of: block, study, context)
        let elapsed = (ContinuousClock.now - begin) / .seconds(1)
        unitSeconds = elapsed * Double(context.workers.threadCount) / Double(block.count)
        try part?.append(results)
        for (unit, outcome) in results {
          if outcomes[unit] == nil { doneCount += 1 }
          outcomes[unit] = outcome
        }
        context.events(.counted(done: doneCount, of: total))
        if context.stop.isRequested { throw .stopped(done: doneCount, of: total) }
        rest = rest.dropFirst(block.count)
      }
    }

    try await compute(
      (0..<total).filter { $0 % place.count == place.rank && outcomes[$0] == nil })
    guard let folder else { return UnitTable(columns: study.columns, outcomes: outcomes) }
    while true {
      let table = folder.table().table
      for (unit, outcome) in table.outcomes.enumerated() where outcomes[unit] == nil {
        outcomes[unit] = outcome
      }
      doneCount = outcomes.count { $0 != nil }
      let missing = outcomes.indices.reversed().filter { outcomes[$0] == nil }
      if missing.isEmpty { return UnitTable(columns: study.columns, outcomes: outcomes) }
      // Processes begin at different places, so that they meet late.
      let first = missing.count * place.rank / place.count
      let rotated = missing[first...] + missing[..<first]
      try await compute(Array(rotated.prefix(blockSize())))
    }
  }

  /// What becomes of some units; fewer if the context was asked to stop.
  fileprivate static func outcomes(
    of units: [Int], _ study: some UnitStudy, _ context: RunContext
  ) async -> [(unit: Int, outcome: UnitTable.Outcome)] {
    var own = context
    own.workers = LocalWorkers(threadCount: 1)
    own.store = NoStore()
    own.events = { _ in }
    let unitContext = own
    return await context.workers.map(units.count, unless: context.stop) {
      index -> (unit: Int, outcome: UnitTable.Outcome)? in
      let unit = units[index]
      do throws(UnitFailure) {
        let values = try await study.values(of: unit, in: unitContext)
        return (unit, .values(values))
      } catch {
        // One that was told to stop has not failed.
        return unitContext.stop.isRequested ? nil : (unit, .failed(error.description))
      }
    }.compactMap(\.self)
  }
}

extension UnitTable {
  /// Computes all units of a study on the threads of a context; those that it was told to stop before are missing.
  public init(of study: some UnitStudy, in context: RunContext) async {
    var outcomes = [Outcome?](repeating: nil, count: study.unitCount)
    let done = await StudyRunner.outcomes(of: Array(outcomes.indices), study, context)
    for (unit, outcome) in done { outcomes[unit] = outcome }
    self.init(columns: study.columns, outcomes: outcomes)
  }
}
