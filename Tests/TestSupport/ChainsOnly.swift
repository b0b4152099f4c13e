public import Inference

/// A store of chains alone, whatever their root.
public struct ChainsOnly: RunStore {
  private let store: any ChainStore

  /// A store of these.
  public init(_ store: any ChainStore) { self.store = store }

  public func chains(_ root: String, title: String) -> any ChainStore { store }
  public func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State? { nil }
  public func keep<State: Codable & Sendable>(
    _ state: State, _ name: String
  ) throws(StorageError) {}
  public func flush() async throws(StorageError) { try await store.flush() }
}
