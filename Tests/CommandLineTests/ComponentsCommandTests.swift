import Foundation
import TestSupport
import Testing

/// `sn-infer components` on runs, on chains of other programs, and on what is neither.
@Suite struct ComponentsCommandTests {
  private let folder = try? TemporaryFolder()

  private func run(_ arguments: [String], flow: Bool = false) throws -> Tool.Result {
    try Tool.run(arguments, in: try #require(folder).path, flow: flow)
  }

  private func fit(_ options: [String], flow: Bool = false) throws {
    let result = try run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"] + options, flow: flow)
    #expect(result.status == 0, "\(result.error)")
  }

  private func result(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("a run with its flow: components, measured directions and shape, as text, JSON and CSV")
  func whole() throws {
    try fit(["--model", "flat_wcdm", "--draws", "1000"], flow: true)
    let text = try run(["components", "out"])
    #expect(text.status == 0, "\(text.error)")
    for words in ["e^(", "measured    1.", "of 2 dimensions", "shape       bent: use the map"] {
      #expect(text.output.contains(words), "\(words) in \(text.output)")
    }
    #expect(!text.output.contains("delta_mu") && !text.output.contains("pivot"))
    let json = try result(
      try run(["components", "out", "--json", "--parameters", "omega_m,w,delta_mu", "-o", "made"])
        .output)
    let components = try #require(json["components"] as? [[String: Any]])
    #expect(components.count == 3)
    let deviations = components.compactMap { $0["standard_deviation"] as? Double }
    #expect(deviations == deviations.sorted() && deviations.count == 3)
    #expect((json["shape"] as? [String: Any])?["angle"] as? Double ?? 0 > 10)
    let csv = try String(
      contentsOfFile: try #require(folder).path("made/components.csv"), encoding: .utf8)
    #expect(csv.hasPrefix("omega_m,w,delta_mu,omega_m_error,"))
    #expect(csv.split(separator: "\n").count == 4)
    #expect(try run(["components", "out", "-o", "made"]).status == 73)
    #expect(try run(["components", "out", "-o", "made", "--force"]).status == 0)
  }

  @Test("without a flow, or with a damaged one, the draws alone tell, with a note")
  func withoutFlow() throws {
    try fit(["--model", "flat_wcdm", "--draws", "1000"])
    let alone = try run(["components", "out"])
    #expect(alone.status == 0, "\(alone.error)")
    #expect(alone.output.contains("note        the run has no flow"))
    let model = try #require(folder).path("out/nhf.model.json")
    for text in ["", "{}", "{\"format\": \"sn-infer flow\", \"version\": 1}", "[1, 2"] {
      try text.write(toFile: model, atomically: false, encoding: .utf8)
      let damaged = try run(["components", "out"])
      #expect(damaged.status == 0, "\(damaged.error)")
      #expect(damaged.output.contains("the flow is left out"), "\(damaged.output)")
    }
    // Without its record the priors are not known either.
    try "likelihood: 3".write(
      toFile: try #require(folder).path("out/analysis.yaml"), atomically: false, encoding: .utf8)
    let bare = try run(["components", "out"])
    #expect(bare.status == 0 && bare.output.contains("priors are not known"), "\(bare.output)")
    #expect(!bare.output.contains("measured"))
  }

  @Test("one parameter has one component")
  func one() throws {
    try fit(["--offset", "marginalise", "--draws", "1000"], flow: true)
    let result = try run(["components", "out"])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("omega_m    0.29") || result.output.contains("omega_m    0.30"))
    #expect(result.output.contains("0.99 of 1 dimension"))
    #expect(!result.output.contains("shape"))
  }

  @Test("chains of other programs, whose edges are not known", arguments: ForeignChains.layouts)
  func foreign(layout: ForeignChains.Layout) throws {
    let folder = try #require(folder)
    try layout.write(folder)
    let result = try run(["components", layout.argument])
    #expect(result.status == 0, "\(result.error)")
    // Of Ωm = 0.30 ± 0.03 and h = 0.70 ± 0.01, the second is known better.
    let lines = result.output.split(separator: "\n")
    #expect(lines.count > 1 && lines[1].contains("h") && lines[1].contains("1.4 %"), "\(lines)")
    #expect(!result.output.contains("measured"))
  }

  @Test("the probes of a joint run are fitted alone, and shown by its report")
  func joint() throws {
    let fit = try run([
      "fit", "--with", "desi_dr2,cmb", "-o", "out", "--sampler", "map", "--draws", "1000",
    ])
    #expect(fit.status == 0, "\(fit.error)")
    let result = try run(["components", "out", "-o", "out"])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("fitting cmb") && result.error.contains("fitting desi_dr2"))
    for words in ["information (error alone)", "cmb: 2.9", "desi_dr2: 1.9", "99 % ("] {
      #expect(result.output.contains(words), "\(words) in \(result.output)")
    }
    let report = try run(["report", "out"])
    #expect(report.status == 0, "\(report.error)")
    let folder = try #require(folder)
    let page = try String(contentsOfFile: folder.path("out/report.html"), encoding: .utf8)
    #expect(page.contains("Components") && page.contains("alone"))
    #expect(FileManager.default.fileExists(atPath: folder.path("out/report/figures/components.gp")))
    // What was written for other draws, or is damaged, is not shown.
    for text in ["{", "{\"run\": 3}"] {
      try text.write(
        toFile: folder.path("out/components.json"), atomically: false, encoding: .utf8)
      #expect(try run(["report", "out"]).status == 0)
      #expect(
        !FileManager.default.fileExists(atPath: folder.path("out/report/figures/components.gp")))
    }
    let quick = try run(["components", "out", "--no-probes", "-q"])
    #expect(quick.status == 0 && !quick.output.contains("information (error alone)"))
  }

  @Test("no folder, one without chains, unknown parameters and twice the same")
  func refused() throws {
    let folder = try #require(folder)
    #expect(try run(["components", "nothing"]).status == 66)
    try FileManager.default.createDirectory(
      atPath: folder.path("empty"), withIntermediateDirectories: true)
    #expect(try run(["components", "empty"]).status == 66)
    try fit(["--draws", "1000"])
    let unknown = try run(["components", "out", "--parameters", "omega_m,sigma8"])
    #expect(unknown.status == 65)
    #expect(unknown.error.contains("no column 'sigma8'"), "\(unknown.error)")
    let twice = try run(["components", "out", "--parameters", "omega_m,omega_m"])
    #expect(twice.status == 0 && twice.output.contains("of 1 dimension"), "\(twice.output)")
    #expect(try run(["components", "out", "--burn-in", "2"]).status == 64)
    #expect(try run(["components"]).status == 64)
  }
}
