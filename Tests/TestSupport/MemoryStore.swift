import Foundation
public import Inference
import Synchronization

/// A store in memory, as full as a disk would be at any moment.
public final class MemoryStore: RunStore {
  private struct Content {
    var chains: [String: [Int: (chain: Chain, checkpoint: ChainCheckpoint)]] = [:]
    var states: [String: Data] = [:]
  }

  private let content = Mutex(Content())

  /// An empty store.
  public init() {}

  /// The chains of a root.
  private struct Chains: ChainStore {
    let root: String
    let store: MemoryStore

    func resume(
      chain index: Int, columns: [Chain.Column]
    ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
      store.content.withLock { $0.chains[root]?[index] }
    }

    func append(
      _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
    ) throws(StorageError) {
      store.content.withLock { $0.chains[root, default: [:]][index] = (chain, checkpoint) }
    }

    func flush() async throws(StorageError) {}
  }

  /// The number of chains that were kept, and of states.
  public var counts: (chains: Int, states: Int) {
    content.withLock { content in
      (content.chains.values.reduce(0) { $0 + $1.count }, content.states.count)
    }
  }

  /// The chains of a root.
  public func chains(_ root: String, title: String) -> any ChainStore {
    Chains(root: root, store: self)
  }

  /// A state that was kept.
  public func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .words
    return content.withLock { $0.states[name] }.flatMap { try? decoder.decode(type, from: $0) }
  }

  /// Keeps a state.
  public func keep<State: Codable & Sendable>(
    _ state: State, _ name: String
  ) throws(StorageError) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .words
    guard let data = try? encoder.encode(state) else {
      throw StorageError(path: name, reason: "it cannot be encoded")
    }
    content.withLock { $0.states[name] = data }
  }

  /// Waits for nothing.
  public func flush() async throws(StorageError) {}
}
