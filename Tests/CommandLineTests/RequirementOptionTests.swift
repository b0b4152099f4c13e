import Foundation
import Inference
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
    let result = try fit("-o", "out", "--require", "w0 + wa < 0", "--require", "wa + 1 > w0 > -2")
    #expect([0, 11].contains(result.status), "\(result.error)")
    let line =
      "prior       w0 + wa < 0, wa + 1 > w0 > -2, density that of the priors, not renormalised\n"
    #expect(result.output.contains(line), "\(result.output)")
    let text = try String(contentsOfFile: folder.path("out/hmc.1.txt"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
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
    #expect(model?["requirements"] as? [String] == ["w0 + wa < 0", "wa + 1 > w0 > -2"])

    // The run's own file does the same again, and another requirement is another run.
    let again = try Tool.run(
      ["run", "out/analysis.yaml", "-o", "again"], in: folder.path)
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
    let result = try fit("-o", "out", "--offset", "marginalise", "--require", "h < omega_m + 0.5")
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

  @Test("several parameters have a normal prior with the covariance of a file, which the run keeps")
  func joint() throws {
    _ = try folder.write(
      "# wa omega_m w0\n1 0 -0.18\n0 0.01 0\n-0.18 0 0.04\n", to: "w.covmat")
    let option = "w0,wa=normal(-0.9,-0.4;w.covmat)"
    let result = try fit("-o", "out", "--prior", option)
    #expect([0, 11].contains(result.status), "\(result.error)")
    let line = "prior       multivariate normal, w0 -0.9 ± 0.2, wa -0.4 ± 1\n"
    #expect(result.output.contains(line), "\(result.output)")
    let again = try Tool.run(
      ["run", "out/analysis.yaml", "-o", "again"], in: folder.path)
    #expect(again.status == result.status, "\(again.error)")
    #expect(
      FileManager.default.contents(atPath: folder.path("out/hmc.2.txt"))
        == FileManager.default.contents(atPath: folder.path("again/hmc.2.txt")))
    _ = try folder.write(
      "# wa omega_m w0\n1 0 -0.1\n0 0.01 0\n-0.1 0 0.04\n", to: "w.covmat")
    #expect(try fit("-o", "out", "--resume", "--prior", option).status == 73)
  }

  @Test("the chains of a run are a prior of the next, which needs no other file to be repeated")
  func chain() throws {
    var random = RandomStream(seed: 4, "chains of another program")
    var text = "# weight minuslogpost H0 Omega_m\n"
    for _ in 0..<4000 {
      let (u, v) = (random.nextStandardNormal(), random.nextStandardNormal())
      text += "1 \(0.5 * (u * u + v * v)) \(70 + u) \(0.3 - 0.01 * u + 0.005 * v)\n"
    }
    _ = try folder.write(text, to: "other.1.txt")
    let arguments = [
      "fit", ProjectFiles.data("jla_binned.fits"), "--sampler", "hmc",
    ]
    let option = "omega_m,h=chain(other)"
    let result = try Tool.run(
      arguments + ["-o", "out", "--prior", option], in: folder.path)
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    #expect(
      result.output.contains("prior       from the chain other, omega_m 0."), "\(result.output)")
    #expect((result.output + result.error).contains("other: h is its H0, divided by 100\n"))
    // The supernovae and the prior, both nearly normal, make what their covariances make together.
    let alone = try Tool.run(
      arguments + ["-o", "alone", "--parameters", "omega_m,h"], in: folder.path)
    #expect([0, 11].contains(alone.status))
    func moments(_ root: String) throws -> (mean: [Double], inverse: [Double]) {
      let text = try String(contentsOfFile: folder.path("\(root).1.txt"), encoding: .utf8)
      let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        .map { $0.split(separator: " ").compactMap { Double($0) } }
      let n = Double(rows.count)
      let mean = [2, 3].map { k in rows.reduce(0) { $0 + $1[k] } / n }
      func covariance(_ i: Int, _ j: Int) -> Double {
        rows.reduce(0) { $0 + ($1[i + 2] - mean[i]) * ($1[j + 2] - mean[j]) } / n
      }
      let (a, b, c) = (covariance(0, 0), covariance(0, 1), covariance(1, 1))
      let determinant = a * c - b * b
      return (mean, [c / determinant, -b / determinant, a / determinant])
    }
    let data = try moments("alone/hmc")
    let prior = (mean: [0.3, 0.7], inverse: [40_000, 40_000, 50_000.0])
    let sum = zip(data.inverse, prior.inverse).map { $0 + $1 }
    func product(_ m: [Double], _ x: [Double]) -> [Double] {
      [m[0] * x[0] + m[1] * x[1], m[1] * x[0] + m[2] * x[1]]
    }
    let right = zip(product(data.inverse, data.mean), product(prior.inverse, prior.mean))
      .map { $0 + $1 }
    let determinant = sum[0] * sum[2] - sum[1] * sum[1]
    let expected = product([sum[2], -sum[1], sum[0]].map { $0 / determinant }, right)
    let found = try moments("out/hmc").mean
    let deviation = (sum[2] / determinant).squareRoot()
    #expect(abs(found[0] - expected[0]) < 0.15 * deviation, "\(found) \(expected) ± \(deviation)")

    try FileManager.default.removeItem(atPath: folder.path("other.1.txt"))
    let again = try Tool.run(
      ["run", "out/analysis.yaml", "-o", "again"], in: folder.path)
    #expect(again.status == result.status, "\(again.error)")
    #expect(
      FileManager.default.contents(atPath: folder.path("out/hmc.2.txt"))
        == FileManager.default.contents(atPath: folder.path("again/hmc.2.txt")))
  }

  @Test(
    "joint priors of files are read as typed, and refused by their place",
    arguments: [
      ("['w0,wa=normal(-1,0;good)']", 0, ""),
      ("[{names: [w0, wa], mean: [-1, 0], covmat: good}]", 0, ""),
      ("[{names: [w0, wa], mean: [-1, 0], covmat: none}]", 65, "joint[1]: none: there is no such"),
      ("[{names: [w0, wa], chain: none}]", 65, "joint[1]: none.1.txt: there is no such file"),
      ("[{names: [w0, wa], chain: none, mean: [1, 2]}]", 65, "joint[1]: it has both"),
      ("[{names: [w0, wa], sd: 3}]", 65, "joint[1]: sd is not known"),
      ("['w0,wa=flat()']", 65, "joint[1]: "),
    ])
  func files(list: String, status: Int32, words: String) throws {
    _ = try folder.write("# wa w0\n1 0\n0 1\n", to: "good")
    _ = try folder.write(
      """
      likelihood: {supernovae: {data: '\(ProjectFiles.data("jla_binned.fits"))'}}
      theory: {model: flat_w0wacdm}
      sampler: {map: {}}
      joint: \(list)
      """, to: "run.yaml")
    let result = try Tool.run(["run", "run.yaml", "-o", "out"], in: folder.path)
    #expect(
      status == 0 ? [0, 10, 11].contains(result.status) : result.status == status,
      "\(result.status) \(result.error)")
    #expect(words.isEmpty || result.error.contains(words), "\(result.error)")
  }

  @Test(
    "a joint prior that is none is refused with what is wrong",
    arguments: [
      ("w0,wa=normal(-1,0;none)", 66, "none: there is no such file"),
      ("w0,wa=normal(-1,0;)", 64, "the file of the covariance is missing"),
      ("w0,wa=normal(-1;good)", 64, "1 means for 2 parameters"),
      ("w0,wa=normal(-1,x;good)", 64, "'x' is not a finite number"),
      ("w0,wa=uniform(-1,0)", 64, "have a prior normal(mean,mean,…;file.covmat)"),
      ("w0,w=normal(-1,0;good)", 65, "good, line 1: 'w' is none of the parameters w0, wa"),
      ("w0,wa=normal(-1,0;plain)", 65, "plain, line 1: the first line has to name"),
      ("w0,wa=normal(-1,0;short)", 65, "short: found 1 rows for 2 parameters"),
      ("w0,wa=normal(-1,0;ragged)", 65, "ragged, line 3: found 1 numbers for 2"),
      ("w0,wa=normal(-1,0;word)", 65, "word, line 2: 'nan' is not a finite number"),
      ("w0,wa=normal(-1,0;indefinite)", 64, "the covariance is not positive definite"),
      ("w0,w0=normal(-1,0;good)", 64, "'w0' has more than one prior"),
    ])
  func badJoint(option: String, status: Int32, words: String) throws {
    for (name, text) in [
      ("good", "# w0 wa\n1 0\n0 1\n"), ("plain", "1 0\n0 1\n"), ("short", "# w0 wa\n1 0\n"),
      ("ragged", "# w0 wa\n1 0\n0\n"), ("word", "# w0 wa\nnan 0\n0 1\n"),
      ("indefinite", "# w0 wa\n1 2\n2 1\n"),
    ] { _ = try folder.write(text, to: name) }
    let result = try fit("-o", "out", "--prior", option)
    #expect(result.status == status, "\(result.error)")
    #expect(result.error.contains(words), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }
}
