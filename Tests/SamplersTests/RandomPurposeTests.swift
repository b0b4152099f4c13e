import Foundation
import Inference
import Samplers
import TestSupport
import Testing

@Suite struct RandomPurposeTests {
  @Test("chains behind a flow and the chains they are compared with share no random numbers")
  func chainsBehindAFlow() {
    let reference = ChainRunner(chainCount: 64, seed: 3)
    let exact = FlowSampler(seed: 3).exactChains()
    func streams(_ runner: ChainRunner) -> Set<UInt64> {
      Set((0..<64).map { runner.stream(ofChain: $0).stream })
    }
    #expect(streams(reference).count == 64 && streams(exact).count == 64)
    #expect(streams(reference).isDisjoint(with: streams(exact)))
    #expect(reference.stream(ofChain: 2).seed == exact.stream(ofChain: 2).seed)
    // The broken twin: the name that a runner has by itself.
    #expect(streams(reference) == streams(ChainRunner(seed: 3)))
  }

  /// The names of random streams that stand in the sources, with the places where each does.
  private func purposes() throws -> [String: [String]] {
    let sources = ProjectFiles.package.appendingPathComponent("Sources")
    let names = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    let stream = /(?:seed: [\w.()]+,|purpose:(?: String =)?)\s*"([^"]+)"/
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
