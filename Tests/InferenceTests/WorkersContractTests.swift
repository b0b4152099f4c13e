import Inference
import Synchronization
import TestSupport
import Testing

/// What everybody who shares the work of a run must do: each unit once, whoever takes it.
@Suite struct WorkersContractTests {
  /// Units in blocks, as a shared counter over a slow network would hand them out.
  private struct Blocks: Workers {
    let threadCount = 3
    func claim(from job: UnitQueue) async -> Range<Int>? { job.take(4) }
  }

  /// All kinds of workers; a new one is a line here.
  static let workers: [any Workers] =
    [1, 2, 3, 8].map { LocalWorkers(threadCount: $0) } + [LocalWorkers(), Blocks()]

  private struct Failure: Error, Equatable { let unit: Int }

  /// The properties that workers of one process lack.
  static func violations(of workers: some Workers) async -> [String] {
    var violations: [String] = []
    if workers.threadCount < 1 { violations.append("a thread") }
    for total in [0, 1, 5, 64] {
      let queue = UnitQueue(total: total)
      var claimed: [Int] = []
      // A worker that never comes to an end is not waited for.
      while claimed.count <= 2 * total, let units = await workers.claim(from: queue) {
        claimed += units
      }
      if claimed != Array(0..<total) { violations.append("each unit once, in order") }
    }
    let begun = Atomic(0)
    let squares = await workers.map(100) { unit -> Int in
      begun.add(1, ordering: .relaxed)
      return unit * unit
    }
    if squares != (0..<100).map({ $0 * $0 }) || begun.load(ordering: .relaxed) != 100 {
      violations.append("results in order")
    }
    do throws(Failure) {
      _ = try await workers.map(50) { unit throws(Failure) in
        if unit == 3 || unit > 7 { throw Failure(unit: unit) }
        return unit
      }
      violations.append("errors are thrown")
    } catch {
      if error.unit != 3 { violations.append("the first error is thrown") }
    }
    let stopped = await workers.map(1000, unless: .after(20)) { $0 }
    if stopped.count >= 1000 || stopped != stopped.sorted() { violations.append("stops") }
    return Array(Set(violations)).sorted()
  }

  @Test("units once, results in order, errors and stops", arguments: workers)
  func all(workers: any Workers) async {
    #expect(await Self.violations(of: workers) == [])
  }

  /// Workers that lose every fourth unit.
  private struct Careless: Workers {
    let threadCount = 2
    func claim(from job: UnitQueue) async -> Range<Int>? {
      let units = job.take()
      return units?.lowerBound.isMultiple(of: 4) == true ? job.take() : units
    }
  }

  /// Workers that begin each unit twice.
  private struct Eager: Workers {
    let threadCount = 2
    func claim(from job: UnitQueue) async -> Range<Int>? {
      guard let units = job.take() else { return nil }
      return max(0, units.lowerBound - 1)..<units.upperBound
    }
  }

  @Test("workers that lose units or begin them twice are caught")
  func brokenTwins() async {
    let expected = ["each unit once, in order", "results in order"]
    #expect(await Self.violations(of: Careless()).filter(expected.contains) == expected)
    #expect(await Self.violations(of: Eager()).filter(expected.contains) == expected)
  }

  @Test("several processes share each unit once, and have some each")
  func processes() async {
    let queue = UnitQueue(total: 40)
    let one = LocalWorkers(threadCount: 2)
    let claims = await one.map(2) { _ in
      var claimed: [Int] = []
      while let units = await Blocks().claim(from: queue) { claimed += units }
      return claimed
    }
    #expect(claims.flatMap(\.self).sorted() == Array(0..<40))
  }
}

/// What a run may rely on when it asks whether to stop.
@Suite struct StopSignalTests {
  @Test("never is never; a signal is on when its function says so, and stays a function of it")
  func values() {
    #expect(!StopSignal.never.isRequested)
    let after = StopSignal.after(2)
    #expect([after.isRequested, after.isRequested, after.isRequested] == [false, false, true])
  }

  @Test("one of two signals is enough", arguments: [false, true], [false, true])
  func either(first: Bool, second: Bool) {
    #expect(StopSignal { first }.or { second }.isRequested == (first || second))
  }

  @Test("a flag raised by one task is seen by a signal of another")
  func flag() async {
    let flag = SharedFlag()
    let signal = StopSignal.never.or { flag.isRaised }
    #expect(!signal.isRequested)
    await Task { flag.raise() }.value
    #expect(signal.isRequested)
  }
}
