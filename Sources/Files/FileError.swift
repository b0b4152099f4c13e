/// Why a file could not be written.
package struct FileError: Error {
  /// The file.
  package let path: String
  /// What the system says.
  package let reason: String

  /// An error with its file and reason.
  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
