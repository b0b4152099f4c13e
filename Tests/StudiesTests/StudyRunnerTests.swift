import Foundation
import Inference
import Studies
import Synchronization
import TestSupport
import Testing

/// Units whose numbers depend on the seed and their number; every seventeenth fails.
struct RandomStudy: UnitStudy {
  var unitCount = 120
  let columns = ["normal", "largest"]
  /// How many units were computed.
  var count = Counter()

  final class Counter: Sendable {
    let value = Atomic(0)
  }

  func values(of unit: Int, in context: RunContext) async throws(UnitFailure) -> [Double] {
    count.value.add(1, ordering: .relaxed)
    if unit % 17 == 16 { throw UnitFailure("unit \(unit) is\nunlucky") }
    var random = context.seed.stream("units of a test", unit)
    let values = (0..<100).map { _ in random.nextStandardNormal() }
    return [values[0], unit == 3 ? .infinity : (unit == 4 ? .nan : values.max() ?? 0)]
  }
}

@Suite struct StudyRunnerTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static func manifest(_ study: RandomStudy, seed: Int = 5) -> StudyFolder.Manifest {
    StudyFolder.Manifest(
      study: "test", unitCount: study.unitCount, columns: study.columns,
      identity: ["seed": "\(seed)"], arguments: ["test"])
  }

  private func shared(_ name: String, _ study: RandomStudy) throws -> StudyFolder {
    try StudyFolder(folder.path(name), Self.manifest(study))
  }

  private static func context(
    threads: Int = 1, stop: StopSignal = .never
  ) -> RunContext {
    RunContext(seed: 5, workers: LocalWorkers(threadCount: threads), stop: stop)
  }

  private static func alone() async throws -> UnitTable {
    try await StudyRunner().run(RandomStudy(), in: context())
  }

  @Test("the table is the same for any number of threads, processes and parts")
  func sameBytes() async throws {
    let expected = try await Self.alone()
    #expect(expected.failures.map(\.unit) == [16, 33, 50, 67, 84, 101, 118])
    #expect(expected.rows.count == 113 && expected.missing.isEmpty)
    #expect(
      try await StudyRunner().run(RandomStudy(), in: Self.context(threads: 3)).csv == expected.csv)
    for count in [1, 2, 3, 7] {
      // Processes one after the other: the first does what the others have not begun.
      let study = RandomStudy()
      let shared = try shared("parts-\(count)", study)
      for rank in 0..<count {
        let place = try #require(WorkerPlace("\(rank)/\(count)"))
        let table = try await StudyRunner(place: place, folder: shared)
          .run(study, in: Self.context())
        #expect(table.csv == expected.csv)
      }
      #expect(study.count.value.load(ordering: .relaxed) == study.unitCount)
      // All at once.
      let together = try self.shared("together-\(count)", study)
      let tables = await withTaskGroup(of: UnitTable?.self) { group in
        for rank in 0..<count {
          group.addTask {
            guard let place = WorkerPlace("\(rank)/\(count)") else { return nil }
            return try? await StudyRunner(place: place, folder: together)
              .run(RandomStudy(), in: Self.context())
          }
        }
        return await group.reduce(into: [UnitTable?]()) { $0.append($1) }
      }
      #expect(tables.count == count && tables.allSatisfy { $0?.csv == expected.csv })
      let (table, damagedLines, contradictions) = together.table()
      #expect(table.csv == expected.csv && damagedLines == 0 && contradictions == 0)
      #expect(table.failures.first?.reason == "unit 16 is unlucky")
    }
  }

  @Test("one that was stopped has lost nothing, and another goes on")
  func stopped() async throws {
    let expected = try await Self.alone()
    let study = RandomStudy()
    let shared = try shared("stopped", study)
    for limit in [5, 40, 41, 90] {
      let stop = StopSignal { study.count.value.load(ordering: .relaxed) >= limit }
      await #expect(throws: StudyError.self) {
        try await StudyRunner(folder: shared).run(study, in: Self.context(stop: stop))
      }
      let done = shared.table().table.outcomes.compactMap(\.self).count
      #expect(done == study.count.value.load(ordering: .relaxed))
    }
    let place = try #require(WorkerPlace("2/3"))
    let table = try await StudyRunner(place: place, folder: shared).run(study, in: Self.context())
    #expect(table.csv == expected.csv)
    #expect(study.count.value.load(ordering: .relaxed) == study.unitCount)
  }

  @Test("torn and damaged lines count as units that are missing, and are computed again")
  func damage() async throws {
    let expected = try await Self.alone()
    let study = RandomStudy()
    let shared = try shared("torn", study)
    _ = try await StudyRunner(folder: shared).run(study, in: Self.context())
    let parts = folder.path("torn/parts")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: parts).first)
    let path = "\(parts)/\(name)"
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let last = try #require(whole.dropLast().lastIndex(of: UInt8(ascii: "\n"))) + 1
    for end in [last, last + 1, last + 16, last + 17, whole.count - 2] {
      try whole.prefix(end).write(to: URL(fileURLWithPath: path))
      let (table, damagedLines, _) = shared.table()
      #expect(table.missing == [119] && damagedLines == 0, "\(end)")
    }
    for (offset, byte) in [(3, UInt8(ascii: "#")), (40, UInt8(ascii: "7")), (41, 0)] {
      var bytes = whole
      bytes[offset] = bytes[offset] == byte ? UInt8(ascii: "8") : byte
      try bytes.write(to: URL(fileURLWithPath: path))
      let (table, damagedLines, _) = shared.table()
      #expect(table.missing == [0] || table.missing == [1], "\(offset): \(table.missing)")
      #expect(damagedLines == 1)
    }
    let again = try await StudyRunner(folder: shared).run(study, in: Self.context())
    #expect(again.csv == expected.csv)
    // Another machine with other results is seen.
    let foreign = whole.prefix(last)
    try foreign.write(to: URL(fileURLWithPath: "\(parts)/a.part"))
    #expect(shared.table().contradictions == 0)
  }

  @Test("a folder with another study, or none, is refused with what differs")
  func refused() throws {
    let study = RandomStudy()
    _ = try shared("study", study)
    _ = try StudyFolder(folder.path("study"), Self.manifest(study))
    #expect(
      throws: StudyError.isAnother(
        folder: folder.path("study"), differences: ["seed 5 there, 6 here"])
    ) { try StudyFolder(folder.path("study"), Self.manifest(study, seed: 6)) }
    #expect(
      throws: StudyError.isAnother(
        folder: folder.path("study"), differences: ["units 120 there, 7 here"])
    ) { try StudyFolder(folder.path("study"), Self.manifest(RandomStudy(unitCount: 7))) }
    _ = try StudyFolder(folder.path("study"), Self.manifest(study, seed: 6), replacing: true)
    #expect(throws: StudyError.isNone(folder: folder.path("none"))) {
      try StudyFolder(folder.path("none"))
    }
    _ = try folder.write("{\"study\": 3}", to: "study.json")
    #expect(throws: StudyError.damaged(path: folder.path(".") + "/study.json")) {
      try StudyFolder(folder.path("."))
    }
  }

  @Test("numbers of units have ranges for those in a row")
  func words() {
    #expect(UnitTable.words([9, 5, 7, 8]) == "5, 7–9")
    #expect(UnitTable.words([]).isEmpty)
    #expect(UnitTable.words((0..<40).map { 2 * $0 }) == "0, 2, 4, 6, 8, 10, 12, 14, …")
  }
}
