/// Whether a run should end early: by a signal, a time limit, or because part of it failed.
///
/// Samplers check it at least every tenth of a second, and then hand over what they have.
public struct StopSignal: Sendable {
  private let request: @Sendable () -> Bool

  /// A signal that is on when a function returns true.
  public init(_ request: @escaping @Sendable () -> Bool) { self.request = request }

  /// Whether to stop.
  public var isRequested: Bool { request() }

  /// A signal that is never on.
  public static let never = StopSignal { false }

  /// A signal that is on when one of two is.
  public func or(_ other: @escaping @Sendable () -> Bool) -> StopSignal {
    StopSignal { [request] in request() || other() }
  }
}
