/// Where a run keeps what it has, so that it can be stopped at any time and taken up again.
public protocol RunStore: Sendable {
  /// The chains whose names begin with a root; plots call them by a title.
  func chains(_ root: String, title: String) -> any ChainStore

  /// A state that was kept under a name; nil if there is none, or it is not one.
  func state<State: Codable & Sendable>(_ type: State.Type, _ name: String) -> State?

  /// Takes over a state, in place of an earlier one; does not wait for it to be kept.
  ///
  /// - Throws: `StorageError` if an earlier one could not be kept.
  func keep<State: Codable & Sendable>(_ state: State, _ name: String) throws(StorageError)

  /// Waits until all that was handed over is kept.
  ///
  /// - Throws: `StorageError` if it cannot be.
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
