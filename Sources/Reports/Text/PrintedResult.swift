import Foundation
import Inference

/// A result that is printed as text or as JSON, and can be written to files.
public protocol PrintedResult: CustomStringConvertible {
  /// The name of its files, without an extension.
  static var fileName: String { get }
  /// JSON with sorted keys in snake case; numbers that are not finite become strings.
  func json() throws -> String
  /// Its table as comma-separated values; nil if it has none.
  var csv: String? { get }
}

extension PrintedResult {
  /// Checks that its files can be written to a folder, which is made if need be.
  ///
  /// - Parameters:
  ///   - folder: its path.
  ///   - replacing: whether files of their names may be replaced.
  /// - Throws: `OutputError`.
  public static func check(_ folder: String, replacing: Bool) throws(OutputError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: folder, reason: "no folder can be made there")
    }
    for path in ["json", "csv"].map({ "\(folder)/\(fileName).\($0)" }) {
      // Unlike `fileExists`, this also sees a link that leads nowhere.
      let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
      guard let type else { continue }
      guard replacing, type as? FileAttributeType == .typeRegular else {
        throw .inTheWay(path: path)
      }
    }
  }

  /// Writes the JSON, and the table as CSV, to a folder.
  ///
  /// - Parameters:
  ///   - folder: its path.
  ///   - replacing: whether files of their names may be replaced.
  /// - Throws: `OutputError`.
  public func write(to folder: String, replacing: Bool) throws {
    try Self.check(folder, replacing: replacing)
    let table = csv.map { [("csv", $0)] } ?? []
    for (ending, content) in [("json", try json())] + table {
      do {
        try DurableFile.write(Data(content.utf8), to: "\(folder)/\(Self.fileName).\(ending)")
      } catch {
        throw OutputError.cannotWrite(path: error.path, reason: error.reason)
      }
    }
  }
}
