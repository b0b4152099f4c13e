import Foundation

/// A table of numbers separated by commas, with the names of its columns in the first line.
struct NumberTable {
  private let columns: [String: [Double]]

  /// Reads a table; nil if there is no file. Of a damaged one the lines before the damage count,
  /// with a note.
  init?(reading path: String, _ notes: inout [String]) {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let name = GetDistFiles.split(path).name
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
    var columns = [[Double]](repeating: [], count: names.count)
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = fields.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
      guard numbers.count == fields.count, numbers.count == names.count else {
        notes.append("\(name) is damaged from line \(index + 2) on")
        break
      }
      for (column, number) in numbers.enumerated() { columns[column].append(number) }
    }
    self.columns = Dictionary(zip(names, columns), uniquingKeysWith: { first, _ in first })
  }

  /// A column by its name.
  subscript(name: String) -> [Double]? { columns[name] }
}
