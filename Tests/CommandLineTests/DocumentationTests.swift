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
}
