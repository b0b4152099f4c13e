import Foundation
import Inference
import TestSupport
import Testing

/// Chains with weights and numbers that no sampler writes, given to every command that reads chains.
@Suite struct HostileChainTests {
  let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("run"), withIntermediateDirectories: false)
  }

  /// Independent draws of two parameters; the line tells the weight and a factor on the first.
  private func write(_ draw: (Int) -> (weight: String, factor: String)) throws {
    var random = RandomStream(seed: 1, "hostile chains")
    var text = ""
    for index in 0..<60 {
      let (weight, factor) = draw(index)
      let first = (Double(factor) ?? .nan) * random.nextStandardNormal()
      text += "\(weight) 1.5 \(first) \(random.nextStandardNormal())\n"
    }
    _ = try folder.write(text, to: "run/nhf.1.txt")
    _ = try folder.write("a\nb\n", to: "run/nhf.paramnames")
    _ = try folder.write("sampler=uncorrelated\n", to: "run/nhf.properties.ini")
  }

  private func results() throws -> [String: Tool.Result] {
    let lines = [
      "diagnose run/nhf", "compare run/nhf run/nhf", "report run",
      "flow train run/nhf --hidden 2 --steps 2 --batch 8 -f -o flow.json",
    ]
    return Dictionary(
      uniqueKeysWithValues: try lines.map { line in
        let words = line.split(separator: " ").map(String.init)
        return (words[0], try Tool.run(words, in: folder.path))
      })
  }

  @Test(
    "weights too large or too small to be added are relative like any others",
    arguments: ["1e308", "1.7e308", "1e-300", "5e-324"])
  func scaled(weight: String) throws {
    try write { _ in ("1", "1") }
    let plain = try results()
    try write { _ in (weight, "1") }
    let scaled = try results()
    for command in ["diagnose", "compare", "report", "flow"] {
      #expect(
        scaled[command]?.status == plain[command]?.status, "\(scaled[command]?.error ?? "")")
      #expect(scaled[command]?.output == plain[command]?.output)
    }
  }

  @Test(
    "weights that are none are refused with their line by every command",
    arguments: ["-1", "nan", "inf", "-inf", "one"])
  func refused(weight: String) throws {
    try write { ($0 == 3 ? weight : "0.5", "1") }
    for (command, result) in try results() {
      #expect(result.status == 65, "\(command): \(result.error)")
      #expect(
        result.error.hasPrefix("error: run/nhf.1.txt, line 4: found"), "\(command): \(result.error)"
      )
    }
  }

  @Test(
    "no weights at all, one draw that has all, and numbers without end do not stop a command in mid-sentence",
    arguments: [
      ("0", "0", "1"), ("0", "1e308", "1"), ("1e-300", "1e308", "1"), ("0.5", "0.5", "1e308"),
      ("0.5", "0.7", "inf"), ("1", "1", "1e200"), ("1e308", "1", "1e-320"),
    ])
  func ended(weights: (usual: String, odd: String, factor: String)) throws {
    try write { $0 == 50 ? (weights.odd, weights.factor) : (weights.usual, "1") }
    for (command, result) in try results() {
      #expect([0, 10, 65].contains(result.status), "\(command): \(result.status) \(result.error)")
      #expect((result.status == 65) == result.error.hasPrefix("error: "), "\(result.error)")
    }
  }
}
