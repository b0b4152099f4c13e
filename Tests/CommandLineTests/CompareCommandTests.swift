import Foundation
import Inference
import TestSupport
import Testing

@Suite struct CompareCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Draws of two correlated normal quantities, of which the second is shifted and stretched.
  private func write(
    _ root: String, seed: Seed, draws: Int = 4000, shift: Double = 0, stretch: Double = 1,
    correlation: Double = 0.5, weighted: Bool = false
  ) throws {
    var random = RandomStream(seed: seed, "compare")
    let lines = (0..<draws).map { _ in
      let (a, b) = (random.nextStandardNormal(), random.nextStandardNormal())
      let second = correlation * a + (1 - correlation * correlation).squareRoot() * b
      // Importance draws from a density that is a tenth wider.
      guard weighted else { return "1 0 \(a) \(shift + stretch * second)\n" }
      let weight = exp(-0.5 * 0.21 * a * a)
      let wide = 1.1 * a
      return
        "\(weight) 0 \(wide) \(shift + stretch * (correlation * wide + (1 - correlation * correlation).squareRoot() * b))\n"
    }
    _ = try folder.write(lines.joined(), to: "\(root).1.txt")
    _ = try folder.write("x\ty\ny\ty\n", to: "\(root).paramnames")
    if weighted { _ = try folder.write("sampler=uncorrelated\n", to: "\(root).properties.ini") }
  }

  private func compare(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(["compare"] + arguments, in: folder.path)
  }

  @Test("draws of one posterior agree, for ten seeds; weighted ones too", arguments: 1...10)
  func agreement(seed: Int) throws {
    try write("a", seed: Seed(2 * seed), draws: 8000)
    try write("b", seed: Seed(2 * seed + 1), draws: 8000, weighted: seed % 2 == 0)
    let result = try compare("a", "b")
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.contains("verdict     a and b agree: no mean, standard deviation"))
  }

  @Test("chains that are copies of others agree, with a note that this says nothing")
  func copies() throws {
    try write("a", seed: 1)
    try write("b", seed: 2)
    let lines = try String(contentsOfFile: folder.path("a.1.txt"), encoding: .utf8)
      .split(separator: "\n")
    _ = try folder.write(
      lines.suffix(2000).map { line in
        let words = line.split(separator: " ")
        return "1 0 \(words[3]) \(words[2])\n"
      }.joined(), to: "c.1.txt")
    _ = try folder.write("y\ty\nx\tx\n", to: "c.paramnames")
    let copies = try compare("a", "c")
    #expect(copies.status == 0 && copies.error.contains("c: draws are those of a"))
    #expect(!(try compare("a", "b")).error.contains("draws are those"))
  }

  @Test(
    "a shift, a stretch and another correlation are seen",
    arguments: [
      (0.3, 1.0, 0.5, "the 2.5% quantile of y|the mean of y|50% quantile|97.5%|16%|84%"),
      (0.0, 1.3, 0.5, "quantile of y|standard deviation of y"),
      (0.0, 1.0, -0.5, "their joint distributions are as far apart as"),
    ])
  func disagreement(shift: Double, stretch: Double, correlation: Double, words: String) throws {
    try write("a", seed: 1)
    try write("b", seed: 2, shift: shift, stretch: stretch, correlation: correlation)
    let result = try compare("a", "b")
    #expect(result.status == 10)
    let verdict = result.output.split(separator: "\n").last.map(String.init) ?? ""
    #expect(verdict.hasPrefix("verdict     a and b disagree: "), "\(verdict)")
    #expect(words.split(separator: "|").contains { verdict.contains($0) }, "\(verdict)")
  }

  @Test("a correlation that is a little different is seen by the classifier")
  func classifier() throws {
    try write("a", seed: 1, draws: 8000)
    try write("b", seed: 2, draws: 8000, correlation: 0.3)
    let result = try compare("a", "b")
    #expect(result.status == 10)
    let words = "a and b disagree: a classifier tells their draws apart as it would two normal"
    #expect(result.output.contains(words), "\(result.output)")
    #expect(result.output.contains("\nclassifier  AUC 5"))
  }

  @Test("a negligible difference is not a disagreement; too few draws are reported")
  func tolerance() throws {
    try write("a", seed: 1, draws: 8000)
    try write("b", seed: 2, draws: 8000, shift: 0.3)
    #expect(try compare("a", "b", "--tolerance", "0.6").status == 0)
    try write("few", seed: 3, draws: 60)
    let result = try compare("a", "few")
    #expect(result.status == 0)
    #expect(result.output.contains("but there are too few draws to see one of 0.1 σ"))
  }

  @Test("--json says the same, for programs; the same seed gives the same bytes")
  func json() throws {
    struct Record: Decodable {
      struct Side: Decodable { let draws: Int, effectiveSampleSize: Double }
      let verdict: String, energyPValue: Double, sides: [Side], sentence: String
      let classifierArea: Double, classifierPValue: Double
    }
    try write("a", seed: 1)
    try write("b", seed: 2)
    let result = try compare("a", "b", "--json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let record = try decoder.decode(Record.self, from: Data(result.output.utf8))
    #expect(record.sides.map(\.draws) == [4000, 4000])
    #expect(record.classifierPValue > 0.001 && abs(record.classifierArea - 0.5) < 0.05)
    #expect(record.energyPValue > 0.001 && record.sides[0].effectiveSampleSize > 2000)
    #expect(try compare("a", "b", "--json").output == result.output)
  }

  @Test("runs are compared by their folders, with what their summaries know")
  func runs() throws {
    for (name, seed) in [("one", "1"), ("two", "2")] {
      _ = try Tool.run(
        ["fit", ProjectFiles.data("jla_binned.fits"), "-o", name, "--seed", seed], in: folder.path)
    }
    let result = try compare("one", "two/")
    #expect(result.status == 0, "\(result.output)")
    let line = result.output.split(separator: "\n").first { $0.hasPrefix("one/hmc") } ?? ""
    let fields = line.split(separator: " ")
    #expect(fields.count == 7 && fields[5] == "–")
    #expect(fields.count == 7 && (Double(fields[4]) ?? 0) > 0.1)
  }

  @Test("chains without a common parameter, and without chains, are errors")
  func errors() throws {
    try write("a", seed: 1)
    _ = try folder.write("1 0 1\n1 0 2\n1 0 3\n1 0 5\n", to: "b.1.txt")
    _ = try folder.write("z\tz\n", to: "b.paramnames")
    let result = try compare("a", "b")
    #expect(
      result.status == 65
        && result.error.contains("a: no parameter is in b too: x, y here, z there"))
    #expect(try compare("a", "c").status == 66)
    #expect(try compare("a", "a", "--tolerance", "0").status == 64)
  }
}
