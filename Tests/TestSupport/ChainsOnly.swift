public import Inference

/// A store of chains alone, whatever their root.
public struct ChainsOnly: RunStore {
  private let store: any ChainStore

  /// A store of these.
  public init(_ store: any ChainStore) { self.store = store }

  /// The chains of a root.
  public func chains(_ root: String, title: String) -> any ChainStore { store }
  /// A state that was kept.
  public func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State? { nil }
  /// Keeps a state.
  public func keep<State: Codable & Sendable>(
    _ state: State, _ name: String
  ) throws(StorageError) {}
  /// Waits for nothing.
  public func flush() async throws(StorageError) { try await store.flush() }
}
