import Foundation
import TestSupport
import Testing

/// `fit --metric-from`, and the same in YAML.
@Suite struct MetricOptionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func fit(_ arguments: String...) throws -> Tool.Result {
    try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "--sampler", "hmc", "--draws", "100",
        "--chains", "2", "--warmup", "50", "-o", "out",
      ] + arguments, in: folder.path)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  @Test("a covariance of another program starts the metric, is part of the run, and is written out")
  func kept() throws {
    _ = try folder.write("# omegam H0\n1e-3 -0.15\n-0.15 60\n", to: "planck.covmat")
    let result = try fit("--metric-from", "planck.covmat")
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    let chain = try text("out/hmc.1.txt")
    #expect(try text("out/analysis.yaml").contains("metric_from:"))
    // The run's own file needs no other.
    try FileManager.default.removeItem(atPath: folder.path("planck.covmat"))
    let again = try Tool.run(
      ["run", "out/analysis.yaml", "-o", "again", "--no-report"], in: folder.path)
    #expect(again.status == result.status, "\(again.error)")
    #expect(try text("again/hmc.1.txt") == chain)
    // The same numbers by another name are the same run; others are not.
    _ = try folder.write("# omegam H0\n1e-3 -0.15\n-0.15 60\n", to: "moved.covmat")
    #expect(try fit("--metric-from", "moved.covmat", "--resume").status == result.status)
    _ = try folder.write("# omegam H0\n1e-3 0\n0 60\n", to: "other.covmat")
    for other in [["--metric-from", "other.covmat"], []] {
      let refused = try Tool.run(
        [
          "fit", ProjectFiles.data("jla_binned.fits"), "--sampler", "hmc", "--draws", "100",
          "--chains", "2", "--warmup", "50", "-o", "out", "--resume",
        ] + other, in: folder.path)
      #expect(refused.status == 73 && refused.error.contains("metric_from"), "\(refused.error)")
    }
    let file = """
      likelihood:
        supernovae: {data: '\(ProjectFiles.data("jla_binned.fits"))'}
      sampler:
        hmc: {draws: 100, chains: 2, warm_up: 50, metric_from: moved.covmat}
      """
    _ = try folder.write(file, to: "run.yaml")
    let run = try Tool.run(["run", "run.yaml", "-o", "yaml", "--no-report"], in: folder.path)
    #expect(run.status == result.status, "\(run.error)")
    #expect(try text("yaml/hmc.1.txt") == chain)
  }

  @Test(
    "what is no covariance of the parameters is refused with file and line",
    arguments: [
      (nil, 66, "m.covmat: there is no such file"),
      ("1 0\n0 1\n", 65, "m.covmat, line 1: the first line has to name"),
      ("# omega_m h\n1 0\n0 x\n", 65, "m.covmat, line 3: 'x' is not a finite number"),
      ("# omega_m h\n1 0\n0 nan\n", 65, "m.covmat, line 3: 'nan'"),
      ("# omega_m h\n1 0 2\n0 1\n", 65, "m.covmat, line 2: found 3 numbers"),
      ("# omega_m h\n1 0\n", 65, "m.covmat: found 1 rows"),
      ("# omega_m h\n1 2\n2 1\n", 65, "m.covmat: the covariance is not positive definite"),
      ("# omega_m h\n1 2\n3 9\n", 65, "m.covmat: the covariance is not symmetric"),
      ("# h h\n1 0\n0 1\n", 65, "m.covmat, line 1: 'h' is named twice"),
      ("#\n", 65, "m.covmat: it names no parameters"),
      ("# a b\n1 0\n0 1\n", 65, "none of the parameters that the metric is to start from (a, b)"),
    ] as [(String?, Int32, String)])
  func refused(text: String?, status: Int32, words: String) throws {
    if let text { _ = try folder.write(text, to: "m.covmat") }
    _ = try folder.write(
      "likelihood: {supernovae: {data: '\(ProjectFiles.data("jla_binned.fits"))'}}\n"
        + "sampler: {hmc: {metric_from: m.covmat}}\noutput: out\n", to: "run.yaml")
    for result in [
      try fit("--metric-from", "m.covmat"), try Tool.run(["run", "run.yaml"], in: folder.path),
    ] {
      #expect(result.status == status && result.error.contains(words), "\(result.error)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  @Test("the option is for HMC")
  func otherSamplers() throws {
    _ = try folder.write("# h\n1\n", to: "m.covmat")
    #expect(try fit("--metric-from", "m.covmat", "--sampler", "nhf").status == 64)
  }
}
