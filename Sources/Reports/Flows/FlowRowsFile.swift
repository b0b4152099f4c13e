import Files
import Foundation
public import Inference
import Samplers

/// Rows that are drawn from a saved flow, as CSV.
public struct FlowRowsFile: Sendable {
  private let saved: SavedFlow
  private let model: String
  private let given: [Double]
  /// Rows that are held in memory at a time.
  private static let atOnce = 65_536

  /// Rows of a flow.
  ///
  /// - Parameters:
  ///   - model: the flow's file.
  ///   - values: a number for each column that the flow's density is given.
  public init(drawnFrom model: String, given values: [String: Double] = [:]) throws(FlowFileError) {
    (saved, self.model) = (try FlowFile.read(model), model)
    let names = saved.givenColumns
    guard Set(values.keys) == Set(names) else {
      throw FlowFileError(path: model, .givenColumns(names))
    }
    given = names.compactMap { values[$0] }
  }

  /// Writes rows to a file, which is whole or not there.
  ///
  /// - Returns: what was written, in words.
  public func write(_ count: Int, to path: String, in context: RunContext) async throws -> String {
    NewFile.sweep(for: path)
    do {
      let file = try NewFile(for: path)
      try await write(count, in: context) { text throws(FileError) in
        try file.append(Data(text.utf8))
        return true
      }
      try file.commit(synced: true, naming: true)
    } catch let error as FileError {
      throw FlowFileError(path: path, .cannotWrite(reason: error.reason))
    }
    return "\(path): \(count) rows of \(saved.columns.joined(separator: ", "))"
  }

  /// Hands over a header and rows, in pieces, until no more are wanted.
  public func write(
    _ count: Int, in context: RunContext, to wantsMore: (String) throws -> Bool
  ) async throws {
    let map = HamiltonianMap(saved.flow)
    let (dimension, inputs) = (saved.flow.dimension, saved.given(given))
    guard try wantsMore(saved.columns.map(quoted).joined(separator: ",") + "\n") else { return }
    for start in stride(from: 0, to: count, by: Self.atOnce) {
      let draws = try await map.sample(
        min(Self.atOnce, count - start), given: inputs, "rows \(start)", in: context)
      let positions = draws.points.positions
      let all = stride(from: 0, to: positions.count, by: dimension).flatMap {
        positions[$0..<$0 + dimension] + inputs
      }
      var rows = saved.rows(of: all)
      let width = dimension + inputs.count
      if let index = rows.firstIndex(where: { !$0.isFinite }) {
        throw FlowFileError(path: model, .overflow(row: start + index / width + 1))
      }
      var text = ""
      for row in stride(from: 0, to: rows.count, by: width) {
        // As they were given, without rounding.
        rows.replaceSubrange(row + dimension..<row + width, with: given)
        text += rows[row..<row + width].map { "\($0)" }.joined(separator: ",") + "\n"
      }
      guard try wantsMore(text) else { return }
    }
  }

  /// A name as a field of CSV.
  private func quoted(_ name: String) -> String {
    name.contains { ",\" \n\r\t".contains($0) }
      ? "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\"" : name
  }
}
