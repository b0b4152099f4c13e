import Foundation
import Inference
import TestSupport
import Testing

@Suite(.serialized) struct ResumeTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func arguments(_ output: String, draws: Int = 10_000, _ more: String...) -> [String] {
    [
      "fit", ProjectFiles.data("jla_binned.fits"), "-o", output, "--draws", "\(draws)", "--chains",
      "2",
    ] + more
  }

  private let drawCount = 4000

  /// Two thousand supernovae, near enough to those of a universe.
  private var slowTable: String {
    var random = RandomStream(seed: 1, "supernovae")
    let rows = (1...2000).map { row in
      let z = 1e-3 * Double(row)
      let modulus = 43.2 + 5 * log10(z * (1 + 0.7 * z) / (1 + 0.15 * z))
      return "\(z),\(modulus + 0.15 * random.nextStandardNormal()),0.15"
    }
    return "z,mu,mu_err\n" + rows.joined(separator: "\n") + "\n"
  }

  private func chain(_ output: String, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path("\(output)/\(name)")))
  }

  @Test(
    "killed at twenty random moments and resumed, chains are those of a run that was left alone")
  func killed() throws {
    // Supernova by supernova: chains that take their time.
    _ = try folder.write(slowTable, to: "slow.csv")
    func arguments(_ output: String, _ more: String...) -> [String] {
      [
        "fit", "slow.csv", "-o", output, "--likelihood", "direct", "--draws", "\(drawCount)",
        "--chains", "2",
      ] + more
    }
    let clock = ContinuousClock()
    let begin = clock.now
    #expect(try Tool.run(arguments("whole"), in: folder.path).status == 0)
    let seconds = (clock.now - begin) / .seconds(1)
    var random = RandomStream(seed: 1, "moments")
    var hits = 0
    for run in 0..<5 {
      let output = "run\(run)"
      for kill in 0..<4 {
        // The first comes at any moment, the others soon after both chains have gone on.
        let before = sizes(output)
        let ended = try Tool.ended(
          arguments(output, "--resume"), in: folder.path, by: SIGKILL,
          after: (kill == 0 ? 0.4 : 0.1) * seconds * random.nextUniform(),
          ready: { kill == 0 || zip(sizes(output), before).allSatisfy { $0 > $1 } })
        if ended == .signal(SIGKILL), try draws(output) < drawCount { hits += 1 }
      }
      let last = try Tool.run(arguments(output, "--resume"), in: folder.path)
      #expect(last.status == 0, "\(last.error)")
      for name in ["hmc.1.txt", "hmc.2.txt", "hmc.1.csv", "hmc.2.csv"] {
        #expect(try chain(output, name) == chain("whole", name), "\(output)/\(name)")
      }
    }
    // Otherwise the kills came too late, and nothing was tested.
    #expect(hits >= 10, "\(hits) of 20 kills hit a run that had begun and was not done")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("run0"))
    #expect(names.contains("summary.json"))
    #expect(!names.contains { $0.hasPrefix(".") })
  }

  /// The lengths of the two chains of a run in bytes.
  private func sizes(_ output: String) -> [Int] {
    ["hmc.1.csv", "hmc.2.csv"].map { (try? chain(output, $0))?.count ?? 0 }
  }

  /// The draws that the checkpoints of a run count for its shorter chain; all, if one has none yet,
  /// so that a kill before the first checkpoint is no hit.
  private func draws(_ output: String) throws -> Int {
    struct State: Decodable {
      struct Line: Decodable { let content: Entry }
      struct Entry: Decodable { let latest: Extent }
      struct Extent: Decodable { let checkpoint: Checkpoint }
      struct Checkpoint: Decodable { let drawCount: Int }
      let chains: [Line]
    }
    guard let data = try? chain(output, "hmc.state.json") else { return .max }
    let chains = try JSONDecoder().decode(State.self, from: data).chains
    guard chains.count == 2 else { return .max }
    return chains.map(\.content.latest.checkpoint.drawCount).min() ?? .max
  }

  @Test("a run is made longer, and is then the longer run")
  func longer() throws {
    #expect(try Tool.run(arguments("long", draws: 3000), in: folder.path).status == 0)
    #expect(try Tool.run(arguments("short", draws: 1500), in: folder.path).status == 0)
    #expect(try Tool.run(arguments("short", draws: 3000, "-r"), in: folder.path).status == 0)
    #expect(try chain("short", "hmc.1.txt") == chain("long", "hmc.1.txt"))
    let shorter = try Tool.run(arguments("long", draws: 1500, "-r"), in: folder.path)
    #expect(shorter.status == 73)
    #expect(shorter.error.contains("sampler.hmc.draws was 3000 and is 1500"))
    #expect(try chain("short", "hmc.1.txt") == chain("long", "hmc.1.txt"))
  }

  @Test("the time limit stops a run in time, with draws of all chains, and it says how to continue")
  func timeLimit() throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try Tool.run(
      arguments("out", draws: 10_000_000, "--max-time", "2s"), in: folder.path)
    let seconds = (clock.now - begin) / .seconds(1)
    #expect(seconds > 2 && seconds < 12, "\(seconds) s")
    #expect(result.status == 75)
    #expect(result.error.contains("--resume continues"))
    for name in ["hmc.1.txt", "hmc.2.txt"] {
      let lines = String(decoding: try chain("out", name), as: UTF8.self)
      #expect(lines.hasSuffix("\n") && lines.split(separator: "\n").count > 100)
    }
  }

  @Test("a damaged checkpoint is reported, and the chain begins again alone")
  func damagedCheckpoint() throws {
    #expect(try Tool.run(arguments("out", draws: 1500), in: folder.path).status == 0)
    let path = folder.path("out/hmc.state.json")
    let state = try String(contentsOfFile: path, encoding: .utf8)
    let place = try #require(state.firstMatch(of: /"stepSize":[0-9.e-]+/))
    let wrong = state.replacingCharacters(in: place.range, with: "\"stepSize\":-1")
    let chains = try ["hmc.1.txt", "hmc.2.csv"].map { try chain("out", $0) }
    for (text, words) in [
      (wrong, "hmc.state.json: this file is damaged"),
      (
        SealedState.resealed(wrong),
        "the checkpoint of chain 1 is damaged: its step size is -1.0"
      ),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let result = try Tool.run(arguments("out", draws: 1500, "-r"), in: folder.path)
      #expect(result.status == 0)
      #expect(result.error.contains("\(words); chain 1 begins again"), "\(result.error)")
      #expect(!result.error.contains("chain 2 begins"))
      #expect(try ["hmc.1.txt", "hmc.2.csv"].map { try chain("out", $0) } == chains)
    }
  }

  @Test("states that are damaged or missing are told with what happens")
  func damagedStates() throws {
    #expect(try Tool.run(arguments("out", draws: 500), in: folder.path).status == 0)
    let consequences = [
      "coordinates.json": "the coordinates are fitted again", "hmc.state.json": "begins again",
    ]
    for (name, words) in consequences {
      let path = folder.path("out/\(name)")
      let whole = try chain("out", name)
      let middle = try #require(SealedState.damaged(whole, most: 3).dropFirst(2).first).data
      for data in [middle, nil] {
        try FileManager.default.removeItem(atPath: path)
        try data?.write(to: URL(fileURLWithPath: path))
        let result = try Tool.run(arguments("out", draws: 500, "-r"), in: folder.path)
        let flaw = data == nil ? "is missing or cannot be read" : "is damaged"
        #expect(
          result.error.contains("\(name): this file \(flaw); "), "\(result.error)")
        #expect(result.error.contains(words), "\(result.error)")
        #expect(try chain("out", name) == whole)
      }
    }
  }

  @Test("of a state that is cut the chains in front of the cut go on")
  func cutState() throws {
    #expect(try Tool.run(arguments("out", draws: 1500), in: folder.path).status == 0)
    let path = folder.path("out/hmc.state.json")
    let state = try String(contentsOfFile: path, encoding: .utf8)
    let chains = try ["hmc.1.txt", "hmc.2.txt"].map { try chain("out", $0) }
    let second = try #require(state.ranges(of: "\"checkpoint\"").dropFirst().first)
    let cuts = [
      (String(state.dropLast()), [false, false]),
      (String(state[..<second.upperBound]), [false, true]),
    ]
    for (text, begun) in cuts {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let result = try Tool.run(arguments("out", draws: 1500, "-r"), in: folder.path)
      #expect(result.status == 0)
      for (number, isBegun) in zip(1...2, begun) {
        #expect(result.error.contains("chain \(number) begins again") == isBegun, "\(result.error)")
      }
      #expect(try ["hmc.1.txt", "hmc.2.txt"].map { try chain("out", $0) } == chains)
    }
    try FileManager.default.removeItem(atPath: path)
    let last = try Tool.run(arguments("out", draws: 1500, "-r"), in: folder.path)
    #expect(last.status == 0)
    #expect(last.error.contains("hmc.state.json: this file is missing"), "\(last.error)")
    #expect(try ["hmc.1.txt", "hmc.2.txt"].map { try chain("out", $0) } == chains)
  }

  @Test("whatever file is damaged, a resumed run ends with the files of one that was left alone")
  func damagedFiles() throws {
    let options = ["--draws", "500", "--chains", "2"]
    let fit = ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"] + options
    #expect(try Tool.run(fit, in: folder.path).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
    #expect(names.count > 15)
    // The times of one differ, and the other is in the order in which files were written.
    let compared = names.filter { $0 != "summary.json" && $0 != "run.files" }
    func listed() throws -> Set<Substring> {
      Set(String(decoding: try chain("out", "run.files"), as: UTF8.self).split(separator: "\n"))
    }
    let list = try listed()
    let whole = try names.map { try chain("out", $0) }
    for (name, content) in zip(names, whole) {
      let path = folder.path("out/\(name)")
      for length in [content.count - 1, content.count / 2, 0, nil] {
        try FileManager.default.removeItem(atPath: path)
        if let length { try content.prefix(length).write(to: URL(fileURLWithPath: path)) }
        let result = try Tool.run(fit + ["--resume"], in: folder.path)
        let damage = "\(name) \(length.map { "\($0) bytes" } ?? "removed")"
        #expect(result.status == 0, "\(damage): \(result.error)")
        for other in compared {
          let number = try #require(names.firstIndex(of: other))
          #expect(try chain("out", other) == whole[number], "\(other) after \(damage)")
        }
        #expect(try listed() == list, "\(damage)")
      }
    }
  }

  @Test("a signal that the parent ignores stays ignored")
  func ignoredSignal() throws {
    // In a shell, as this process has other children.
    let command = arguments("out", draws: 10_000_000, "--max-time", "2s").joined(separator: " ")
    let result = try Tool.shell(
      "trap '' INT; \"$0\" \(command) & sleep 1; kill -INT $!; wait $!", in: folder.path)
    #expect(result.status == 75, "\(result.error)")
  }

  @Test("another seed is refused by name, and nothing is touched")
  func otherRun() throws {
    #expect(try Tool.run(arguments("out", draws: 1500), in: folder.path).status == 0)
    let before = try chain("out", "hmc.1.txt")
    let result = try Tool.run(
      arguments("out", draws: 1500, "-r", "--seed", "2", "--distance", "pen"), in: folder.path)
    #expect(result.status == 73)
    #expect(result.error.hasPrefix("error: out: the folder holds a different run, so it cannot be"))
    #expect(result.error.contains("seed was 1 and is 2; theory.distance was exact and is pen\n"))
    #expect(try chain("out", "hmc.1.txt") == before)
  }

  @Test(
    "time limits that are none are refused",
    arguments: [
      "", "10", "h", "1x", "-5s", "0s", "1h30", "1000000001s", "99999999999999999999h",
    ])
  func badLimits(limit: String) throws {
    let result = try Tool.run(arguments("out", "--max-time", limit), in: folder.path)
    #expect(result.status == 64, "\(result.error)")
  }
}
