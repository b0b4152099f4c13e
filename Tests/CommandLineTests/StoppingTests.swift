import Foundation
import Inference
import TestSupport
import Testing

/// Runs that are asked to stop, in any phase of any sampler.
@Suite(.serialized) struct StoppingTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A sampler in a phase that takes its time, and the files that its draws are in.
  struct Phase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let options: String
    let files: [String]

    init(_ description: String, _ options: String, _ files: String...) {
      testDescription = description
      self.options = options
      self.files = files
    }

    func arguments(_ output: String, _ more: String...) -> [String] {
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", output, "--chains", "2", "--quiet"]
        + options.split(separator: " ").map(String.init) + more
    }
  }

  static let phases = [
    Phase(
      "hmc, warm-up", "--sampler hmc --likelihood direct --warmup 30000 --draws 200", "hmc.1.txt",
      "hmc.2.csv"),
    Phase(
      "hmc, sampling", "--sampler hmc --likelihood direct --warmup 50 --draws 20000", "hmc.1.txt",
      "hmc.2.txt", "hmc.1.csv"),
    Phase(
      "map, fit", "--sampler map --model flat_wcdm --draws 500 --nhf-draws 500", "map.1.txt",
      "map.2.txt"),
    Phase(
      "map, weighted draws", "--sampler map --nhf-draws 300000 --draws 500", "map.1.txt",
      "map.2.txt"),
    Phase("map, chains", "--sampler map --draws 50000", "map.1.txt", "map.2.txt", "map.2.csv"),
    Phase(
      "nhf, coordinates", "--sampler nhf --model flat_wcdm --nhf-steps 1 --nhf-draws 500",
      "nhf.1.txt", "nhf.model.json"),
    Phase(
      "nhf, training", "--sampler nhf --coordinates whitened --nhf-steps 2000 --nhf-hidden 64",
      "nhf.1.txt", "nhf-raw.1.txt", "nhf.model.json", "nhf-training.csv"),
    Phase(
      "nhf, draws", "--sampler nhf --coordinates whitened --nhf-steps 50 --nhf-draws 100000",
      "nhf.1.txt", "nhf-raw.1.txt"),
    Phase(
      "nhf, chains behind it",
      "--sampler nhf --coordinates whitened --nhf-steps 50 --nhf-fallback always", "nhf.1.txt",
      "nhf-exact.1.txt", "nhf-exact.4.txt"),
    Phase(
      "both", "--sampler both --draws 5000 --coordinates whitened --nhf-steps 500", "hmc.1.txt",
      "nhf.1.txt"),
  ]

  private func contents(_ phase: Phase, _ output: String) throws -> [Data] {
    try phase.files.map {
      try Data(contentsOf: URL(fileURLWithPath: folder.path("\(output)/\($0)")))
    }
  }

  /// The results of a run that is left alone, and how long it took.
  private func whole(_ phase: Phase) throws -> (contents: [Data], seconds: Double) {
    let begin = ContinuousClock.now
    let result = try Tool.run(phase.arguments("whole"), in: folder.path)
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    return (try contents(phase, "whole"), (ContinuousClock.now - begin) / .seconds(1))
  }

  @Test(
    "a run that is asked to stop ends within a second, and continues to the same bytes",
    arguments: phases)
  func signals(_ phase: Phase) throws {
    let (expected, seconds) = try whole(phase)
    var signals: [(number: Int32, status: Int32)] = [
      (SIGTERM, 75), (SIGINT, 130), (SIGUSR1, 75), (SIGHUP, 75),
    ]
    if !fullTestsAreAskedFor {
      // Every phase with one of them, every one of them in some phase.
      let index = Self.phases.firstIndex { $0.options == phase.options } ?? 0
      signals = [signals[index % signals.count]]
    }
    var (stops, delays) = (0, [Double]())
    var index = -1
    while index + 1 < signals.count {
      index += 1
      let signal = signals[index]
      var sent = ContinuousClock.now
      let wait =
        seconds * (fullTestsAreAskedFor ? 0.4 + 0.1 * Double(index) : 0.4 / Double(1 << index))
      let end = try Tool.ended(
        phase.arguments("out", "--resume"), in: folder.path, by: signal.number, after: wait,
        sending: { sent = .now },
        ready: { FileManager.default.fileExists(atPath: folder.path("out/analysis.yaml")) })
      let delay = (ContinuousClock.now - sent) / .seconds(1)
      if stops == 0, end != .exit(signal.status), index + 1 == signals.count, index < 6 {
        // The machine was busier before: once more, earlier.
        try? FileManager.default.removeItem(atPath: folder.path("out"))
        signals.append(signal)
        continue
      }
      if end == .exit(signal.status) {
        stops += 1
        delays.append(delay)
      } else {
        #expect([.exit(0), .exit(10), .exit(11)].contains(end), "it had ended before")
      }
    }
    #expect(stops > 0, "no signal came in time")
    // The machine may be busy with other tests.
    #expect(delays.allSatisfy { $0 < 3 }, "\(delays)")
    let last = try Tool.run(phase.arguments("out", "--resume"), in: folder.path)
    #expect([0, 10, 11].contains(last.status), "\(last.error)")
    #expect(try contents(phase, "out") == expected)
  }

  @Test("a time limit stops chains through a map, which continue where they were")
  func timeLimit() throws {
    let phase = Phase("", "--sampler map --likelihood direct --draws 10000000", "")
    let first = try Tool.run(phase.arguments("out", "--max-time", "4s"), in: folder.path)
    #expect(first.status == 75 && first.error.contains("--resume continues"), "\(first.error)")
    func draws() throws -> Int {
      try Data(contentsOf: URL(fileURLWithPath: folder.path("out/map.1.txt"))).count {
        $0 == UInt8(ascii: "\n")
      }
    }
    let before = try draws()
    let second = try Tool.run(
      // Draws that are there have to be read first.
      phase.arguments("out", "--resume", "--max-time", "12s"), in: folder.path)
    #expect(second.status == 75)
    let after = try draws()
    #expect(before > 100 && after > before, "\(before), \(after)")
  }

  @Test(
    "more weighted draws are those of a fresh run that has as many; fewer are another run",
    arguments: ["map", "nhf"])
  func weightedDraws(sampler: String) throws {
    func arguments(_ draws: Int, _ more: String...) -> [String] {
      Phase("", "--sampler \(sampler) --draws 100 --nhf-steps 50 --nhf-draws \(draws)", "")
        .arguments(more[0], more.count > 1 ? more[1] : "--force")
    }
    func summary(_ output: String) throws -> String {
      let text = try String(contentsOfFile: folder.path("\(output)/summary.json"), encoding: .utf8)
      return text.split(separator: "\n").filter {
        !$0.contains("seconds") && !$0.contains("command")
      }
      .joined(separator: "\n")
    }
    _ = try Tool.run(arguments(500, "out"), in: folder.path)
    _ = try Tool.run(arguments(700, "whole"), in: folder.path)
    let longer = try Tool.run(arguments(700, "out", "--resume"), in: folder.path)
    #expect([0, 10, 11].contains(longer.status), "\(longer.error)")
    #expect(try summary("out") == summary("whole"))
    let fewer = try Tool.run(arguments(600, "out", "--resume"), in: folder.path)
    #expect(fewer.status == 73)
    #expect(fewer.error.contains("draws was 700 and is 600, but can only"), "\(fewer.error)")
  }

  @Test(
    "killed a hundred times in each phase and resumed, draws are those of a run left alone",
    .enabled(if: fullTestsAreAskedFor), arguments: phases)
  func kills(_ phase: Phase) throws {
    let (expected, seconds) = try whole(phase)
    var random = RandomStream(seed: 1, "moments")
    var (kills, hits, run) = (0, 0, 0)
    while kills < 100 {
      let output = "run\(run)"
      run += 1
      for _ in 0..<10 {
        let end = try Tool.ended(
          phase.arguments(output, "--resume"), in: folder.path, by: SIGKILL,
          after: seconds * random.nextUniform(),
          ready: { FileManager.default.fileExists(atPath: folder.path("\(output)/analysis.yaml")) })
        kills += 1
        if end == .signal(SIGKILL) { hits += 1 }
      }
      let last = try Tool.run(phase.arguments(output, "--resume"), in: folder.path)
      #expect([0, 10, 11].contains(last.status), "\(last.error)")
      #expect(try contents(phase, output) == expected, "\(output)")
      try FileManager.default.removeItem(atPath: folder.path(output))
    }
    #expect(hits >= 30, "\(hits) of \(kills) kills hit")
    print("\(phase.testDescription): \(hits) of \(kills) kills hit a run of \(seconds) s")
  }
}
