import Foundation
import Inference
import Reports
import TestSupport
import Testing

/// What every store must keep, so that a stopped run continues as if it had never stopped.
@Suite struct RunStoreContractTests {
  private struct State: Codable, Equatable {
    var number: Double
    var list: [Double]
  }

  /// A store that can be opened again after whoever had it is gone.
  private struct Case: Sendable {
    let name: String
    let open: @Sendable () throws -> any RunStore
  }

  private static func memory() -> Case {
    let store = MemoryStore()
    return Case(name: "memory") { store }
  }

  private static func folder() throws -> Case {
    let temporary = try TemporaryFolder()
    return Case(name: "folder") {
      // The thread that writes may hold the folder for a moment longer than its run.
      let end = ContinuousClock.now + .seconds(10)
      while true {
        do {
          let folder = try OutputFolder(temporary.path, .resuming, OutputFolderTests.record)
          try folder.begin()
          return folder
        } catch OutputError.inUse where ContinuousClock.now < end {
          usleep(10_000)
        }
      }
    }
  }

  private static func draws(_ count: Int, shift: Double = 0) -> (Chain, ChainCheckpoint) {
    var chain = Chain(columns: [.init(name: "omega_m"), .init(name: "w0")])
    for n in 0..<count {
      let x = shift + Double(n) / 3
      chain.append(
        [x, -x * 1e-300], logDensity: -x,
        statistics: [
          .coordinateLogDensity: -x, .acceptance: 0.9, .stepSize: 0.5, .treeDepth: 2,
          .leapfrogSteps: 3, .divergent: 0, .energy: 1.0 / 7,
        ])
    }
    var random = RandomStream(seed: Seed(UInt64.max), "test", count)
    _ = random.next()
    return (
      chain,
      ChainCheckpoint(
        drawCount: count, position: [shift, 1.0 / 3], stepSize: 0.7,
        inverseMasses: [1, 0, 0, 1e-300], random: random)
    )
  }

  /// What a store does not keep.
  private static func violations(of one: Case) async throws -> [String] {
    var violations: [String] = []
    /// Checks a store as a run finds it that starts over.
    func reopened(_ property: String, _ holds: (any RunStore) throws -> Bool) throws {
      if try !holds(try one.open()) { violations.append(property) }
    }
    func change(_ body: (any RunStore) throws -> Void) async throws {
      let store = try one.open()
      try body(store)
      try await store.flush()
    }

    try reopened("nothing at first") { store in
      try store.state(State.self, "a.state.json") == nil
        && store.chains("hmc", title: "").resume(chain: 0, columns: draws(0).0.columns) == nil
    }
    let (first, second) = (
      State(number: 1.0 / 3, list: [-.infinity, .leastNonzeroMagnitude]),
      State(number: -2, list: [])
    )
    try await change { try $0.keep(first, "a.state.json") }
    try reopened("states") { try $0.state(State.self, "a.state.json") == first }
    try await change { store in
      try store.keep(State(number: 7, list: []), "a.state.json")
      try store.keep(second, "a.state.json")
      try store.keep(first, "b.state.json")
    }
    try reopened("the last state of a name") { store in
      try store.state(State.self, "a.state.json") == second
        && store.state(State.self, "b.state.json") == first
    }
    try reopened("no state of another type") { try $0.state([String].self, "a.state.json") == nil }

    let (short, early) = draws(3)
    let (long, late) = draws(8)
    let (other, its) = draws(2, shift: 100)
    let columns = short.columns
    func has(
      _ store: any RunStore, _ root: String, _ index: Int, _ chain: Chain,
      _ checkpoint: ChainCheckpoint
    ) throws -> Bool {
      let kept = try store.chains(root, title: "").resume(chain: index, columns: columns)
      return kept?.chain == chain && kept?.checkpoint == checkpoint
    }
    try await change { store in
      let chains = store.chains("hmc", title: "HMC")
      try chains.append(short, from: 0, early, chain: 0)
      try chains.append(other, from: 0, its, chain: 1)
      try store.chains("nhf", title: "NHF").append(other, from: 0, its, chain: 0)
    }
    try reopened("chains by root and number") { store in
      try has(store, "hmc", 0, short, early) && has(store, "hmc", 1, other, its)
        && has(store, "nhf", 0, other, its)
    }
    try await change { store in
      let chains = store.chains("hmc", title: "HMC")
      _ = try chains.resume(chain: 0, columns: columns)
      _ = try chains.resume(chain: 1, columns: columns)
      try chains.append(long, from: 3, late, chain: 0)
    }
    try reopened("chains that have grown") { store in
      try has(store, "hmc", 0, long, late) && has(store, "hmc", 1, other, its)
    }
    // Reading a chain changes nothing.
    try reopened("chains that were read") { try has($0, "hmc", 0, long, late) }
    return violations
  }

  @Test("states and chains come back, in memory and in a folder")
  func all() async throws {
    for one in [Self.memory(), try Self.folder()] {
      #expect(try await Self.violations(of: one) == [], "\(one.name)")
    }
  }

  /// A store that keeps the first state of a name.
  private struct Stubborn: RunStore {
    let store = MemoryStore()
    func chains(_ root: String, title: String) -> any ChainStore {
      store.chains("one for all", title: title)
    }
    func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State? {
      store.state(type, name)
    }
    func keep<State: Codable & Sendable>(_ state: State, _ name: String) throws(StorageError) {
      if self.state(State.self, name) == nil { try store.keep(state, name) }
    }
    func flush() async throws(StorageError) { try await store.flush() }
  }

  @Test("a store that keeps nothing, old states or one chain for all roots is caught")
  func brokenTwins() async throws {
    let forgetful = try await Self.violations(of: Case(name: "none") { NoStore() })
    #expect(
      forgetful == [
        "states", "the last state of a name", "chains by root and number",
        "chains that have grown", "chains that were read",
      ])
    let store = Stubborn()
    let stubborn = try await Self.violations(of: Case(name: "stubborn") { store })
    #expect(stubborn == ["the last state of a name", "chains by root and number"])
  }
}
