// How well ranks share units, by simulation: as many as nobody has here, with the rules of `StudyRunner`.
//
// Assumptions: a unit takes a time of the Pareto distribution with index 2.5, at most 100 times its mean, independent of the rank; the counter serves one
// claim a microsecond, which reaches it and returns in 5 µs; every rank starts at once and has one thread. Beside it, units
// that are dealt out once and for all, as an array job without a folder would.
import Foundation
import Inference

struct Cluster {
  var ranks: Int
  /// Seconds of each unit.
  var units: [Double]
  var service = 1e-6
  var latency = 5e-6

  private var work: Double { units.reduce(0, +) }

  /// The share of the time of all ranks that units take, where they are dealt out by turns.
  var efficiencyOfTurns: Double {
    var seconds = [Double](repeating: 0, count: ranks)
    for (unit, time) in units.enumerated() { seconds[unit % ranks] += time }
    return work / Double(ranks) / (seconds.max() ?? 1)
  }

  /// The same with a counter and blocks that shrink towards the end, as `StudyRunner` has them.
  var efficiencyOfCounter: Double {
    // Ranks by the time at which they ask next, in a heap.
    var heap = (0..<ranks).map { (time: 0.0, rank: $0) }
    var seconds = [Double](repeating: 0, count: ranks)
    var done = [Int](repeating: 0, count: ranks)
    var largest = [Int](repeating: 1, count: ranks)
    var taken = [Int](repeating: 0, count: ranks)
    var (next, counterIsFree, end) = (0, 0.0, 0.0)
    while let (asked, rank) = heap.first {
      let perUnit = max(seconds[rank] / Double(max(1, done[rank])), 1e-7)
      func block(_ seconds: Double) -> Int {
        min(largest[rank], max(1, Int(seconds / perUnit)))
      }
      let size = min(max((units.count - taken[rank]) / (4 * ranks), block(0.02)), block(0.1))
      let served = max(asked + latency / 2, counterIsFree) + service
      counterIsFree = served
      let first = next
      next += size
      taken[rank] = next
      guard first < units.count else {
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        Self.sift(&heap)
        continue
      }
      let own = units[first..<min(next, units.count)]
      let time = own.reduce(0, +)
      seconds[rank] += time
      done[rank] += own.count
      largest[rank] = min(2 * largest[rank], units.count)
      heap[0].time = served + latency / 2 + time
      end = max(end, heap[0].time)
      Self.sift(&heap)
    }
    return work / Double(ranks) / end
  }

  /// Brings the first of a heap to its place.
  private static func sift(_ heap: inout [(time: Double, rank: Int)]) {
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child + 1].time < heap[child].time { child += 1 }
      if heap[parent].time <= heap[child].time { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }
}

print("ranks      units  mean unit  counter  turns")
for (ranks, count, mean) in [
  (1000, 1_000_000, 0.02), (1000, 100_000, 0.02), (64, 1000, 0.15), (1000, 10_000_000, 1e-4),
  (64, 1_000_000, 2.6e-3),
] {
  var random = RandomStream(seed: 1, "costs of units")
  let index = 2.5
  let units = (0..<count).map { _ in
    min(100, pow(random.nextUniform(), -1 / index) * (index - 1) / index) * mean
  }
  let cluster = Cluster(ranks: ranks, units: units)
  print(
    String(
      format: "%5d  %9d  %6.1f ms  %7.3f  %5.3f", ranks, count, mean * 1000,
      cluster.efficiencyOfCounter, cluster.efficiencyOfTurns))
}
