import Foundation
import TestSupport
import Testing

@Suite struct DocumentationTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: ProjectFiles.package.appendingPathComponent(path), encoding: .utf8)
  }

  @Test(
    "the examples of README and documentation are the compiled one",
    arguments: [
      "README.md", "Documentation/Guide.docc/YourLikelihood.md",
      "Sources/Inference/Inference.docc/Inference.md",
      "Sources/Samplers/Samplers.docc/Samplers.md",
    ])
  func examples(path: String) throws {
    let snippet = try text("Snippets/SamplingALikelihood.swift")
    let blocks = try text(path).components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let examples = blocks.filter { $0.contains("StraightLine") }
    #expect(!examples.isEmpty)
    for example in examples {
      let body = example.replacingOccurrences(of: "import Inference\n\n", with: "")
      #expect(snippet.contains(body), "\(body)")
    }
  }

  @Test("the commands of README and documentation are ones that the program takes")
  func commands() throws {
    let folder = try TemporaryFolder()
    let guide = ProjectFiles.package.appendingPathComponent("Documentation/Guide.docc")
    let articles = try FileManager.default.contentsOfDirectory(atPath: guide.path)
      .filter { $0.hasSuffix(".md") }.map { "Documentation/Guide.docc/\($0)" }
    let pages =
      ["README.md", "Sources/Analyses/Analyses.docc/JointFits.md"] + articles.sorted()
    let lines = try pages.flatMap { page in
      try text(page).components(separatedBy: "```\n").enumerated()
        .filter { $0.offset % 2 == 1 }.flatMap { $0.element.split(separator: "\n") }
        .filter { $0.hasPrefix("sn-infer ") }
    }
    #expect(lines.count > 30)
    // Data that are not there are no fault of a command, nor is the time that it takes.
    for line in Set(lines) {
      let result = try Tool.shell(
        "timeout 1 \"$0\" \(line.dropFirst("sn-infer ".count))", in: folder.path)
      #expect(result.status != 64, "\(line): \(result.error)")
    }
  }
}
