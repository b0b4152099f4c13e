public import Inference

/// The numbers of the units of a study.
public struct UnitTable: Sendable {
  /// The names of the columns.
  public let columns: [String]
  /// For each unit its numbers, or why it has none; nil for one that was not computed.
  public let results: [Result<[Double], UnitFailure>?]

  /// A table.
  ///
  /// - Parameters:
  ///   - columns: the names of the numbers.
  ///   - results: those of each unit, one for each column.
  public init(columns: [String], results: [Result<[Double], UnitFailure>?]) {
    (self.columns, self.results) = (columns, results)
  }

  /// The rows of numbers, in the order of units.
  public var rows: [[Double]] { results.compactMap { try? $0?.get() } }

  /// The numbers of a column, in the order of units; empty if there is none of that name.
  public subscript(column: String) -> [Double] {
    guard let index = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[index] }
  }

  /// Why units have no result, with their numbers.
  public var failures: [(unit: Int, reason: UnitFailure)] {
    results.enumerated().compactMap { unit, result in
      if case .failure(let reason) = result { (unit, reason) } else { nil }
    }
  }
}

extension UnitTable {
  /// Runs all units of a study on the threads of a context; those that were not started when it was asked to stop are left
  /// out.
  public init(of study: some UnitStudy, in context: RunContext) async {
    var own = context
    own.workers = LocalWorkers(threadCount: 1)
    own.store = NoStore()
    own.events = { _ in }
    let alone = own
    let results = await context.workers.map(study.unitCount, unless: context.stop) {
      unit -> Result<[Double], UnitFailure> in
      do throws(UnitFailure) {
        let values = try await study.values(of: unit, in: alone)
        return .success(values)
      } catch {
        return .failure(error)
      }
    }
    let missing = study.unitCount - results.count
    self.init(
      columns: study.columns, results: results + Array(repeating: nil, count: missing))
  }
}
