import Foundation
import TestSupport
import Testing

/// `--derived` and what becomes of it.
@Suite(.serialized) struct DerivedOptionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private let catalog = ProjectFiles.data("jla_binned.fits")

  private func fit(_ output: String, _ more: [String], flow: Bool = false) throws -> Tool.Result {
    try Tool.run(
      ["fit", catalog, "-o", output, "--chains", "2", "--warmup", "100", "-q"] + more,
      in: folder.path, flow: flow)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  private func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
  }

  private func rows(_ name: String, separator: Character) throws -> [[Double]] {
    try text(name).split(separator: "\n").compactMap { line in
      let numbers = line.split(separator: separator).map { Double($0) }
      return numbers.contains(nil) ? nil : numbers.compactMap(\.self)
    }
  }

  @Test("a formula is a column of every set, in every file")
  func everywhere() throws {
    let result = try fit(
      "out",
      [
        "--derived", "S8like=omega_m^0.5*h", "--derived", "scaled = 10 * S8like", "--draws", "200",
        "--nhf-draws", "1000", "--nhf-steps", "50", "--nhf-fallback", "always",
      ], flow: true)
    #expect([0, 11].contains(result.status), "\(result.error)")
    #expect(result.output.contains("derived     S8like = omega_m^0.5*h\n"))
    #expect(result.output.contains("\nS8like*"))
    for root in ["hmc", "weighted", "nhf", "nhf-raw", "nhf-exact"] {
      let names = try text("out/\(root).paramnames")
      let own =
        "omega_m\t\\Omega_\\mathrm{m}\nh\th\nomega_lambda*\t\\Omega_\\Lambda\nq0*\tq_0\n"
        + "S8like*\tS8like\nscaled*\tscaled\n"
      #expect(root == "nhf-raw" ? names == own : names.hasPrefix(own + "minuslogprior*\t"))
      #expect(try text("out/\(root).ranges").contains("\nS8like\tN\tN\n"))
      let rows = try rows("out/\(root).1.txt", separator: " ")
      #expect(rows.count >= 200, "\(root)")
      for row in rows {
        #expect(row[4] == 1 - row[2] && abs(row[5] - (1.5 * row[2] - 1)) < 1e-8)
        #expect(row[6] == pow(row[2], 0.5) * row[3])
        #expect(row[7] == 10 * row[6])
      }
    }
    #expect(
      try text("out/hmc.1.csv").contains("log_density__,omega_m,h,omega_lambda,q0,S8like,scaled\n"))
    let fits = String(decoding: try data("out/hmc.fits"), as: UTF8.self)
    #expect(fits.contains("'S8like  '           / derived from sampled parameters"))

    let summary = try #require(
      try JSONSerialization.jsonObject(with: data("out/summary.json")) as? [String: Any])
    for key in ["posterior", "chains"] {
      let posterior = try #require(summary[key] as? [String: Any])
      let parameters = try #require(posterior["parameters"] as? [[String: Any]])
      #expect(
        parameters.map { $0["name"] as? String }
          == ["omega_m", "h", "omega_lambda", "q0", "S8like", "scaled"])
      #expect(parameters.map { $0["derived"] as? Bool } == [nil, nil, true, true, true, true])
    }
    let model = try #require(summary["model"] as? [String: Any])
    let derived = try #require(model["derived"] as? [[String: Any]])
    #expect(derived.map { $0["formula"] as? String } == ["omega_m^0.5*h", "10 * S8like"])
    let best = try #require(summary["best_draw"] as? [String: Any])
    let values = try #require(best["parameters"] as? [String: Double])
    #expect(values["S8like"] != nil)
    // The information is told of what has a prior.
    let verdict = try #require(summary["verdict"] as? [String: Any])
    let constraints = try #require(verdict["constraints"] as? [[String: Any]])
    #expect(constraints.map { $0["name"] as? String } == ["omega_m", "h"])

    let diagnosis = try Tool.run(["diagnose", "out/hmc"], in: folder.path)
    #expect(diagnosis.output.contains("\nS8like*"))
    let comparison = try Tool.run(["compare", "out/nhf", "out/weighted"], in: folder.path)
    #expect(comparison.status == 0, "\(comparison.output)")
    #expect(comparison.output.contains("\nS8like        mean"))
    #expect(
      comparison.output.contains(
        "derived     omega_lambda, q0, S8like, scaled: not in the joint tests"))
    #expect(comparison.output.contains("energy distance²"))

    let training = try Tool.run(
      ["flow", "train", "out/hmc", "-o", "f.json", "--steps", "10", "--quiet"], in: folder.path)
    #expect(training.status == 0, "\(training.error)")
    #expect(training.output.contains("rows of omega_m, h\n"))
    #expect(training.output.contains("S8like, scaled left out"))
    let chosen = try Tool.run(
      [
        "flow", "train", "out/hmc", "-o", "g.json", "--steps", "10", "--quiet", "--columns",
        "omega_m,S8like",
      ], in: folder.path)
    #expect(chosen.output.contains("rows of omega_m, S8like\n"), "\(chosen.error)")
  }

  @Test("a run is resumed bit for bit, from its analysis.yaml too, and not with another formula")
  func resumed() throws {
    let formulas = ["--derived", "b=omega_m*c", "--derived", "c=log(h)"]
    for output in ["whole", "part"] {
      let draws = output == "whole" ? "400" : "150"
      let result = try fit(output, formulas + ["--draws", draws])
      #expect([0, 11].contains(result.status), "\(result.error)")
    }
    let longer = try fit("part", formulas + ["--draws", "400", "--resume"])
    #expect([0, 11].contains(longer.status), "\(longer.error)")
    let again = try Tool.run(
      ["run", "whole/analysis.yaml", "-o", "again", "--no-report", "-q"], in: folder.path)
    #expect([0, 11].contains(again.status), "\(again.error)")
    for name in ["hmc.1.txt", "hmc.2.csv", "weighted.1.txt", "hmc.paramnames"] {
      #expect(try data("part/\(name)") == data("whole/\(name)"), "\(name)")
      #expect(try data("again/\(name)") == data("whole/\(name)"), "\(name)")
    }
    let before = try data("part/hmc.1.csv")
    for other in [[], ["--derived", "b=omega_m*c", "--derived", "c=log10(h)"]] {
      let result = try fit("part", other + ["--draws", "500", "--resume"])
      #expect(result.status == 73 && result.error.contains("params.c.derived"), "\(result.error)")
    }
    #expect(try data("part/hmc.1.csv") == before)
  }

  @Test(
    "a formula that cannot be a column ends with 64 before anything is written",
    arguments: [
      (["omega_m=h"], "'omega_m' is a parameter"), (["x=omega_n*h"], "did you mean omega_m?"),
      (["x=omega_m*"], "ends too early"), (["x=2*(h"], "ends too early"),
      (["x=h $ 2"], "'$' at character 3"), (["x=foo(h)"], "no function 'foo'"),
      (["x=3+4"], "the same whatever"), (["x=h-h"], "the same whatever"),
      (["x=h", "x=2*h"], "given twice"), (["x=x"], "derived from itself"),
      (["x=y", "y=x+h"], "in a circle"), (["a b=h"], "cannot name a derived quantity"),
      (["divergent__=h"], "cannot name a derived quantity"), (["x"], "is not name=formula"),
      (["=h"], "is not name=formula"), ([""], "is not name=formula"),
      (["x=sqrt(omega_m-0.9)"], "'x' is not a number at delta_mu = "),
      (["x=h/(omega_m-omega_m)"], "needs a finite value"),
    ])
  func refused(formulas: [String], words: String) throws {
    let result = try fit("out", formulas.flatMap { ["--derived", $0] })
    #expect(result.status == 64 && result.error.contains(words), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test("an offset that is integrated out has no draws to derive anything from")
  func marginalised() throws {
    for formula in ["x=h", "x=h+omega_m"] {
      let result = try fit("out", ["--offset", "marginalise", "--derived", formula])
      #expect(result.status == 64 && result.error.contains("h"), "\(result.error)")
    }
  }
}
