import Foundation
import Inference
import Samplers
import TestSupport
import Testing

@Suite struct RandomPurposeTests {
  @Test("a part of a run shares no random numbers with the run, nor with another part")
  func parts() {
    let seed: Seed = 3
    func streams(_ seed: Seed) -> Set<UInt64> {
      Set((0..<64).map { seed.stream("chain", $0).stream })
    }
    let seeds = [seed, seed.child("behind the flow"), seed.child("b"), seed.child("a").child("b")]
    for (index, one) in seeds.enumerated() {
      #expect(streams(one).count == 64 && one.value == 3)
      for other in seeds[..<index] { #expect(streams(one).isDisjoint(with: streams(other))) }
    }
    // The broken twin: a part of the same name.
    #expect(streams(seed.child("b")) == streams(seeds[2]))
    // Seeds of the time before there were parts have the chains of then.
    #expect(seeds[1].stream("chain", 2) == RandomStream(seed: 3, "chain behind the flow", 2))
  }

  /// The names of random streams that stand in the sources, with the places where each does.
  private func purposes() throws -> [String: [String]] {
    let sources = ProjectFiles.package.appendingPathComponent("Sources")
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    let stream = /(?:seed: [\w.()]+,|stream\(|purpose:(?: String =)?)\s*"([^"]+)"/
    var places: [String: [String]] = [:]
    for name in names where name.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
      for line in text.split(separator: "\n")
      where !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") {
        for match in line.matches(of: stream) {
          places[String(match.output.1), default: []].append(name)
        }
      }
    }
    return places
  }

  @Test("no two places of the sources draw from streams of one name, nor do two names clash")
  func names() throws {
    let places = try purposes()
    #expect(places.count >= 20, "the pattern finds the names: \(places.keys.sorted())")
    for (name, files) in places { #expect(files.count == 1, "'\(name)' is in \(files)") }
    var numbers: Set<UInt64> = []
    for name in places.keys {
      for index in 0..<2000 {
        #expect(numbers.insert(RandomStream(seed: 1, name, index).stream).inserted)
      }
    }
  }
}
