import Foundation
import Inference
import Studies
import Synchronization
import TestSupport
import Testing

/// Processes of a group within one: what ranks of MPI do, by an actor.
private actor Exchange {
  private var counter = 0
  private var messages: [Int: [[UInt8]]] = [:]

  func fetchAndAdd(_ count: Int) -> Int {
    counter += count
    return counter - count
  }

  func isBeyond(_ limit: Int) -> Bool { counter > limit }

  func send(_ bytes: [UInt8], to mailbox: Int) { messages[mailbox, default: []].append(bytes) }

  func receive(from mailbox: Int) -> [UInt8]? {
    guard messages[mailbox]?.isEmpty == false else { return nil }
    return messages[mailbox]?.removeFirst()
  }
}

private struct LocalGroup: ProcessGroup {
  let place: WorkerPlace
  let exchange: Exchange

  func fetchAndAdd(_ count: Int) async -> Int { await exchange.fetchAndAdd(count) }

  private func receive(from mailbox: Int) async -> [UInt8] {
    while true {
      if let bytes = await exchange.receive(from: mailbox) { return bytes }
      await Task.yield()
    }
  }

  // Mailboxes: `rank` for what it sends, `-rank` for what it gets.
  func gather(_ bytes: [UInt8]) async -> [[UInt8]]? {
    guard place.rank == 0 else {
      await exchange.send(bytes, to: place.rank)
      return nil
    }
    var all = [bytes]
    for rank in 1..<place.count { all.append(await receive(from: rank)) }
    return all
  }

  func broadcast(_ bytes: [UInt8]) async -> [UInt8] {
    guard place.rank == 0 else { return await receive(from: -place.rank) }
    for rank in 1..<place.count { await exchange.send(bytes, to: -rank) }
    return bytes
  }

  func leave() async {}
  func endAll(_ status: Int32, _ explanation: @Sendable () -> Void) async {}
}

/// Units that take 20 ms; from a limit on those of ranks that are not stopped wait until one has told that nobody takes any more.
private struct GatedStudy: UnitStudy {
  var inner: RandomStudy
  let exchange: Exchange
  let limit: Int

  var columns: [String] { inner.columns }
  var unitCount: Int { inner.unitCount }

  func values(of unit: Int, in context: RunContext) async throws(UnitFailure) -> [Double] {
    let values = try await inner.values(of: unit, in: context)
    try? await Task.sleep(for: .milliseconds(20))
    while inner.count.value.load(ordering: .relaxed) >= limit, !context.stop.isRequested,
      await !exchange.isBeyond(unitCount)
    {
      try? await Task.sleep(for: .milliseconds(1))
    }
    return values
  }
}

@Suite struct ProcessGroupTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// What each rank has at the end.
  private static func share<Value: Sendable>(
    _ count: Int, by exchange: Exchange = Exchange(),
    _ body: @escaping @Sendable (any ProcessGroup) async -> Value
  ) async throws -> [Value] {
    let places = try (0..<count).map { try #require(WorkerPlace("\($0)/\(count)")) }
    return await withTaskGroup(of: (Int, Value).self) { group in
      for place in places {
        group.addTask { (place.rank, await body(LocalGroup(place: place, exchange: exchange))) }
      }
      return await group.reduce(into: [(Int, Value)]()) { $0.append($1) }
        .sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private static func context(stop: StopSignal = .never) -> RunContext {
    RunContext(seed: 5, workers: LocalWorkers(threadCount: 1), stop: stop)
  }

  @Test("ranks share the units of a study, each once, and the first has the table")
  func units() async throws {
    let expected = try await StudyRunner().run(RandomStudy(), in: Self.context())
    for count in [1, 2, 3, 7] {
      let study = RandomStudy()
      let tables = try await Self.share(count) { group in
        try? await StudyRunner(group: group).run(study, in: Self.context())
      }
      #expect(tables[0]?.csv == expected.csv && tables[0]?.failures.count == 7)
      #expect(tables.allSatisfy { $0 != nil })
      #expect(study.count.value.load(ordering: .relaxed) == study.unitCount)
    }
  }

  @Test("where one rank is stopped all are, and any other number of them goes on in the folder")
  func stopped() async throws {
    let expected = try await StudyRunner().run(RandomStudy(), in: Self.context())
    let study = RandomStudy()
    let shared = try StudyFolder(folder.path("study"), StudyRunnerTests.manifest(study))
    for (count, limit) in [(3, 20), (2, 60)] {
      let exchange = Exchange()
      let gated = GatedStudy(inner: study, exchange: exchange, limit: limit)
      let errors = try await Self.share(count, by: exchange) { group -> StudyError? in
        // Only the last is told to stop.
        let stop = StopSignal {
          group.place.rank == count - 1 && study.count.value.load(ordering: .relaxed) >= limit
        }
        do throws(StudyError) {
          _ = try await StudyRunner(group: group, folder: shared).run(
            gated, in: Self.context(stop: stop))
          return nil
        } catch { return error }
      }
      let done = study.count.value.load(ordering: .relaxed)
      #expect(done < study.unitCount)
      #expect(errors.allSatisfy { $0 == .stopped(done: done, of: study.unitCount) }, "\(errors)")
      #expect(shared.table().table.missing.count == study.unitCount - done)
    }
    let tables = try await Self.share(4) { group in
      try? await StudyRunner(group: group, folder: shared).run(study, in: Self.context())
    }
    #expect(tables[0]?.csv == expected.csv)
    #expect(study.count.value.load(ordering: .relaxed) == study.unitCount)
  }

  @Test("a sum is the same bits for any number of ranks, on all of them")
  func sums() async throws {
    var random = RandomStream(seed: 1, "terms of a sum")
    let terms = (0..<500).map { _ in
      random.nextStandardNormal() * exp2(80 * random.nextStandardNormal())
    }
    let expected = ReproducibleSum(terms).value.bitPattern
    for count in [1, 2, 3, 8] {
      let sums = try await Self.share(count) { group in
        let own = terms.indices.filter { $0 % count == group.place.rank }.map { terms[$0] }
        return await group.sum(ReproducibleSum(own)).value.bitPattern
      }
      #expect(sums.allSatisfy { $0 == expected })
    }
  }
}
