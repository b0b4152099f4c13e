import Foundation
import Inference
import TestSupport
import Testing

@Suite struct ReportCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static let hasGnuplot = isInstalled("gnuplot")
  static let hasTidy = isInstalled("tidy")

  private static func isInstalled(_ program: String) -> Bool {
    ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
  }

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: folder.path(path), encoding: .utf8)
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path(path)).sorted()
  }

  private func fit(
    _ catalog: String = ProjectFiles.data("jla_binned.fits"), _ options: [String] = [],
    report: Bool = true
  ) throws -> Tool.Result {
    try Tool.run(["fit", catalog, "-o", "out"] + options, in: folder.path, report: report)
  }

  @Test(
    "fit ends with a page that is whole by itself, figures and a table", .enabled(if: hasGnuplot))
  func whole() throws {
    let result = try fit()
    #expect(result.status == 0 && !result.error.contains("warning"), "\(result.error)")
    #expect(result.output.contains("report      out/report.html"))
    let stems = ["corner", "cumulative", "hubble", "ranks", "trace"]
    #expect(
      try names("out/report/figures")
        == stems.flatMap { stem in ["dat", "gp", "pdf", "svg"].map { "\(stem).\($0)" } })
    let page = try read("out/report.html")
    #expect(page.components(separatedBy: "<svg").count == 6)
    // The last digit of the mean depends on the kernels of BLAS.
    let summary = try read("out/summary.json")
    let numbers = /"mean" : ([0-9.]+),\s*"name" : "omega_m"[^}]*"standard_deviation" : ([0-9.]+)/
    let (_, mean, deviation) = try #require(summary.firstMatch(of: numbers)).output
    func rounded(_ text: Substring) -> String { String(format: "%.4f", Double(text) ?? .nan) }
    for words in [
      "\(rounded(mean)) ± \(rounded(deviation))", "HMC: converged",
      "jla_binned.fits, 31 supernovae", "total, from image",
      "projected onto 16 nodes", "uniform in (0, 1)", "Ω<sub>m</sub>", "Δ", "fingerprint",
      "--no-report",
    ] {
      #expect(page.contains(words) == (words != "--no-report"), "\(words)")
    }
    for words in ["http:", "https:", "<script", "<link", "@import", "src="] {
      #expect(!page.contains(words), "\(words)")
    }
    #expect(try read("out/report/table.tex").contains(#"$\Omega_\mathrm{m}$ & $0.29"#))
    #expect(page.contains("<pre>") && page.contains("sn-infer fit"))
  }

  @Test("the page is valid HTML, of one sampler and of three", .enabled(if: hasGnuplot && hasTidy))
  func valid() throws {
    _ = try fit()
    try addFlow()
    let marked = try Tool.run(
      ["report", "out", "--truth", "omega_m=0.3,omega_mm=0.2"], in: folder.path)
    #expect(marked.status == 0)
    #expect(marked.error.contains("--truth omega_mm is not marked"), "\(marked.error)")
    #expect(!marked.error.contains("--truth omega_m is"))
    let (process, pipe) = (Process(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["tidy", "-quiet", "-errors", folder.path("out/report.html")]
    process.standardError = pipe
    try process.run()
    let words = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: words, as: UTF8.self))")
    let page = try read("out/report.html")
    for words in [
      "NHF, weighted", "NHF, raw", "Importance weights", "Training of the flow", "Dotted: the true",
      "Means and standard deviations", "37.9641 ± 0.0012",
    ] {
      #expect(page.contains(words), "\(words)")
    }
  }

  /// What a flow would leave next to the chains: here every eighth draw, in weights of 1 and 1.1.
  private func addFlow() throws {
    let lines = try (1...4).flatMap {
      try read("out/hmc.\($0).txt").split(separator: "\n").dropFirst()
    }
    let draws = stride(from: 0, to: lines.count, by: 8).map {
      lines[$0].split(separator: " ").dropFirst()
    }
    for (root, odd) in [("nhf", "1.1"), ("nhf-raw", "1")] {
      let text = draws.enumerated().map { index, draw in
        "\(index % 2 == 0 ? "1" : odd) \(draw.joined(separator: " "))\n"
      }
      _ = try folder.write(text.joined(), to: "out/\(root).1.txt")
      for suffix in ["paramnames", "ranges"] {
        _ = try folder.write(try read("out/hmc.\(suffix)"), to: "out/\(root).\(suffix)")
      }
      _ = try folder.write("sampler=uncorrelated\n", to: "out/\(root).properties.ini")
    }
    _ = try folder.write(
      "step,loss,ess,beta\n0,-30,0.1,0\n10,-36,0.5,1\n20,-37.9,0.9,1\n", to: "out/nhf-training.csv")
    let summary = try read("out/summary.json").replacing(
      "\"outcomes\" : {",
      with:
        #""outcomes" : { "nhf" : { "log_evidence" : 37.9641, "log_evidence_error" : 0.0012, "shape" : 0.1 },"#
    )
    _ = try folder.write(summary, to: "out/summary.json")
  }

  @Test(
    "a flow in two coordinates shows what it has learned, and --force takes it away",
    .enabled(if: hasGnuplot))
  func learnedFlow() throws {
    let options = ["--sampler", "nhf", "--nhf-preset", "prior", "--nhf-steps", "300"]
    let rejected: Int32 = 11
    let catalog = ProjectFiles.data("jla_binned.fits")
    let status = try fit(catalog, options + ["--nhf-fallback", "never"]).status
    #expect(status == 0 || status == rejected)
    let files = ["nhf-memory.csv", "nhf-potential.csv", "nhf-trajectories.csv"]
    #expect(try names("out").filter { files.contains($0) } == files)
    let nodes = try read("out/nhf-potential.csv").split(separator: "\n")
    #expect(nodes.first == "x1,x2,potential,negative_log_posterior" && nodes.count == 81 * 81 + 1)
    // 36 draws through two leapfrog steps.
    #expect(try read("out/nhf-trajectories.csv").split(separator: "\n").count == 36 * 3 + 1)
    let page = try read("out/report.html")
    for words in [
      "What the flow has learned", "the learned potential", "on their way", "Correlation between",
    ] {
      #expect(page.contains(words), "\(words)")
    }
    for stem in ["potential", "trajectories", "memory"] {
      let drawing = try read("out/report/figures/\(stem).svg")
      #expect(!drawing.contains("nan"))
    }

    // A damaged table is left out, and the rest is reported.
    _ = try folder.write("x1,x2\n1,0\n", to: "out/nhf-memory.csv")
    let again = try Tool.run(["report", "out"], in: folder.path)
    #expect(again.status == 0)
    #expect(try !read("out/report.html").contains("What the flow has learned"))

    #expect(try fit(catalog, ["--force"]).status == 0)
    #expect(try names("out").allSatisfy { !$0.hasPrefix("nhf") })
    #expect(try names("out/report/figures").allSatisfy { !$0.hasPrefix("potential") })
  }

  @Test("the page has the SHA-256 of all input, and warns of input that has changed since")
  func input() throws {
    for name in ["jla_binned.csv", "jla_binned_covariance.csv"] {
      try FileManager.default.copyItem(
        atPath: ProjectFiles.data(name), toPath: folder.path(name))
    }
    let result = try fit(
      "jla_binned.csv", ["--covariance", "jla_binned_covariance.csv", "--draws", "100"])
    #expect(!result.error.contains("has changed"))
    let digests = [
      "jla_binned.csv":
        "d2d936d24a0b01f86dde25bb9d7fecaf72ef3578fc4a48ec1e0a740dd7a51d21",
      "jla_binned_covariance.csv":
        "f5317ba2eca3e613cbdd226af5fffc025420bec95aa7eb0f537e77f4f4f967dc",
    ]
    struct Summary: Decodable {
      struct Data: Decodable { let files: [String: String] }
      let data: Data
    }
    let summary = try JSONDecoder().decode(
      Summary.self, from: Data(try read("out/summary.json").utf8))
    #expect(summary.data.files == digests)
    var page = try read("out/report.html")
    for (name, digest) in digests {
      #expect(page.contains("<dt>SHA-256 of \(name)</dt><dd>\(digest)</dd>"))
    }

    // A file that is not there cannot tell; one that is another must.
    try FileManager.default.removeItem(atPath: folder.path("jla_binned.csv"))
    _ = try folder.write("1\n", to: "jla_binned_covariance.csv")
    let later = try Tool.run(["report", "out"], in: folder.path)
    #expect(later.status == 0)
    let warning = "jla_binned_covariance.csv has changed since the run: its SHA-256 is now 4355a46b"
    #expect(later.error.contains("warning: \(warning)") && !later.error.contains("jla_binned.csv"))
    page = try read("out/report.html")
    #expect(page.contains(warning))
  }

  @Test("a catalog named like a script stays a name")
  func hostileName() throws {
    for name in ["<script>alert(1)<", "a'b\"c`touch owned`\n&"] {
      let lines = try String(contentsOfFile: ProjectFiles.data("jla_binned.csv"), encoding: .utf8)
      let path =
        name.hasPrefix("<") ? folder.path("\(name)/script>.csv") : folder.path("\(name).csv")
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
        withIntermediateDirectories: true)
      try Data(lines.utf8).write(to: URL(fileURLWithPath: path))
      let result = try fit(
        path,
        [
          "--force", "--draws", "100", "--covariance",
          ProjectFiles.data("jla_binned_covariance.csv"),
        ])
      #expect(result.status == 11, "\(result.error)")
      let page = try read("out/report.html")
      #expect(
        !page.contains("<script")
          && page.contains(name.hasPrefix("<") ? "&lt;script&gt;" : "touch owned"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("owned")))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/report/figures/owned")))
  }

  @Test("chains of an enemy are drawn, or are an error, but run nothing")
  func hostileChains() throws {
    _ = try fit(ProjectFiles.data("jla_binned.fits"), ["--draws", "100"], report: false)
    _ = try folder.write(
      "omega_m\t`touch owned`'; system('touch owned')\nh\t<script>alert(1)</script>\\input{/etc/passwd}\n",
      to: "out/hmc.paramnames")
    let result = try Tool.run(["report", "out"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(!(try read("out/report.html").contains("<script")))
    #expect(!(try read("out/report/table.tex").contains("\\input")))
    for place in ["owned", "out/owned", "out/report/figures/owned"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(place)))
    }
  }

  @Test(
    "what is damaged next to the chains is left out with a note",
    arguments: [
      ("summary.json", "{", "summary.json is damaged"),
      (
        "summary.json", #"{"version":"1","data":[1]}"#,
        "parts of summary.json are damaged and left out: data"
      ),
      ("summary.json", "", "summary.json is damaged"),
      ("analysis.yaml", "[]", "analysis.yaml is damaged"),
      ("hubble.csv", "z,magnitude,error\n0.1,38", "hubble.csv is damaged from line 2 on"),
      ("hubble-model.csv", "a,b\n", "hubble-model.csv does not have the expected columns"),
      ("hubble.csv", "", "hubble.csv is empty"),
      (
        "nhf-training.csv", "step\n1\n",
        "nhf-training.csv does not have the expected columns, no column loss"
      ),
      (
        "nhf-training.csv", "step,loss\nnan,1\n2,1\n",
        "nhf-training.csv is left out: column step has nan in row 1"
      ),
      ("hubble-model.csv", "z,q2.5,q16,q50,q84,q97.5\n1,1,1,inf,1,1\n", "column q50 has inf"),
      ("hubble.csv", "z,magnitude,error\nnan,38,1\n0.1,inf,1\n", "no row has a positive"),
      ("hmc.ranges", "omega_m 1 0\nnothing\nh x y\n", ""),
      ("hmc.ranges", "omega_m 0.299 0.3\n", ""),
    ])
  func damaged(name: String, content: String, words: String) throws {
    _ = try fit(ProjectFiles.data("jla_binned.fits"), ["--draws", "100"], report: false)
    _ = try folder.write(content, to: "out/\(name)")
    let result = try Tool.run(["report", "out"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    let page = try read("out/report.html")
    #expect(words.isEmpty || page.contains(words))
  }

  @Test("sets of draws of any names have figures of their own names", .enabled(if: hasGnuplot))
  func oddRoots() throws {
    let made = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--draws", "300"], in: folder.path)
    #expect(
      FileManager.default.fileExists(atPath: folder.path("out/summary.json")), "\(made.error)")
    var list = try read("out/run.files")
    for root in ["My_x", "my-x", "MY x", "hmc-", "Ω", "-"] {
      for end in ["1.txt", "2.txt", "paramnames", "ranges"] {
        _ = try folder.write(try read("out/hmc.\(end)"), to: "out/\(root).\(end)")
      }
      list += "\(root).paramnames\n"
    }
    _ = try folder.write(list, to: "out/run.files")
    let result = try Tool.run(["report", "out"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(
      Set(["trace", "trace-my-x", "trace-my-x-2", "trace-my-x-3", "trace-chains", "trace-hmc"])
        .isSubset(of: try names("out/report/figures").map { String($0.prefix { $0 != "." }) }))
  }

  @Test("folders without chains, and with damaged ones, are errors with their sentence")
  func errors() throws {
    let missing = try Tool.run(["report", "nowhere"], in: folder.path)
    #expect(missing.status == 66)
    #expect(missing.error.hasPrefix("error: nowhere/hmc.paramnames: there is no such file"))
    #expect(try names(".").isEmpty)
    _ = try fit(ProjectFiles.data("jla_binned.fits"), ["--draws", "100"], report: false)
    _ = try folder.write("1 2 3\n", to: "out/nhf.1.txt")
    _ = try folder.write("a\nb\n", to: "out/nhf.paramnames")
    let damaged = try Tool.run(["report", "out"], in: folder.path)
    #expect(damaged.status == 65)
    #expect(damaged.error.contains("out/nhf.1.txt, line 1: found 3 numbers"))
    let truth = try Tool.run(["report", "out", "--truth", "x"], in: folder.path)
    #expect(truth.status == 64)
  }

  @Test("nothing is replaced that is not ours, and --force removes what is")
  func ownership() throws {
    _ = try fit(ProjectFiles.data("jla_binned.fits"), ["--draws", "100"])
    _ = try folder.write("mine", to: "out/report/figures/mine.gp")
    _ = try folder.write("mine", to: "out/report/notes.txt")
    let again = try fit(
      ProjectFiles.data("jla_binned.fits"), ["--draws", "100", "--force"], report: false)
    #expect(again.status == 11)
    #expect(try names("out/report") == ["figures", "notes.txt"])
    #expect(try names("out/report/figures") == ["mine.gp"])
    #expect(!(try names("out").contains("report.html")))
    // A link in the way is not followed.
    try FileManager.default.removeItem(atPath: folder.path("out/report"))
    try FileManager.default.createDirectory(
      atPath: folder.path("elsewhere"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("out/report"), withDestinationPath: folder.path("elsewhere"))
    let linked = try Tool.run(["report", "out"], in: folder.path)
    #expect(linked.status == 73)
    #expect(linked.error.contains("out/report: cannot be written: something that is not a folder"))
    #expect(try names("elsewhere").isEmpty)
  }

  @Test("the model of a Hubble diagram follows the supernovae where the offset is marginalised")
  func marginalised() throws {
    let marginalised = try fit(
      ProjectFiles.data("jla_binned.fits"), ["--draws", "200", "--offset", "marginalise"])
    #expect([0, 11].contains(marginalised.status), "\(marginalised.error)")
    let model = try read("out/hubble-model.csv").split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",").compactMap { Double($0) } }
    // At z = 0.1 the binned moduli are 38.3; the best offset follows them.
    let near = try #require(model.first { $0[0] > 0.1 })
    #expect(abs(near[3] - 38.37) < 0.05, "\(near)")
    #expect(near[5] - near[1] < 0.1)
  }

  @Test(
    "the Hubble diagram of light curves shows them standardised, and the model follows them",
    arguments: [
      ["--offset", "sample", "--populations", "none"],
      ["--offset", "marginalise", "--populations", "none"], ["--populations", "one"],
    ])
  func lightCurves(options: [String]) throws {
    // c z (1 + 0.775 z) / H₀ for h = 0.7, right to a hundredth of a magnitude where these are.
    func modulus(_ z: Double) -> Double { 5 * log10(299_792.458 / 70 * z * (1 + 0.775 * z)) + 25 }
    var random = RandomStream(seed: 3, "light curves")
    var table = "z,mb,dmb,x1,dx1,color,dcolor,cov_m_s,cov_m_c,cov_s_c,3rdvar\n"
    for index in 0..<60 {
      let z = 0.02 + 0.005 * Double(index)
      let (shape, color) = (random.nextStandardNormal(), 0.1 * random.nextStandardNormal())
      let mass = index % 2 == 0 ? 10.5 : 9.5
      let magnitude =
        modulus(z) - 19.1 - 0.14 * shape + 3.1 * color - (mass > 10 ? 0.07 : 0)
        + 0.05 * random.nextStandardNormal()
      table += "\(z),\(magnitude),0.05,\(shape),0.1,\(color),0.005,0,0,0,\(mass)\n"
    }
    _ = try folder.write(table, to: "curves.csv")
    let result = try fit("curves.csv", options + ["--draws", "500"])
    #expect([0, 10, 11].contains(result.status), "\(result.error)")
    func numbers(_ file: String) throws -> [[Double]] {
      try read(file).split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",").compactMap { Double($0) } }
    }
    // M hangs together with the rest, so all of them may be off by the same.
    let residuals = try numbers("out/hubble.csv").map { $0[1] - modulus($0[0]) }
    let mean = residuals.reduce(0, +) / 60
    let scatter = (residuals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60).squareRoot()
    #expect(residuals.count == 60 && abs(mean) < 0.1 && scatter < 0.08, "\(mean), \(scatter)")
    let near = try #require(try numbers("out/hubble-model.csv").first { $0[0] > 0.15 })
    #expect(abs(near[3] - modulus(near[0]) - mean) < 0.04, "\(near)")
    // Sixty supernovae of 0.07 mag each tell the mean to 0.01 mag, whatever α, β and M are.
    #expect((near[5] - near[1]) / 4 < 0.02, "\(near)")
    #expect(try read("out/report.html").contains("those of light curves at the α, β"))
  }
}
