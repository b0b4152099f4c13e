import Digests
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Chains of seeded runs as they were on 2026-11-26: whoever changes how anything is computed sees
/// it here, and says so in the changelog.
@Suite struct GoldenChainTests {
  let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(Self.magnitudes, to: "magnitudes.csv")
  }

  /// Made up, near the apparent magnitudes of a universe with Ωm = 0.3 and M = −19.3.
  private static let magnitudes = """
    z,mb,mb_err
    0.012,14.32,0.15
    0.025,15.84,0.14
    0.04,16.98,0.12
    0.06,17.82,0.12
    0.1,19.03,0.11
    0.17,20.27,0.12
    0.25,21.29,0.11
    0.36,22.12,0.13
    0.5,23.02,0.12
    0.65,23.64,0.14
    0.8,24.3,0.15
    1.1,25.07,0.2

    """

  /// What was recorded.
  struct Golden: Codable {
    struct Run: Codable {
      /// SHA-256 of each file of draws.
      var digests: [String: String]
      /// The first ten draws of each file.
      var beginnings: [String: [[Double]]]
    }
    /// Where it was recorded.
    var processor: String
    var kernels: String
    var runs: [String: Run]
  }

  private static let path = ProjectFiles.package.appendingPathComponent(
    "Tests/CommandLineTests/golden-chains.json")

  struct Run: CustomTestStringConvertible, Sendable {
    let catalog, sampler: String
    var testDescription: String { "\(catalog) \(sampler)" }

    var files: [String] {
      switch sampler {
      case "hmc": ["hmc.1.txt", "hmc.2.txt", "hmc.1.csv", "hmc.2.csv"]
      case "map": ["map.1.txt", "map.2.txt"]
      default: ["nhf.1.txt", "nhf-raw.1.txt", "nhf.model.json"]
      }
    }
  }

  static let runs = ["jla_binned.fits", "jla_binned.csv", "magnitudes.csv"].flatMap { catalog in
    ["hmc", "nhf", "map"].map { Run(catalog: catalog, sampler: $0) }
  }

  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    return text.firstMatch(of: /model name\s*: (.*)/).map { String($0.output.1) } ?? "unknown"
  }

  @Test("seeded chains are those that were recorded", arguments: runs)
  func recorded(_ run: Run) throws {
    let bundled = ProjectFiles.data(run.catalog)
    let catalog = FileManager.default.fileExists(atPath: bundled) ? bundled : run.catalog
    let result = try Tool.run(
      [
        "fit", catalog, "--sampler", run.sampler, "-o", "out", "--chains", "2", "--draws", "200",
        "--warmup", "50", "--nhf-draws", "1000", "--nhf-steps", "100", "--seed", "7", "--quiet",
      ], in: folder.path)
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    var found = Golden.Run(digests: [:], beginnings: [:])
    for file in run.files {
      var path = folder.path("out/\(file)")
      if file.hasSuffix(".txt") { path = try folder.write(try ownColumns(path), to: file) }
      found.digests[file] = try #require(FileDigest(of: path)).hexadecimal
      guard file.hasSuffix(".txt") else { continue }
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").prefix(
        10)
      found.beginnings[file] = lines.map { $0.split(separator: " ").compactMap { Double($0) } }
    }
    if let path = ProcessInfo.processInfo.environment["SN_INFER_RECORD_GOLDEN"] {
      return try record(found, of: run, in: path)
    }

    let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: Self.path))
    let expected = try #require(golden.runs[run.testDescription])
    if (golden.processor, golden.kernels) == (Self.processor, BLASProvider.kernels) {
      #expect(found.digests == expected.digests)
    }
    // Another processor rounds otherwise, and a training in single precision grows that.
    let tolerance = run.sampler == "nhf" ? 1e-3 : 1e-8
    for (file, draws) in expected.beginnings {
      let others = try #require(found.beginnings[file])
      #expect(others.count == draws.count)
      for (draw, other) in zip(draws, others) {
        for (a, b) in zip(draw, other) {
          #expect(abs(a - b) <= tolerance * max(1, abs(a)), "\(file): \(a) is \(b)")
        }
      }
    }
  }

  /// A chain's text without what follows from its columns: the line of names, and the parts of the log density.
  private func ownColumns(_ path: String) throws -> String {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    guard text.hasPrefix("#") else { return text }
    let lines = text.split(separator: "\n").dropFirst()
    return lines.map { $0.split(separator: " ").dropLast(4).joined(separator: " ") + "\n" }.joined()
  }

  private func record(_ found: Golden.Run, of run: Run, in path: String) throws {
    let data = FileManager.default.contents(atPath: path)
    var golden =
      try data.map { try JSONDecoder().decode(Golden.self, from: $0) }
      ?? Golden(processor: Self.processor, kernels: BLASProvider.kernels, runs: [:])
    golden.runs[run.testDescription] = found
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(golden).write(to: URL(fileURLWithPath: path))
  }
}
