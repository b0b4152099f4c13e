import Foundation
import Synchronization

/// The workers that share a run: the threads of this process.
///
/// What is shared are numbered units whose results depend on their number alone: chains, tiles of
/// points, replicates. So results are the same bits, however many workers there are. Processes share a `UnitStudy`.
public protocol Workers: Sendable {
  /// The number of units that are worked on at a time.
  var threadCount: Int { get }

  /// The next unclaimed units of a job, in order; nil when there are none.
  func claim(from job: UnitQueue) async -> Range<Int>?
}

/// The units of one job, as claimed within this process.
public final class UnitQueue: Sendable {
  /// The number of units.
  public let total: Int
  private let next = Atomic(0)

  /// The units 0 to `total` − 1.
  public init(total: Int) { self.total = total }

  /// Takes the next of them.
  public func take(_ size: Int = 1) -> Range<Int>? {
    let first = next.add(size, ordering: .relaxed).oldValue
    return first < total ? first..<min(first + size, total) : nil
  }
}

/// The threads of this process, alone.
public struct LocalWorkers: Workers {
  /// The number of units worked on at a time.
  public let threadCount: Int

  /// A number of threads, at least one; by default one per core.
  public init(threadCount: Int? = nil) {
    self.threadCount = max(1, threadCount ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The next unit.
  public func claim(from job: UnitQueue) async -> Range<Int>? { job.take() }
}

extension Workers {
  /// The results of a function of each unit, in order.
  ///
  /// - Parameters:
  ///   - count: the number of units.
  ///   - atOnce: how many of them run at a time; by default as many as there are threads.
  ///   - stop: when to start no more; the result is then shorter.
  ///   - body: given the number of a unit.
  /// - Throws: the error of the first unit that failed. Units that had not started by then are not
  ///   started.
  public func map<Element: Sendable, Failure: Error>(
    _ count: Int, atOnce: Int? = nil, unless stop: StopSignal = .never,
    _ body: @escaping @Sendable (Int) async throws(Failure) -> Element
  ) async throws(Failure) -> [Element] {
    let (queue, hasFailed) = (UnitQueue(total: count), SharedFlag())
    let work = { @Sendable () async -> [(Int, Result<Element, Failure>)] in
      var results: [(Int, Result<Element, Failure>)] = []
      while !hasFailed.isRaised, !stop.isRequested, let units = await claim(from: queue) {
        for unit in units {
          do throws(Failure) {
            // Awaited before the tuple is made, where Swift 6.3 would lose the number.
            let element = try await body(unit)
            results.append((unit, .success(element)))
          } catch {
            hasFailed.raise()
            results.append((unit, .failure(error)))
          }
        }
      }
      return results
    }
    // The caller works too: waking a thread takes as long as a small unit.
    let results = await withTaskGroup(of: [(Int, Result<Element, Failure>)].self) { group in
      for _ in 1..<max(1, min(count, atOnce ?? threadCount)) { group.addTask { await work() } }
      var results = await work()
      for await others in group { results += others }
      return results
    }
    var elements: [Element] = []
    elements.reserveCapacity(results.count)
    for (_, result) in results.sorted(by: { $0.0 < $1.0 }) { elements.append(try result.get()) }
    return elements
  }
}

/// A flag that any of several tasks can raise for all.
public final class SharedFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not raised.
  public init() {}

  /// Whether it has been raised.
  public var isRaised: Bool { flag.load(ordering: .relaxed) }

  /// Raises it.
  public func raise() { flag.store(true, ordering: .relaxed) }
}
