import Foundation
import TestSupport
import Testing

/// `models`, `tension` and `fit --best` as a user runs them.
@Suite struct ModelsCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func run(_ line: String) throws -> Tool.Result {
    try Tool.run(line.split(separator: " ").map(String.init), in: folder.path)
  }

  @Test("models prints a table, and writes it")
  func models() throws {
    let result = try run("models --with desi_dr2 --models flat_wcdm -o out")
    #expect(result.status == 0, "\(result.error)")
    for words in ["desi_dr2", "flat_lcdm", "flat_wcdm", "Savage–Dickey", "10.27", "-1.23", "ln 10"]
    {
      #expect(result.output.contains(words), "\(result.output)")
    }
    let lines = try String(contentsOfFile: folder.path("out/models.csv"), encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == 3 && lines[2].hasPrefix("flat_wcdm,3,"))
    #expect(
      Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [15])
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: folder.path("out/models.json"))))
    let rows = try #require((json as? [String: Any])?["rows"] as? [[String: Any]])
    let against = try #require(rows[1]["against_standard_model"] as? [String: Any])
    #expect(abs(try #require(against["delta_chi_squared"] as? Double) + 1.23) < 0.01)

    let again = try run("models --with desi_dr2 --models flat_wcdm -o out")
    #expect(again.status == 73 && again.error.contains("out/models.json"), "\(again.error)")
    #expect(again.output.isEmpty)
  }

  @Test("tension prints the statistics, and JSON")
  func tension() throws {
    let data = "--with normal:omega_m,0.3,0.01 --with normal:omega_m,0.33,0.01"
    let result = try run("tension \(data)")
    #expect(result.status == 0 && result.output.contains("omega_m and omega_m_: p = 0.03"))
    let json = try run("tension \(data) --json --quiet")
    #expect(json.error.isEmpty)
    let list = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
    #expect(abs(try #require(list?.first?["standard_deviations"] as? Double) - 2.12) < 0.05)
  }

  @Test("--best fits without sampling, and writes nothing")
  func best() throws {
    let arguments = [
      "fit", ProjectFiles.data("jla_binned.fits"), "--model", "flat_wcdm", "--best",
    ]
    let result = try Tool.run(arguments, in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("best fit    χ² = ") && result.output.contains("flat ΛCDM  "))
    #expect(!result.output.contains("sampler "))
    let json = try Tool.run(arguments + ["--json"], in: folder.path)
    let value = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let fit = try #require(value?["best_fit"] as? [String: Any])
    #expect(abs(try #require(fit["chi_squared"] as? Double) - 32.95) < 0.7, "\(fit)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("models and tension take the YAML file of an analysis, and change its settings")
  func file() throws {
    _ = try folder.write(
      """
      likelihood: {a: {prior: normal, of: omega_m}}
      """, to: "wrong.yaml")
    _ = try folder.write(
      "likelihood: {desi_dr2: {}}\nparams: {w: {prior: {min: -2, max: 0}}}\n", to: "a.yaml")
    let result = try run("models a.yaml --models flat_wcdm --set params.w.prior.min=-1.5")
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("w fills a volume of 1.5"), "\(result.output)")
    for (line, words) in [
      ("models a.yaml --with cmb", "a.yaml"), ("tension a.yaml --covariance x", "a.yaml"),
      ("models --with desi_dr2 --set seed=2", "--set"), ("models wrong.yaml", "wrong.yaml"),
    ] {
      let refused = try run(line)
      #expect(refused.status != 0 && refused.error.contains(words), "\(refused.error)")
    }
  }

  @Test(
    "what cannot be is refused as usage",
    arguments: [
      ("models --with desi_dr2 --model flat_wcdm", "--models"),
      ("models --with desi_dr2 --models flat_wcd", "did you mean"),
      ("models --with desi_dr2 --models lcdm,", "there is no model"),
      ("models", "no data"), ("tension --with desi_dr2", "needs two data sets"),
      ("tension --with desi_dr2,cmb --between desi_dr3,cmb", "did you mean desi_dr2"),
      ("tension --with desi_dr2,cmb --between desi_dr2", "--between desi_dr2"),
      ("fit --with desi_dr2 --best -o out", "--best"),
    ])
  func refused(line: String, words: String) throws {
    let result = try run(line)
    #expect(result.status == 64, "\(result.error)")
    #expect(result.error.contains(words), "\(result.error)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("a folder that cannot be made ends with 73 before anything is fitted")
  func unwritable() throws {
    _ = try folder.write("", to: "file")
    let result = try run("models --with desi_dr2 -o file/out")
    #expect(result.status == 73 && result.output.isEmpty, "\(result.error)")
  }
}
