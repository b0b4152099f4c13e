/// Work in numbered units whose results depend on the seed and their number alone, such as replicates of a calibration,
/// mocks of a forecast, or variants of an analysis.
///
/// Threads, processes and machines can share it in any way: the table of results is the same.
public protocol UnitStudy: Sendable {
  /// The names of the numbers of a unit.
  var columns: [String] { get }
  /// The number of units.
  var unitCount: Int { get }

  /// The numbers of a unit, one for each column.
  ///
  /// - Parameters:
  ///   - unit: 0 to `unitCount` − 1.
  ///   - context: where it runs, on one thread.
  /// - Throws: `UnitFailure` if this unit has no result; the others go on.
  func values(of unit: Int, in context: RunContext) async throws(UnitFailure) -> [Double]
}

/// Why a unit has no result.
public struct UnitFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The reason, in words.
  public let description: String

  /// A failure with its reason.
  public init(_ description: String) { self.description = description }
}
