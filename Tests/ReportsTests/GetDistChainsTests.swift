import Foundation
import Inference
import Reports
import TestSupport
import Testing

@Suite struct GetDistChainsTests {
  static let chain: Chain = {
    var chain = Chain(columns: [
      .init(name: "omega_m", label: #"\Omega_\mathrm{m}"#, bounds: (0, 1)),
      .init(name: "w0", bounds: (-.infinity, 0.5)),
    ])
    chain.append([0.1, -1.0 / 3], logDensity: -12.5)
    chain.append([1e-300, 2], logDensity: 3, weight: 0.25)
    return chain
  }()

  @Test("the files have the names and lines that GetDist reads")
  func files() {
    let files = GetDistChains(root: "hmc", [Self.chain, Self.chain], label: "HMC").files
    let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.content) })
    #expect(
      contents == [
        "hmc.paramnames": "omega_m\t\\Omega_\\mathrm{m}\nw0\tw0\n",
        "hmc.ranges": "omega_m\t0.0\t1.0\nw0\tN\t0.5\n",
        "hmc.properties.ini": "label=HMC\nsampler=mcmc\nburn_removed=T\n",
        "hmc.1.txt": "1.0 12.5 0.1 -0.3333333333333333\n0.25 -3.0 1e-300 2.0\n",
        "hmc.2.txt": "1.0 12.5 0.1 -0.3333333333333333\n0.25 -3.0 1e-300 2.0\n",
      ])
  }
}

@Suite struct OutputFolderTests {
  let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: temporary.path(name), encoding: .utf8)
  }

  @Test("results of an earlier run are refused, then replaced, and none of them stays behind")
  func replacing() throws {
    let first = try OutputFolder(temporary.path, replacing: false)
    try first.write([("hmc.1.txt", "a"), ("hmc.2.txt", "b"), ("summary.json", "{}")])
    for name in ["notes.txt", "hmc.margestats", "hmc.py", "hmc.one.txt"] {
      _ = try temporary.write("mine", to: name)
    }
    try FileManager.default.createDirectory(
      atPath: temporary.path("hmc.backup"), withIntermediateDirectories: true)
    #expect(throws: OutputError.exists(folder: temporary.path, file: "hmc.1.txt")) {
      try OutputFolder(temporary.path, replacing: false)
    }
    try OutputFolder(temporary.path, replacing: true).write([("hmc.1.txt", "c")])
    let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path).sorted()
    #expect(
      names == ["hmc.1.txt", "hmc.backup", "hmc.margestats", "hmc.one.txt", "hmc.py", "notes.txt"])
    #expect(try read("hmc.1.txt") == "c" && read("notes.txt") == "mine")
  }

  @Test("something that is not a file is in the way before anything is replaced")
  func obstacle() throws {
    try OutputFolder(temporary.path, replacing: false).write([("hmc.1.txt", "a")])
    try FileManager.default.createDirectory(
      atPath: temporary.path("summary.json"), withIntermediateDirectories: true)
    #expect(throws: OutputError.self) { try OutputFolder(temporary.path, replacing: true) }
    #expect(try read("hmc.1.txt") == "a")
  }

  @Test("a failure leaves the earlier results as they were, and no temporary files")
  func failure() throws {
    let folder = try OutputFolder(temporary.path, replacing: false)
    try folder.write([("hmc.1.txt", "a"), ("summary.json", "{}")])
    #expect(throws: OutputError.self) {
      try folder.write([("hmc.1.txt", "b"), ("no/such/folder", "c")])
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path).sorted()
    #expect(names == ["hmc.1.txt", "summary.json"])
    #expect(try read("hmc.1.txt") == "a")
  }

  @Test("folders are made as deep as wanted; a file in the way is an error")
  func creation() throws {
    _ = try OutputFolder(temporary.path("a/b/c"), replacing: false)
    let file = try temporary.write("", to: "file")
    #expect(throws: OutputError.self) { try OutputFolder(file, replacing: true) }
    #expect(throws: OutputError.self) { try OutputFolder(file + "/below", replacing: true) }
  }
}

@Suite struct SummaryTableTests {
  @Test("columns are aligned and digits follow the errors")
  func table() {
    let parameter = ParameterSummary(
      name: "omega_m", mean: 0.296809, standardDeviation: 0.033769,
      quantiles: [0.2325, 0.26305, 0.29677, 0.3313, 0.3627], standardErrorOfMean: 0.000397,
      standardErrorOfStandardDeviation: 0.0003, bulkEffectiveSampleSize: 7228.8,
      tailEffectiveSampleSize: 5010.2,
      rHat: 0.99991)
    let summary = PosteriorSummary(
      parameters: [parameter], correlation: [[1]], drawCount: 8000, divergenceCount: 0,
      energyFractions: [])
    #expect(
      SummaryTable(summary).description == """
        parameter     mean       sd     2.5%      16%      50%      84%    97.5%  bulk ESS  tail ESS   R-hat     MCSE
        omega_m    0.29681  0.03377  0.23250  0.26305  0.29677  0.33130  0.36270      7229      5010  0.9999  0.00040
        """)
  }
}
