import Foundation
import TestSupport
import Testing

@Suite struct RunCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path(path)))
  }

  @Test("the analysis.yaml of a fit, and a short file, do what the flags did")
  func same() throws {
    let catalog = ProjectFiles.data("jla_binned.fits")
    let fit = try Tool.run(
      [
        "fit", catalog, "--sampler", "hmc", "--draws", "200", "--chains", "2", "--warmup", "100",
        "--model", "flat_wcdm", "--prior", "w=normal(-1,0.2)", "--fix", "h=0.7", "-o", "fit", "-q",
      ], in: folder.path)
    #expect([0, 11].contains(fit.status), "\(fit.error)")
    _ = try folder.write(
      """
      likelihood: {supernovae: {data: "\(catalog)"}}
      theory: {model: flat_wcdm}
      params: {w: {prior: {dist: norm, loc: -1, scale: 0.2}}, h: 0.7}
      sampler: {hmc: {draws: 200, chains: 2, warm_up: 100}}
      output: short
      """, to: "short.yaml")
    for arguments in [
      ["run", "fit/analysis.yaml", "-o", "again", "--no-report", "-q"],
      ["run", "short.yaml", "--no-report", "-q"],
    ] {
      let run = try Tool.run(arguments, in: folder.path)
      #expect(run.status == fit.status, "\(run.error)")
    }
    for name in ["hmc.1.txt", "hmc.2.csv", "hmc.ranges"] {
      #expect(try bytes("again/\(name)") == bytes("fit/\(name)"))
      #expect(try bytes("short/\(name)") == bytes("fit/\(name)"))
    }
    let resumed = try Tool.run(
      ["run", "short.yaml", "-o", "fit", "--resume", "--no-report"], in: folder.path)
    #expect(resumed.status == fit.status, "\(resumed.error)")
  }

  @Test("--set changes a setting of a file and of options alike, and says what is wrong with it")
  func setting() throws {
    let catalog = ProjectFiles.data("jla_binned.fits")
    _ = try folder.write(
      "likelihood: {supernovae: {data: \"\(catalog)\"}}\nsampler: {hmc: {draws: 9}}", to: "f.yaml")
    let options = [
      "--set", "sampler.hmc={draws: 200, chains: 2, warm_up: 100}", "--set", "params.H0=70",
      "--set", "params.omegam=uniform(0.1, 0.6)",
    ]
    let run = try Tool.run(
      ["run", "f.yaml", "-o", "run", "--no-report"] + options, in: folder.path)
    let fit = try Tool.run(["fit", catalog, "-o", "fit"] + options, in: folder.path)
    #expect([0, 11].contains(run.status) && fit.status == run.status, "\(run.error)\(fit.error)")
    #expect(run.error.contains("note: omegam is omega_m here"))
    let mistaken = try Tool.run(["fit", "f.yaml"], in: folder.path)
    #expect(mistaken.status == 64 && mistaken.error.contains("'sn-infer run f.yaml' runs it"))
    #expect(try bytes("run/hmc.1.txt") == bytes("fit/hmc.1.txt"))
    for command in [["run", "f.yaml"], ["fit", catalog]] {
      let wrong = try Tool.run(
        command + ["--set", "sampler.hmc.drows=5", "-o", "out"], in: folder.path)
      #expect(wrong.status == 64 && wrong.error.contains("did you mean draws?"), "\(wrong.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test("an analysis that somebody has written is not replaced by the record of its run")
  func ownAnalysis() throws {
    let text =
      "likelihood: {supernovae: {data: \"\(ProjectFiles.data("jla_binned.fits"))\"}}\noutput: own"
    _ = try FileManager.default.createDirectory(
      atPath: folder.path("own"), withIntermediateDirectories: true)
    _ = try folder.write(text, to: "own/analysis.yaml")
    for more in [[], ["--force"], ["--resume"]] {
      let result = try Tool.run(["run", "own/analysis.yaml"] + more, in: folder.path)
      #expect(result.status == 73 && result.error.contains("no run has written"), "\(result.error)")
      #expect(try bytes("own/analysis.yaml") == Data(text.utf8))
    }
  }

  @Test(
    "what cannot be run ends with its exit code, and makes no folder",
    arguments: [
      ("", 66, "there is no such file"),
      ("seed: x", 65, "f.yaml, line 1: seed: a non-negative whole number"),
      ("likelihood: {a: {data: none.csv}}", 66, "none.csv"),
      ("likelihood:\n  planck_2018_lowl.TT:", 65, "f.yaml, line 2: likelihood.planck_2018_lowl.TT"),
      ("likelihood: {a: {data: none.csv}}\ntheory: {model: x}", 64, "no model 'x'"),
    ] as [(String, Int32, String)])
  func refused(text: String, status: Int32, words: String) throws {
    if !text.isEmpty { _ = try folder.write(text, to: "f.yaml") }
    let result = try Tool.run(["run", "f.yaml", "-o", "out"], in: folder.path)
    #expect(result.status == status && result.error.contains(words), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }
}
