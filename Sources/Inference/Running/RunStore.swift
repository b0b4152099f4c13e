/// Where a run stores its chains and states, so that it can be stopped at any time and resumed.
public protocol RunStore: Sendable {
  /// The chains whose names begin with a root; plots call them by a title.
  func chains(_ root: String, title: String) -> any ChainStore

  /// The state stored under a name; nil if there is none, or it is of another type.
  ///
  /// - Throws: `StorageError` if it is damaged or lost.
  func state<State: Codable & Sendable>(
    _ type: State.Type, _ name: String
  ) throws(StorageError) -> State?

  /// Takes over a state, replacing an earlier one; does not wait for it to be stored.
  ///
  /// - Throws: `StorageError` if an earlier one could not be stored.
  func keep<State: Codable & Sendable>(_ state: State, _ name: String) throws(StorageError)

  /// Waits until all that was handed over is stored.
  ///
  /// - Throws: `StorageError` if it cannot be stored.
  func flush() async throws(StorageError)
}

extension NoStore: RunStore {
  /// A store that keeps nothing.
  public func chains(_ root: String, title: String) -> any ChainStore { self }
  /// Always nil.
  public func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State? { nil }
  /// Does nothing.
  public func keep<State: Codable & Sendable>(_ state: State, _ name: String) throws(StorageError) {
  }
}
