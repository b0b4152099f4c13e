import Analyses
import Foundation
import Inference
import Reports
import TestSupport
import Testing

@Suite struct OutputFolderTests {
  let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  static let record = RunRecord(Analysis(data: "catalog.csv"), ["data": "31 supernovae"])

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: temporary.path(name), encoding: .utf8)
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: temporary.path).sorted()
  }

  @Test("results of an earlier run are refused, then replaced, and no other file is touched")
  func replacing() throws {
    let mine = ["hmc.margestats", "hmc.one.txt", "hmc.py", "notes.txt"]
    for name in mine { _ = try temporary.write("mine", to: name) }
    try FileManager.default.createDirectory(
      atPath: temporary.path("hmc.backup"), withIntermediateDirectories: true)
    do {
      let first = try OutputFolder(temporary.path, .fresh, Self.record)
      try first.begin()
      for name in ["hmc.ranges", "hmc.1.txt", "hmc.7.csv", "hmc.7.state.json", "map.state.json"] {
        try first.write("old", to: name)
      }
    }
    #expect(throws: OutputError.exists(folder: temporary.path, file: "analysis.yaml")) {
      try OutputFolder(temporary.path, .fresh, Self.record)
    }
    let second = try OutputFolder(temporary.path, .replacing, Self.record)
    #expect(try read("hmc.1.txt") == "old", "nothing is touched before the run begins")
    try second.begin()
    #expect(try names() == (mine + ["hmc.backup", "analysis.yaml", "run.files"]).sorted())
  }

  @Test("--force removes what the list has, whatever the names of other files")
  func foreignFiles() throws {
    do {
      let first = try OutputFolder(temporary.path, .fresh, Self.record)
      try first.begin()
      try first.write("old", to: "hmc.1.txt")
    }
    let mine = [
      "hmc.7.txt", "hmc.2024.csv", "hmc.1.csv.partial", ".hmc.1.csv.sn-infer-1",
      ".mine.sn-infer-XYZ",
    ]
    for name in mine { _ = try temporary.write("mine", to: name) }
    let leftover = ".hmc.1.csv.sn-infer-0123456789abcdef"
    _ = try temporary.write("cut", to: leftover)
    try OutputFolder(temporary.path, .replacing, Self.record).begin()
    #expect(try names() == (mine + ["analysis.yaml", "run.files"]).sorted())
    #expect(try mine.allSatisfy { try read($0) == "mine" })
  }

  @Test("a file that no run has written is not replaced", arguments: ["hmc.1.txt", "summary.json"])
  func inTheWay(name: String) throws {
    let path = try temporary.write("mine", to: name)
    #expect(throws: OutputError.notOurs(path: path)) {
      try OutputFolder(temporary.path, .replacing, Self.record)
    }
    #expect(try read(name) == "mine")
  }

  @Test(
    "something else in the place of the list is neither followed nor replaced",
    arguments: ["notes.txt\nhmc.1.txt\n", "\n", "link", "folder"])
  func foreignList(kind: String) async throws {
    _ = try temporary.write("mine", to: "notes.txt")
    let path = temporary.path("run.files")
    switch kind {
    case "link":
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "notes.txt")
    case "folder":
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    default: _ = try temporary.write(kind, to: "run.files")
    }
    for policy in [OutputFolder.Policy.fresh, .replacing, .resuming] {
      let error = #expect(throws: OutputError.self) {
        try OutputFolder(temporary.path, policy, Self.record)
      }
      #expect(error == .notOurs(path: path))
    }
    await #expect(throws: OutputError.self) {
      _ = try await ReportFolder(temporary.path).write(Report(title: "none", galleries: []))
    }
    #expect(try read("notes.txt") == "mine")
    if kind.hasSuffix("\n") { #expect(try read("run.files") == kind) }
  }

  @Test("a damaged record is restored where the list says that the chains are of this run")
  func restoredRecord() throws {
    do {
      let folder = try OutputFolder(temporary.path, .fresh, Self.record)
      try folder.begin()
      try folder.write("kept", to: "hmc.1.txt")
    }
    let whole = try read("analysis.yaml")
    for damaged in ["", "{", String(whole.dropLast(40))] {
      _ = try temporary.write(damaged, to: "analysis.yaml")
      var other = Analysis(data: "catalog.csv")
      other.seed = 2
      #expect(throws: OutputError.self) {
        try OutputFolder(temporary.path, .resuming, RunRecord(other, [:]))
      }
      let folder = try OutputFolder(temporary.path, .resuming, Self.record)
      #expect(folder.isResumed && folder.notes.count == 1)
      try folder.begin()
      #expect(try read("analysis.yaml") == whole && read("hmc.1.txt") == "kept")
    }
  }

  @Test("the same run is continued, another is refused by name of what differs")
  func resuming() throws {
    try OutputFolder(temporary.path, .fresh, Self.record).begin()
    do {
      let again = try OutputFolder(temporary.path, .resuming, Self.record)
      #expect(again.isResumed)
      _ = try temporary.write("kept", to: "hmc.1.txt")
      try again.begin()
    }
    #expect(try names() == ["analysis.yaml", "hmc.1.txt", "run.files"])
    var analysis = Analysis(data: "moved.csv")
    analysis.seed = 2
    analysis.params = [Parameter("h", prior: .normal(mean: 0.7, standardDeviation: 0.1))]
    let error = #expect(throws: OutputError.self) {
      try OutputFolder(
        temporary.path, .resuming, RunRecord(analysis, ["data": "31 supernovae"]))
    }
    #expect(
      error?.description
        == "\(temporary.path): the folder holds a different run, so it cannot be continued:"
        + " params.h.prior.dist was absent and is norm;"
        + " params.h.prior.loc was absent and is 0.7;"
        + " params.h.prior.scale was absent and is 0.1; seed was 1 and is 2")
  }

  @Test(
    "where there is nothing to continue, a run begins; chains without a record are not ours to continue"
  )
  func nothingToResume() throws {
    #expect(try !OutputFolder(temporary.path, .resuming, Self.record).isResumed)
    _ = try temporary.write("x\tx\n", to: "hmc.paramnames")
    #expect(try !OutputFolder(temporary.path, .resuming, Self.record).isResumed)
    _ = try temporary.write("1 2 3\n", to: "hmc.1.txt")
    let error = #expect(throws: OutputError.self) {
      try OutputFolder(temporary.path, .resuming, Self.record)
    }
    #expect(error == .chainsWithoutRecord(folder: temporary.path, file: "hmc.1.txt"))
    #expect(error?.description.contains("--resume") == false)
  }

  @Test("a damaged record is called one, and a run of an earlier version is one")
  func damagedRecord() throws {
    let path = try temporary.write("{", to: "analysis.yaml")
    let error = #expect(throws: OutputError.notARecord(path: path)) {
      try OutputFolder(temporary.path, .resuming, Self.record)
    }
    #expect(error?.description.contains("cannot be written") == false)
    try FileManager.default.removeItem(atPath: path)
    _ = try temporary.write("{}", to: "run.json")
    #expect(throws: OutputError.earlierVersion(folder: temporary.path)) {
      try OutputFolder(temporary.path, .resuming, Self.record)
    }
  }

  @Test("a folder belongs to one run at a time")
  func inUse() throws {
    func hold(_ check: () throws -> Void) throws {
      let folder = try OutputFolder(temporary.path, .fresh, Self.record)
      try check()
      #expect(!folder.isResumed)
    }
    try hold {
      #expect(throws: OutputError.inUse(folder: temporary.path)) {
        try OutputFolder(temporary.path, .resuming, Self.record)
      }
    }
    _ = try OutputFolder(temporary.path, .fresh, Self.record)
  }

  @Test("a run that is continued keeps everything until its chains grow")
  func staleResults() async throws {
    let names = ["analysis.yaml", "hmc.1.txt", "hmc.fits", "run.files", "summary.json"]
    try OutputFolder(temporary.path, .fresh, Self.record).begin()
    for name in names where !["analysis.yaml", "run.files"].contains(name) {
      _ = try temporary.write("old", to: name)
    }
    let folder = try OutputFolder(temporary.path, .resuming, Self.record)
    try folder.begin()
    #expect(try self.names() == names)
    var chain = Chain(columns: [Chain.Column(name: "x")])
    chain.append([1], logDensity: 0)
    let checkpoint = ChainCheckpoint(
      drawCount: 1, position: [1], stepSize: 1, inverseMasses: [],
      random: RandomStream(seed: 1, "chain", 0))
    try folder.chains("hmc", title: "HMC").append(chain, from: 0, checkpoint, chain: 0)
    try await folder.flush()
    #expect(!FileManager.default.fileExists(atPath: temporary.path("hmc.fits")))
    #expect(!FileManager.default.fileExists(atPath: temporary.path("summary.json")))
    #expect(try read("hmc.properties.ini").hasPrefix("label=HMC\n"))
  }

  @Test("draws of any sampler are written, reported, and replaced, finished or not")
  func otherSampler() async throws {
    _ = try temporary.write("mine", to: "walk.notes")
    let chain = Chain(columns: [Chain.Column(name: "x")])
    func chains(_ count: Int) -> [Chain] {
      (0..<2).map { index in
        var chain = chain
        for n in 0..<count { chain.append([Double(n % 7 + index)], logDensity: 0) }
        return chain
      }
    }
    do {
      let folder = try OutputFolder(temporary.path, .fresh, Self.record)
      try folder.begin()
      try await folder.finish(
        Findings(), [SampleSet(root: "walk", title: "random walk", chains: chains(50))], [])
    }
    _ = try temporary.write(
      #"{"samples": [{"root": "walk", "title": "random walk", "is_weighted": false}]}"#,
      to: "summary.json")
    let run = try RunFolder(temporary.path)
    #expect(run.samplers.map(\.title) == ["random walk"])
    #expect(run.samplers.map(\.kind) == [.chains] && run.samplers[0].chains.count == 2)

    do {
      let folder = try OutputFolder(temporary.path, .replacing, Self.record)
      try folder.begin()
      #expect(try names() == ["analysis.yaml", "run.files", "walk.notes"])
      // Killed while its chains grow.
      let checkpoint = ChainCheckpoint(
        drawCount: 50, position: [1], stepSize: 1, inverseMasses: [],
        random: RandomStream(seed: 1, "walk", 0))
      try folder.chains("walk", title: "").append(chains(50)[0], from: 0, checkpoint, chain: 0)
      try await folder.flush()
    }
    #expect(try RunFolder(temporary.path).samplers.map(\.root) == ["walk"])
    try OutputFolder(temporary.path, .replacing, Self.record).begin()
    #expect(try names() == ["analysis.yaml", "run.files", "walk.notes"])
  }

  @Test("a record that names files elsewhere reaches none of them", arguments: [true, false])
  func hostileRecord(isResumed: Bool) async throws {
    let outside = try temporary.write("mine", to: "mine.txt")
    let path = temporary.path("run")
    do {
      let folder = try OutputFolder(path, .fresh, Self.record)
      try folder.begin()
      try await folder.finish(Findings(), [], [])
    }
    let list = try #require(FileHandle(forWritingAtPath: "\(path)/run.files"))
    try list.seekToEnd()
    try list.write(contentsOf: Data("../mine.txt\n\(outside)\nlink/mine.txt\n./../mine.txt\n".utf8))
    try FileManager.default.createSymbolicLink(
      atPath: "\(path)/link", withDestinationPath: temporary.path)
    let folder = try OutputFolder(path, isResumed ? .resuming : .replacing, Self.record)
    try folder.begin()
    try await folder.finish(Findings(), [], [])
    #expect(try read("mine.txt") == "mine")
  }

  @Test("the record lists what was written, and can be read back")
  func record() async throws {
    let folder = try OutputFolder(temporary.path, .fresh, Self.record)
    try folder.begin()
    try folder.write("x", to: "hubble.csv")
    try await folder.finish(Findings(), [], [("hubble-model.csv", "y")])
    let read = try RunRecord(reading: temporary.path("analysis.yaml"))
    #expect(read.identity == Self.record.identity)
    #expect(read.analysis == Self.record.analysis)
    #expect(
      try self.read("run.files").split(separator: "\n").filter { !$0.hasPrefix("#") }
        == ["analysis.yaml", "hubble-model.csv", "hubble.csv", "summary.json"])
  }

  @Test("something that is not a file is in the way before anything is replaced")
  func obstacle() throws {
    try FileManager.default.createDirectory(
      atPath: temporary.path("summary.json"), withIntermediateDirectories: true)
    #expect(throws: OutputError.self) {
      try OutputFolder(temporary.path, .replacing, Self.record)
    }
  }

  @Test("folders are made as deep as wanted; a file in the way is an error")
  func creation() throws {
    _ = try OutputFolder(temporary.path("a/b/c"), .fresh, Self.record)
    let file = try temporary.write("", to: "file")
    for path in [file, file + "/below"] {
      #expect(throws: OutputError.self) {
        try OutputFolder(path, .replacing, Self.record)
      }
    }
  }
}
