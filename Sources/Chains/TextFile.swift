import Foundation

/// The whole text of a file, or why there is none.
package enum TextFile {
  package enum Failure: Error {
    case missing
    case unreadable(reason: String)
  }

  package static func read(_ path: String) throws(Failure) -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .missing
    }
    if isDirectory.boolValue { throw .unreadable(reason: "this is a directory") }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(reason: "the file cannot be read")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw .unreadable(reason: "this is not text in UTF-8")
    }
    return text
  }
}
