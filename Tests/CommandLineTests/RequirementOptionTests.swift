import Foundation
import TestSupport
import Testing

/// `--require` and `require:`, and priors that cannot be normalised.
@Suite struct RequirementOptionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func fit(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "--draws", "200", "--warmup", "300"]
        + ["--model", "flat_w0wacdm"] + arguments, in: folder.path)
  }

  @Test("draws fulfil what is required, which the run says and keeps")
  func fulfilled() throws {
    let result = try fit("-o", "out", "--require", "w0 + wa < 0", "--require", "-2 < w0 < wa + 1")
    #expect([0, 11].contains(result.status), "\(result.error)")
    let line =
      "prior       w0 + wa < 0, -2 < w0 < wa + 1, density that of the box, not renormalised\n"
    #expect(result.output.contains(line), "\(result.output)")
    let text = try String(contentsOfFile: folder.path("out/hmc.1.txt"), encoding: .utf8)
    let rows = text.split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    #expect(rows.count == 200)
    for row in rows {
      // Weight, −log density, omega_m, w0, wa, h.
      #expect(row[3] + row[4] < 0 && row[3] > -2 && row[3] < row[4] + 1)
    }
    let json = try JSONSerialization.jsonObject(
      with: try Data(contentsOf: URL(fileURLWithPath: folder.path("out/summary.json"))))
    let model = (json as? [String: Any])?["model"] as? [String: Any]
    #expect(model?["requirements"] as? [String] == ["w0 + wa < 0", "-2 < w0 < wa + 1"])

    // The run's own file does the same again, and another requirement is another run.
    let again = try Tool.run(
      ["run", "out/analysis.yaml", "-o", "again", "--no-report"], in: folder.path)
    #expect(again.status == result.status, "\(again.error)")
    #expect(
      FileManager.default.contents(atPath: folder.path("out/hmc.2.txt"))
        == FileManager.default.contents(atPath: folder.path("again/hmc.2.txt")))
    let other = try fit("-o", "out", "--resume", "--require", "w0 + wa < -1")
    #expect(other.status == 73, "\(other.error)")
    #expect(other.error.contains("require was [w0 + wa < 0"), "\(other.error)")
  }

  @Test(
    "requirements that mean nothing, or cannot be met, are refused, and nothing is written",
    arguments: [
      ("w0 + wb < 0", "'w0 + wb < 0' names 'wb'"), ("w0 + wa", "is not an inequality"),
      ("w0 <", "ends too early"), ("w0 < -3", "nothing within the priors fulfils 'w0 < -3'"),
      ("w0 < 9", "requires nothing"), ("w0*wa < 1", "bounds none of w0, wa"),
      ("w0 < 0 > wa", "is not an inequality"), ("sine(w0) < 0", "there is no function 'sine'"),
      ("", "ends too early"),
    ])
  func refused(text: String, words: String) throws {
    let result = try fit("-o", "out", "--require", text)
    #expect(result.status == 64, "\(result.error)")
    #expect(result.error.contains(words), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test("an offset that is integrated out cannot stand in a requirement")
  func marginalised() throws {
    let result = try fit("-o", "out", "--offset", "marginalised", "--require", "h < omega_m + 0.5")
    #expect(result.status == 64)
    #expect(result.error.contains("h is marginalised"), "\(result.error)")
  }

  @Test("a file has requirements as one or as a list")
  func file() throws {
    for (text, status) in [
      ("'w0 + wa < 0'", 0), ("['w0 + wa < 0', 'w0 > -2']", 0), ("['w0 +']", 64), ("3", 65),
    ] {
      let yaml = try folder.write(
        """
        likelihood: {supernovae: {data: '\(ProjectFiles.data("jla_binned.fits"))'}}
        theory: {model: flat_w0wacdm}
        require: \(text)
        sampler: {hmc: {draws: 200, warm_up: 300}}
        """, to: "a.yaml")
      let result = try Tool.run(
        ["run", yaml, "-o", "out", "--force", "--no-report"], in: folder.path)
      #expect(
        status == 0 ? [0, 11].contains(result.status) : result.status == Int32(status),
        "\(text): \(result.error)")
    }
  }

  @Test("an improper prior has chains without evidence; what needs evidence refuses it at once")
  func improper() throws {
    let result = try fit("-o", "out", "--prior", "wa=flat()", "--prior", "w0=normal(-1,0.5)")
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    #expect(!result.output.contains("ln Z"))
    let refused = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "--prior", "h=flat()", "-o", "no"],
      in: folder.path, flow: true)
    #expect(refused.status == 64)
    #expect(refused.error.contains("the flat prior of h cannot be normalised"), "\(refused.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("no")))
    let typo = try fit("-o", "out2", "--prior", "wa=flat(-1,1)")
    #expect(typo.error.contains("write uniform(lower,upper), or flat()"), "\(typo.error)")
  }
}
