public import Inference

/// What a process knows of a study, and what it adds.
struct StudyWork {
  private let study: any UnitStudy
  private let context: RunContext
  private let part: PartFile?
  private(set) var outcomes: [UnitTable.Outcome?]
  /// The units that this process has computed.
  private var computed: [Int] = []
  /// Seconds that all threads have computed.
  private var seconds = 0.0
  /// The most units that a thread takes at a time; doubled each time, since the first units may be unlike the others.
  private var largestShare = 1

  init(_ study: any UnitStudy, _ folder: StudyFolder?, _ context: RunContext) {
    (self.study, self.context, part) = (study, context, folder?.newPart())
    outcomes = folder?.table().table.outcomes ?? Array(repeating: nil, count: study.unitCount)
  }

  var table: UnitTable { UnitTable(columns: study.columns, outcomes: outcomes) }
  var missing: [Int] { outcomes.indices.filter { outcomes[$0] == nil } }

  /// The number of units that keep all threads busy for a time.
  func blockSize(seconds: Double) -> Int {
    let unitSeconds = max(self.seconds / Double(max(1, computed.count)), 1e-7)
    return min(largestShare, max(1, Int(seconds / unitSeconds))) * context.workers.threadCount
  }

  /// Computes units and writes them; fewer if the context was asked to stop.
  mutating func compute(_ units: [Int]) async throws(StudyError) {
    let begin = ContinuousClock.now
    let results = await Self.outcomes(of: units, study, context)
    let elapsed = (ContinuousClock.now - begin) / .seconds(1)
    seconds += elapsed * Double(min(units.count, context.workers.threadCount))
    largestShare = min(2 * largestShare, 1 << 40)
    try part?.append(results)
    for (unit, outcome) in results { outcomes[unit] = outcome }
    computed += results.map(\.unit)
  }

  /// Takes over what others have computed.
  mutating func add(_ others: [UnitTable.Outcome?]) {
    for (unit, outcome) in others.enumerated() where outcomes[unit] == nil {
      outcomes[unit] = outcome
    }
  }

  /// What this process has computed, as a part file.
  var ownPart: [UInt8] {
    computed.flatMap { unit in
      Array((outcomes[unit].map { UnitLine.text(unit, $0) } ?? "").utf8)
    }
  }

  /// Takes over the part of another process.
  mutating func add(part: [UInt8]) {
    let lines = UnitLine.parse(
      part: part, unitCount: outcomes.count, columnCount: study.columns.count)
    for (unit, outcome) in lines.outcomes { outcomes[unit] = outcomes[unit] ?? outcome }
  }

  /// What becomes of some units; fewer if the context was asked to stop.
  static func outcomes(
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
    let done = await StudyWork.outcomes(of: Array(outcomes.indices), study, context)
    for (unit, outcome) in done { outcomes[unit] = outcome }
    self.init(columns: study.columns, outcomes: outcomes)
  }
}
