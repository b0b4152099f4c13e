import Chains
import Foundation

/// A table of numbers separated by commas, with the names of its columns in the first line.
struct FigureTable {
  private let name: String
  private let columns: [String: [Double]]
  /// The columns of words.
  let words: [String: [String]]

  /// The largest size of a number that can be drawn: squares and differences of such numbers, and the
  /// sums of many, are finite.
  static let largestNumber = 1e100

  /// Reads a table; nil if there is no file. Of a damaged one the lines before the damage are used,
  /// with a note.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - words: the columns that are no numbers.
  ///   - notes: receives the notes.
  init?(reading path: String, words: [String] = [], _ notes: inout [String]) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    name = ChainFileName.split(path).name
    guard let text = try? TextFile.read(path) else {
      notes.append("\(name) cannot be read and is left out")
      return nil
    }
    var lines = text.split(whereSeparator: \.isNewline)[...]
    guard let header = lines.popFirst() else {
      notes.append("\(name) is empty and left out")
      return nil
    }
    let names = header.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    var rows: [(numbers: [Double], words: [String])] = []
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      let numbers = zip(names, fields).compactMap { words.contains($0) ? .nan : Double($1) }
      guard numbers.count == fields.count, numbers.count == names.count else {
        notes.append("\(name) is damaged from line \(index + 2) on")
        break
      }
      rows.append((numbers, words.isEmpty ? [] : fields))
    }
    let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    columns = places.filter { !words.contains($0.key) }.mapValues { column in
      rows.map { $0.numbers[column] }
    }
    self.words = places.filter { words.contains($0.key) }.mapValues { column in
      rows.map { $0.words[column] }
    }
  }

  /// Columns by their names, of one length; nil if one is missing, with a note.
  ///
  /// What is not finite, or larger than `largestNumber`, is NaN.
  func numbers(_ names: [String], _ notes: inout [String]) -> [[Double]]? {
    let missing = names.filter { columns[$0] == nil }
    guard missing.isEmpty else {
      let words = missing.count == 1 ? "no column" : "no columns"
      notes.append(
        "\(name) does not have the expected columns, \(words) \(missing.joined(separator: " and ")), and is left out"
      )
      return nil
    }
    return names.compactMap { self[$0] }
  }

  /// A column that may be missing.
  subscript(name: String) -> [Double]? {
    columns[name]?.map { abs($0) <= Self.largestNumber ? $0 : .nan }
  }

  /// The same where every number must be one; nil if one is not, with a note.
  func finiteNumbers(_ names: [String], _ notes: inout [String]) -> [[Double]]? {
    guard let columns = numbers(names, &notes) else { return nil }
    for (column, numbers) in zip(names, columns) {
      guard let row = numbers.firstIndex(where: \.isNaN) else { continue }
      let found = self.columns[column]?[row] ?? .nan
      notes.append(
        "\(name) is left out: column \(column) has \(found) in row \(row + 1), which cannot be drawn"
      )
      return nil
    }
    return columns
  }

  /// Leaves the table out, with a note of the reason.
  func refuse(_ reason: String, _ notes: inout [String]) {
    notes.append("\(name) is left out: \(reason)")
  }
}

extension [Double] {
  /// Whether each number is larger than the one before.
  var rises: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
