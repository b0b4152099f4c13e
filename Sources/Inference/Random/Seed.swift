/// The seed of a run's random numbers, and of each of its parts a seed of their own.
///
/// Streams of different parts share nothing, whatever they call themselves: two sets of chains that
/// are compared as independent ones take theirs from two parts.
///
/// ```swift
/// let seed: Seed = 1
/// let chain = seed.stream("chain", 0)
/// let other = seed.child("behind the flow").stream("chain", 0)
/// ```
public struct Seed: Sendable, Codable, Hashable, ExpressibleByIntegerLiteral {
  /// The number that a user gives.
  public let value: UInt64
  /// The part of the run, outermost last; empty for the run itself.
  public let part: String

  /// The seed of a run; of a number that is negative its bits.
  public init(_ value: some BinaryInteger) { self.init(UInt64(truncatingIfNeeded: value), "") }

  /// The seed of a run.
  public init(integerLiteral value: UInt64) { self.init(value, "") }

  private init(_ value: UInt64, _ part: String) {
    self.value = value
    self.part = part
  }

  /// The seed of a part of what this is the seed of.
  public func child(_ name: String) -> Seed { Seed(value, " \(name)\(part)") }

  /// The random numbers for a purpose, and for a number within it (a chain, a replicate).
  public func stream(_ purpose: String, _ index: Int = 0) -> RandomStream {
    RandomStream(seed: self, purpose, index)
  }
}
