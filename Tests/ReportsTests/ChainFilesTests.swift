import Chains
import Analyses
import Foundation
import Inference
import Reports
import TestSupport
import Testing

@Suite struct GetDistHeaderTests {
  @Test("the files have the names and lines that GetDist reads")
  func files() {
    let columns = [
      Chain.Column(name: "omega_m", label: #"\Omega_\mathrm{m}"#, bounds: (0, 1)),
      Chain.Column(name: "w0", bounds: (-.infinity, 0.5)),
      Chain.Column(name: "S8", label: "S_8", isDerived: true),
    ]
    let files = GetDistHeader(root: "hmc", columns: columns, label: "HMC").files
    let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.content) })
    #expect(
      contents == [
        "hmc.paramnames": "omega_m\t\\Omega_\\mathrm{m}\nw0\tw0\nS8*\tS_8\n",
        "hmc.ranges": "omega_m\t0.0\t1.0\nw0\tN\t0.5\nS8\tN\tN\n",
        "hmc.properties.ini": "label=HMC\nsampler=mcmc\nburn_removed=T\n",
      ])
  }
}

@Suite struct ChainFilesTests {
  let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  @Test("derived columns stay derived when chains are read again, and a flow does not learn them")
  func derived() async throws {
    var chain = Chain(columns: [.init(name: "x"), .init(name: "twice", isDerived: true)])
    for x in [0.25, -1.5, 3] { chain.append([x, 2 * x], logDensity: -x) }
    let folder = try OutputFolder(
      temporary.path("out"), .fresh, RunRecord(Analysis(data: "sn.csv"), [:]))
    try folder.write([chain], root: "hmc", label: "HMC")
    let read = try ChainReader(path: temporary.path("out/hmc")).read().chains
    #expect(read == [chain])
    #expect(read[0].columns.map(\.isDerived) == [false, true])
    let samples = try FlowSamples(temporary.path("out/hmc"), .init(), seed: Seed(1))
    #expect(samples.notes == ["twice left out: derived from other columns"])
    let chosen = try FlowSamples(
      temporary.path("out/hmc"), .init(columns: ["twice"]), seed: Seed(1))
    #expect(chosen.notes.isEmpty)
  }

  static let chain: Chain = {
    var chain = Chain(columns: [.init(name: "omega_m"), .init(name: "w0")])
    for (values, logDensity) in [([0.1, -1.0 / 3], -12.5), ([1e-300, 2], 3)] {
      chain.append(
        values, logDensity: logDensity,
        statistics: [
          .coordinateLogDensity: -11, .acceptance: 0.9, .stepSize: 0.5, .treeDepth: 2,
          .leapfrogSteps: 3, .divergent: 0,
          .energy: 1.0 / 7,
        ])
    }
    return chain
  }()

  static func checkpoint(_ count: Int) -> ChainCheckpoint {
    var random = RandomStream(seed: Seed(UInt64.max), "test", 3)
    for _ in 0..<7 { _ = random.next() }
    return ChainCheckpoint(
      drawCount: count, position: [0.1, 1.0 / 3], stepSize: 0.7, inverseMasses: [1, 0, 0, 1e-300],
      random: random)
  }

  private var files: ChainFiles { ChainFiles(folder: temporary.path, root: "hmc") }

  private func read(_ name: String) throws -> String {
    try String(contentsOfFile: temporary.path(name), encoding: .utf8)
  }

  /// The first draw on the disk, as a run leaves it.
  private func keepFirstDraw() async throws {
    let files = files
    try files.append(Self.chain.draws(0..<1), from: 0, Self.checkpoint(1), chain: 0)
    try await files.flush()
  }

  /// Adds the second draw and expects it on the disk behind the first.
  private func addSecondDraw(_ files: ChainFiles, to text: String, _ table: String) async throws {
    try files.append(Self.chain, from: 1, Self.checkpoint(2), chain: 0)
    try await files.flush()
    #expect(try read("hmc.1.txt") == text + "1.0 -3.0 1e-300 2.0\n")
    #expect(try read("hmc.1.csv").hasPrefix(table))
    #expect(try self.files.resume(chain: 0, columns: Self.chain.columns)?.chain == Self.chain)
  }

  @Test("chains grow by whole lines, and come back exactly as they were")
  func roundTrip() async throws {
    #expect(try files.resume(chain: 0, columns: Self.chain.columns) == nil)
    let files = files
    try files.append(Self.chain.draws(0..<1), from: 0, Self.checkpoint(1), chain: 0)
    try files.append(Self.chain, from: 1, Self.checkpoint(2), chain: 0)
    try await files.flush()
    #expect(try read("hmc.1.txt") == "1.0 12.5 0.1 -0.3333333333333333\n1.0 -3.0 1e-300 2.0\n")
    #expect(
      try read("hmc.1.csv") == """
        lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,log_density__,omega_m,w0
        -11.0,0.9,0.5,2.0,3.0,0.0,0.14285714285714285,-12.5,0.1,-0.3333333333333333
        -11.0,0.9,0.5,2.0,3.0,0.0,0.14285714285714285,3.0,1e-300,2.0

        """)
    let kept = try #require(try self.files.resume(chain: 0, columns: Self.chain.columns))
    #expect(kept.chain == Self.chain && kept.checkpoint == Self.checkpoint(2))
    var (before, after) = (Self.checkpoint(2).random, kept.checkpoint.random)
    #expect((0..<5).map { _ in before.next() } == (0..<5).map { _ in after.next() })
  }

  @Test("a chain of another sampler keeps what that one notes, in CmdStan's order")
  func otherStatistics() async throws {
    var chain = Chain(columns: [.init(name: "x")], statistics: [.leapfrogSteps, .acceptance])
    chain.append([0.5], logDensity: -1, noted: [2, 0.75])
    let checkpoint = ChainCheckpoint(
      drawCount: 1, position: [0.5], stepSize: 1, inverseMasses: [],
      random: RandomStream(seed: 1, "test"))
    let files = files
    try files.append(chain, from: 0, checkpoint, chain: 2)
    try await files.flush()
    #expect(
      try read("hmc.3.csv") == "accept_stat__,n_leapfrog__,log_density__,x\n0.75,2.0,-1.0,0.5\n")
    #expect(try self.files.resume(chain: 2, columns: chain.columns)?.chain == chain)
    #expect(try self.files.resume(chain: 0, columns: chain.columns) == nil)
  }

  @Test("lines behind the checkpoint are cut off, whole or torn")
  func torn() async throws {
    try await keepFirstDraw()
    let (text, table) = (try read("hmc.1.txt"), try read("hmc.1.csv"))
    _ = try temporary.write(text + "1.0 -3.0 1e-300 2.0\n1.0 5", to: "hmc.1.txt")
    _ = try temporary.write(table + "3.0,0.9", to: "hmc.1.csv")
    let files = files
    let kept = try #require(try files.resume(chain: 0, columns: Self.chain.columns))
    #expect(kept.chain == Self.chain.draws(0..<1))
    #expect(try read("hmc.1.txt") != text, "reading changes nothing")
    try await addSecondDraw(files, to: text, table)
  }

  @Test("lines behind the checkpoint are cut off even if nothing is added")
  func overlong() async throws {
    try await keepFirstDraw()
    let whole = try ["hmc.1.txt", "hmc.1.csv"].map { try read($0) }
    _ = try temporary.write(whole[0] + "1.0 -3.0 1e-300 2.0\n", to: "hmc.1.txt")
    _ = try temporary.write(whole[1] + "junk", to: "hmc.1.csv")
    let files = files
    _ = try files.resume(chain: 0, columns: Self.chain.columns)
    try await files.flush()
    #expect(try ["hmc.1.txt", "hmc.1.csv"].map { try read($0) } == whole)
  }

  @Test("where a power cut took lines that the checkpoint counts, the checkpoint before it counts")
  func powerCut() async throws {
    try await keepFirstDraw()
    let first = try #require(
      try read("hmc.state.json").firstMatch(of: /"latest":(\{.*\})\}\}/)
    ).output.1
    let (text, table) = (try read("hmc.1.txt"), try read("hmc.1.csv"))
    let files = files
    _ = try files.resume(chain: 0, columns: Self.chain.columns)
    try files.append(Self.chain, from: 1, Self.checkpoint(2), chain: 0)
    try await files.flush()
    // A state as a run of some minutes leaves it.
    let state = try read("hmc.state.json")
    let aged = state.replacing(#""latest":"#, with: "\"earlier\":\(first),\"latest\":")
    #expect(aged != state)
    _ = try temporary.write(SealedState.resealed(aged), to: "hmc.state.json")
    #expect(try self.files.resume(chain: 0, columns: Self.chain.columns)?.chain == Self.chain)
    _ = try temporary.write(String(try read("hmc.1.csv").dropLast(9)), to: "hmc.1.csv")
    let again = self.files
    let kept = try #require(try again.resume(chain: 0, columns: Self.chain.columns))
    #expect(kept.chain == Self.chain.draws(0..<1) && kept.checkpoint == Self.checkpoint(1))
    try await addSecondDraw(again, to: text, table)
  }

  @Test("draws without a checkpoint start over")
  func withoutCheckpoint() async throws {
    _ = try temporary.write("1.0 2.0 3.0 4.0\n", to: "hmc.1.txt")
    #expect(try files.resume(chain: 0, columns: Self.chain.columns) == nil)
    try await keepFirstDraw()
    #expect(try read("hmc.1.txt") == "1.0 12.5 0.1 -0.3333333333333333\n")
  }

  @Test("results go when the chains grow, not before; the checkpoint has its keys in order")
  func staleResults() async throws {
    try await keepFirstDraw()
    _ = try temporary.write("old", to: "summary.json")
    let again = ChainFiles(folder: temporary.path, root: "hmc", results: ["summary.json"])
    _ = try again.resume(chain: 0, columns: Self.chain.columns)
    #expect(try read("summary.json") == "old")
    try again.append(Self.chain, from: 1, Self.checkpoint(2), chain: 0)
    try await again.flush()
    #expect(!FileManager.default.fileExists(atPath: temporary.path("summary.json")))
    let state = try read("hmc.state.json")
    let keys = state.matches(of: /"([a-zA-Z]+)":/).map { String($0.output.1) }
    #expect(
      keys.prefix(8) == [
        "chains", "checksum", "content", "chain", "count", "latest", "checkpoint", "drawCount",
      ])
  }

  @Test("a draw that does not follow the last one is refused")
  func misplaced() async throws {
    try await keepFirstDraw()
    let error = #expect(throws: StorageError.self) {
      try files.append(Self.chain, from: 1, Self.checkpoint(2), chain: 0)
    }
    #expect(error?.reason == "the checkpoint of chain 1 is damaged: it is not that of draw 1")
  }

  @Test("what cannot be written is reported when more is handed over, and in the end")
  func cannotWrite() async throws {
    let files = ChainFiles(folder: temporary.path("none"), root: "hmc")
    try files.append(Self.chain.draws(0..<1), from: 0, Self.checkpoint(1), chain: 0)
    let error = try #require(
      await #expect(throws: StorageError.self) { try await files.flush() })
    #expect(error.path.hasPrefix(temporary.path("none/hmc.")), "\(error)")
    #expect(throws: error) {
      try files.append(Self.chain, from: 1, Self.checkpoint(2), chain: 0)
    }
    await #expect(throws: error) { try await files.flush() }
  }

  @Test("damaged files are errors that name the file")
  func damage() async throws {
    func damage(_ name: String, _ change: (String) -> String) async throws -> StorageError? {
      let files = files
      for name in ["hmc.1.csv", "hmc.1.txt", "hmc.state.json"] {
        try? FileManager.default.removeItem(atPath: temporary.path(name))
      }
      try files.append(Self.chain, from: 0, Self.checkpoint(2), chain: 0)
      try await files.flush()
      _ = try temporary.write(change(try read(name)), to: name)
      return #expect(throws: StorageError.self) {
        try files.resume(chain: 0, columns: Self.chain.columns)
      }
    }
    #expect(
      try await damage("hmc.1.txt") { String($0.dropLast(5)) }?.reason.contains(
        "bytes where its checkpoint") == true)
    for (old, new) in [
      ("0.9", "x.9"), ("-11.0,0.9", "nan,0.9"), (",-12.5,", ",-inf,"), (",-12.5,", ",-12.6,"),
      ("w0", "wa"), ("-11.0,", "-11.0,-11.0,"),
    ] {
      #expect(
        try await damage("hmc.1.csv") {
          $0.replacingOccurrences(of: old, with: new) + String(repeating: "\n", count: 20)
        }?.reason == "its draws are not those that its checkpoint counts")
    }
    func damageState(_ old: String, _ new: String) async throws -> String? {
      try await damage("hmc.state.json") {
        SealedState.resealed($0.replacingOccurrences(of: old, with: new))
      }?.reason
    }
    #expect(
      try await damageState(#""stepSize":0.7"#, #""stepSize":0"#)
        == "the checkpoint of chain 1 is damaged: its step size is 0.0")
    #expect(
      try await damageState(#""drawCount":2"#, #""drawCount":9223372036854775807"#)
        == "found 2 draws where the checkpoint counts 9223372036854775807")
    for length in ["9223372036854775807", "-1", "1e3"] {
      #expect(try await damageState(#""length":"#, "\"length\":\(length),\"was\":") != nil)
    }
    #expect(try await damage("hmc.state.json") { _ in "{}" }?.reason == "this file is damaged")
  }

  @Test("whichever byte of a chain's files is another, the chain is not continued from it")
  func everyByte() async throws {
    let files = files
    for chain in 0..<2 { try files.append(Self.chain, from: 0, Self.checkpoint(2), chain: chain) }
    try await files.flush()
    for name in ["hmc.1.csv", "hmc.1.txt", "hmc.state.json"] {
      let path = temporary.path(name)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let other = try read("hmc.state.json").split(separator: "\n").prefix(2).joined().utf8.count
      for (place, data) in SealedState.damaged(whole, most: 400) {
        try data.write(to: URL(fileURLWithPath: path))
        let kept = try? self.files.resume(chain: 0, columns: Self.chain.columns)
        // Around the line of a chain there is nothing of that chain.
        let isBeside = name == "hmc.state.json" && (place < 11 || place >= other)
        #expect(
          kept == nil || isBeside && kept?.checkpoint == Self.checkpoint(2), "\(name) \(place)")
        #expect(kept == nil || kept?.chain == Self.chain)
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(throws: StorageError.self, "\(name)") {
        try self.files.resume(chain: 0, columns: Self.chain.columns)
      }
      try whole.write(to: URL(fileURLWithPath: path))
    }
    #expect(try self.files.resume(chain: 1, columns: Self.chain.columns)?.chain == Self.chain)
  }
}
