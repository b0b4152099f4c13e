import Files
import Foundation

/// What one process has done of a study: lines that are only ever appended, made with the first of them.
final class PartFile {
  let path: String
  private var descriptor: CInt = -1

  init(_ path: String) { self.path = path }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends lines in one write.
  func append(_ outcomes: [(unit: Int, outcome: UnitTable.Outcome)]) throws(StudyError) {
    if outcomes.isEmpty { return }
    if descriptor < 0 {
      descriptor = open(
        path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw .file(path: path, reason: String(cString: strerror(errno)))
      }
    }
    let text = outcomes.map { UnitLine.text($0.unit, $0.outcome) }.joined()
    do {
      try NewFile.write(Data(text.utf8), to: descriptor, path)
    } catch {
      throw .file(path: error.path, reason: error.reason)
    }
  }
}
