import Foundation
public import Inference

extension NamedCovariance {
  /// Reads a file whose first line names its parameters behind a `#`, as GetDist and Cobaya write it.
  ///
  /// - Parameter path: the file.
  /// - Throws: `AnalysisError` with the line of what is wrong.
  public init(reading path: String) throws(AnalysisError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    func refused(_ line: Int?, _ reason: String) -> AnalysisError {
      .file(path: path, line: line, reason: reason)
    }
    guard data.count < 1 << 24, let text = String(data: data, encoding: .utf8) else {
      throw refused(nil, "this is no text of a reasonable size")
    }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let first = lines.first, first.hasPrefix("#") else {
      throw refused(1, "the first line has to name the parameters, as in '# a b c'")
    }
    let names = first.dropFirst().split(whereSeparator: \.isWhitespace).map(String.init)
    var rows: [[Double]] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.isEmpty { continue }
      guard words.count == names.count else {
        throw refused(
          index + 1, "found \(words.count) numbers for \(names.count) parameters")
      }
      var row: [Double] = []
      for word in words {
        guard let number = Double(word), number.isFinite else {
          throw refused(index + 1, "'\(word)' is not a finite number")
        }
        row.append(number)
      }
      rows.append(row)
    }
    guard rows.count == names.count else {
      throw refused(nil, "found \(rows.count) rows for \(names.count) parameters")
    }
    self.init(names, rows)
  }

  /// Reads the file of a covariance that is one as a whole.
  ///
  /// - Parameter path: the file.
  /// - Throws: `AnalysisError` also for a matrix that is not symmetric and positive definite.
  public static func whole(reading path: String) throws(AnalysisError) -> NamedCovariance {
    let covariance = try NamedCovariance(reading: path)
    if let flaw = covariance.flaw {
      throw .file(path: path, line: flaw.contains("named") ? 1 : nil, reason: flaw)
    }
    return covariance
  }
}
