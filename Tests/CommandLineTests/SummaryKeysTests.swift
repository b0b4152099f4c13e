import Foundation
import TestSupport
import Testing

/// The keys of `summary.json`, which other people's scripts read: none goes or is renamed unnoticed.
@Suite struct SummaryKeysTests {
  private static let path = ProjectFiles.package.appendingPathComponent(
    "Tests/CommandLineTests/summary-keys.txt")

  @Test("every key of summary.json that was ever promised is there", arguments: ["both", "map"])
  func keys(sampler: String) throws {
    let folder = try TemporaryFolder()
    let result = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "--sampler", sampler, "-o", "out", "--chains",
        "2", "--draws", "100", "--warmup", "100", "--nhf-draws", "1000", "--nhf-steps", "50",
        "--nhf-fallback", "always", "--quiet",
      ], in: folder.path)
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    let summary = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder.path("out/summary.json"))))
    let found = Set(Self.keys(of: summary, "")).sorted()
    if let path = ProcessInfo.processInfo.environment["SN_INFER_RECORD_KEYS"] {
      try found.map { "\($0)\n" }.joined().write(
        toFile: "\(path).\(sampler)", atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: Self.path, encoding: .utf8)
      .split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
      .filter { !$0.contains(":") || $0.hasPrefix("\(sampler): ") }
      .map { $0.replacing("\(sampler): ", with: "") }
    #expect(Set(expected).subtracting(found).sorted() == [])
    #expect(Set(found).subtracting(expected).sorted() == [], "new keys: add them to the list")
  }

  /// The paths of all values; names of files are left out.
  private static func keys(of value: Any, _ path: String) -> [String] {
    if path.hasSuffix(".files") { return [path] }
    return switch value {
    case let object as [String: Any]:
      object.flatMap { keys(of: $0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    case let list as [Any]:
      list.first is [String: Any] ? list.flatMap { keys(of: $0, "\(path)[]") } : [path]
    default: [path]
    }
  }
}
