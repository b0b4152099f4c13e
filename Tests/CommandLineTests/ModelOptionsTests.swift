import Foundation
import TestSupport
import Testing

@Suite struct ModelOptionsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func fit(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--force"] + arguments,
      in: folder.path)
  }

  private func summary() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/summary.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func means() throws -> [String: Double] {
    let posterior = try #require(try summary()["posterior"] as? [String: Any])
    let parameters = try #require(posterior["parameters"] as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: parameters.compactMap { parameter in
        (parameter["name"] as? String).flatMap { name in
          (parameter["mean"] as? Double).map { (name, $0) }
        }
      })
  }

  @Test(
    "every model samples its parameters",
    arguments: [
      ("flat_lcdm", ["omega_m", "delta_mu"]), ("lcdm", ["omega_m", "omega_k", "delta_mu"]),
      ("flat_wcdm", ["omega_m", "w", "delta_mu"]),
      ("wcdm", ["omega_m", "omega_k", "w", "delta_mu"]),
      ("flat_w0wacdm", ["omega_m", "w0", "wa", "delta_mu"]),
      ("w0wacdm", ["omega_m", "omega_k", "w0", "wa", "delta_mu"]),
    ])
  func models(name: String, parameters: [String]) throws {
    let result = try fit("--model", name, "--draws", "200", "--warmup", "300")
    #expect(result.status == 0 || result.status == 11, "\(result.error)")
    #expect(Set(try means().keys) == Set(parameters + ["omega_lambda", "q0"]))
    let names = try String(contentsOfFile: folder.path("out/hmc.paramnames"), encoding: .utf8)
      .split(separator: "\n").compactMap { $0.split(separator: "\t").first }
    #expect(names.filter { !$0.hasSuffix("*") }.map(String.init) == parameters)
  }

  @Test("the direct path and the projected one give the same posterior")
  func paths() throws {
    #expect(try fit("--likelihood", "direct").status == 0)
    let direct = try means()
    #expect(try fit("--likelihood", "projected").status == 0)
    let projected = try means()
    #expect(abs(try #require(direct["omega_m"]) - (try #require(projected["omega_m"]))) < 0.003)
    let model = try #require(try summary()["model"] as? [String: Any])
    #expect((model["likelihood"] as? String)?.hasPrefix("projected onto ") == true)
  }

  @Test("parameters are left out by marginalising and by fixing; priors are what one says")
  func choices() throws {
    let marginalised = try fit("--parameters", "omega_m")
    #expect(marginalised.status == 0 && marginalised.output.contains("offset marginalised"))
    #expect(try means().keys.sorted() == ["omega_lambda", "omega_m", "q0"])
    let same = try fit("--offset", "marginalise")
    #expect(
      same.output.split(separator: "\n").dropLast(2)
        == marginalised.output.split(separator: "\n").dropLast(2))

    let fixed = try fit("--model", "lcdm", "--fix", "omega_k=0", "--offset", "marginalise")
    #expect(fixed.output.contains("omega_k = 0.0 fixed"))
    let (flat, omegaMatter) = (0.29705, try #require(try means()["omega_m"]))
    #expect(abs(omegaMatter - flat) < 0.003)

    // A narrow prior decides, and nothing is learned.
    #expect(try fit("--prior", "omega_m = normal(0.5, 0.001)").status == 10)
    #expect(abs(try #require(try means()["omega_m"]) - 0.5) < 0.002)
  }

  @Test("radiation changes the posterior a little")
  func radiation() throws {
    #expect(try fit("--t-cmb", "2.7255").status == 0)
    let model = try #require(try summary()["model"] as? [String: Any])
    let density = try #require(model["radiation"] as? Double)
    #expect(abs(density - 8.5e-5) < 2e-6)
  }

  @Test(
    "choices that contradict each other or the model are refused by name",
    arguments: [
      (["--model", "flat"], "flat_lcdm"),
      (
        ["--prior", "w0=uniform(-3,1)"],
        "those of flat_lcdm with these data are omega_m, delta_mu"
      ),
      (["--prior", "omega_m=uniform(1,0)"], "bounds reversed in uniform(1.0,0.0)"),
      (["--prior", "omega_m=uniform(0,inf)"], "upper is not a finite number"),
      (["--prior", "omega_m=gauss(0,1)"], "did you mean normal?"),
      (["--prior", "omega_m"], "'--prior omega_m' is not name=prior"),
      (
        ["--prior", "h=normal(0.7,0.1)", "--prior", "h=normal(0.7,0.2)"],
        "--prior names h more than once"
      ),
      (["--fix", "h=nan"], "'nan' in --fix is not a finite number"),
      (
        ["--fix", "h=0.7", "--prior", "h=normal(0.7,0.1)"], "h has a --prior and is fixed by --fix"
      ),
      (["--parameters", "omega_m,omega_k"], "'omega_k' is not a parameter"),
      (
        ["--model", "lcdm", "--parameters", "omega_m,h"],
        "omega_k is not among --parameters; fix it"
      ),
      (["--parameters", "omega_m", "--offset", "sample"], "delta_mu is not among --parameters"),
      (
        ["--parameters", "omega_m,h", "--offset", "marginalise"],
        "h is both sampled and marginalised"
      ),
      (["--offset", "marginalise", "--prior", "h=normal(0.7,0.1)"], "h is marginalised"),
      (["--fix", "h=0.7", "--fix", "omega_m=0.3"], "no parameter is free"),
      (
        ["--distance", "pen", "--model", "lcdm"],
        "--distance pen is a fit for --model flat_lcdm only"
      ),
      (["--distance", "pen", "--t-cmb", "2.7"], "--distance pen does not include radiation"),
      (["--t-cmb=-3"], "--t-cmb must be 0 to 100 kelvin"),
      (["--without-determinant"], "--without-determinant is for light curves"),
      (["--n-eff", "3"], "--n-eff needs --t-cmb"),
      (["--parameters", "omega_m,h,h"], "--parameters names h more than once"),
      (
        ["--parameters", "omega_m,h", "--fix", "h=0.7"],
        "h is both among --parameters and fixed; choose one"
      ),
      (["--target-acceptance", "1"], "--target-acceptance must be between 0 and 1"),
    ] as [([String], String)])
  func refused(arguments: [String], words: String) throws {
    let result = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"] + arguments, in: folder.path)
    #expect(result.status == 64, "\(result.status)")
    #expect(result.error.contains(words), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test("light curves and calibrators are fitted from the command line", .needs("data/jla_full"))
  func releases() throws {
    let curves = try #require(ProjectFiles.shared("data/jla_full/jla_lcparams.txt"))
    let light = try Tool.run(
      ["fit", curves, "-o", "light", "--draws", "500", "--warmup", "400", "--start", "mode"],
      in: folder.path)
    #expect([0, 10, 11].contains(light.status), "\(light.error)")
    for name in ["omega_m", "alpha", "beta", "M", "delta_M"] {
      #expect(light.output.contains("\n\(name) "))
    }
    let plus = try #require(ProjectFiles.shared("data/pantheon_plus/Pantheon+SH0ES.dat"))
    let ladder = try Tool.run(
      [
        "fit", plus, "--calibrators", "--column", "mu_err=m_b_corr_err_DIAG", "-o", "ladder",
        "--draws", "500",
      ], in: folder.path)
    #expect(ladder.status == 0 || ladder.status == 10, "\(ladder.error)")
    let line = try #require(ladder.output.split(separator: "\n").first { $0.hasPrefix("h ") })
    // With diagonal errors, which double-count the Cepheids: about 0.735.
    let mean = try #require(line.split(separator: " ").dropFirst().first.flatMap { Double($0) })
    #expect(abs(mean - 0.735) < 0.02, "\(mean)")
  }
}
