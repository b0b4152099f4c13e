// What ranks share, for the tests of MPI: a program that is built in a minute where the tool takes many.
//
//   shared-sum study UNITS SECONDS   computes units by the counter, and prints a digest of the table
//   shared-sum sum                   sums terms that the ranks divide, and prints the bits
//   shared-sum claims COUNT          claims units that take no time, and prints microseconds a claim
//   shared-sum fail RANK             has one rank fail while the others wait
import Foundation
import Inference
import MessagePassing
import Studies

/// Numbers of heavy tails, each of which takes a time of heavy tails.
struct HeavyTails: UnitStudy {
  let columns = ["value", "seconds"]
  let unitCount: Int
  /// The mean time of a unit.
  let seconds: Double

  func values(of unit: Int, in context: RunContext) async throws(UnitFailure) -> [Double] {
    if unit % 101 == 100 { throw UnitFailure("unit \(unit) is unlucky") }
    var random = context.seed.stream("heavy tails", unit)
    let value = random.nextStandardNormal() / random.nextUniform()
    let time = min(10, -log(random.nextUniform())) * seconds
    let end = ContinuousClock.now + .seconds(time)
    while ContinuousClock.now < end {}
    return [value, time]
  }
}

#if MPI
  let group: (any ProcessGroup)? = await MPIGroup(
    environment: ProcessInfo.processInfo.environment)
#else
  let group: (any ProcessGroup)? = nil
#endif
let place = group?.place ?? .alone
let words = Array(CommandLine.arguments.dropFirst())
let number = words.dropFirst().first.flatMap { Int($0) } ?? 0

/// Prints a line for all ranks.
func say(_ text: String) {
  if place.rank == 0 { print(text) }
}

switch words.first {
case "study":
  let study = HeavyTails(unitCount: number, seconds: words.last.flatMap { Double($0) } ?? 0)
  let context = RunContext(seed: 3, workers: LocalWorkers(threadCount: 1))
  let runner = group.map { StudyRunner(group: $0) } ?? StudyRunner()
  let begin = ContinuousClock.now
  let table = try await runner.run(study, in: context)
  let seconds = (ContinuousClock.now - begin) / .seconds(1)
  var fingerprint = Fingerprint()
  fingerprint.absorb((table.csv + "\(table.failures)").utf8)
  say("\(table.rows.count) \(table.failures.count) \(table.missing.count) \(fingerprint.digits)")
  if place.rank == 0 {
    let busy = table["seconds"].reduce(0, +)
    FileHandle.standardError.write(
      Data("\(seconds) s, efficiency \(busy / seconds / Double(place.count))\n".utf8))
  }
case "sum":
  var random = RandomStream(seed: 1, "terms of a sum")
  let terms = (0..<100_000).map { _ in
    random.nextStandardNormal() * pow(10, 30 * random.nextStandardNormal())
  }
  let own = ReproducibleSum(
    terms.indices.filter { $0 % place.count == place.rank }.map { terms[$0] })
  let total = await group?.sum(own) ?? own
  say(String(total.value.bitPattern, radix: 16))
case "claims":
  let begin = ContinuousClock.now
  var count = 0
  while await group?.fetchAndAdd(1) ?? number < number { count += 1 }
  let seconds = (ContinuousClock.now - begin) / .seconds(1)
  say("\(seconds / Double(max(count, 1)) * 1e6) µs a claim")
case "fail":
  if place.rank == number {
    await group?.endAll(65) { print("rank \(place.rank) of \(place.count): a bad row") }
    exit(65)
  }
  _ = await group?.broadcast([1])
  _ = await group?.gather([2])
default:
  say("study, sum, claims or fail")
}
await group?.leave()
