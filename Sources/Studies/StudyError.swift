/// Why a study cannot go on in a folder.
public enum StudyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The folder holds another study; the keys that differ, with both values.
  case isAnother(folder: String, differences: [String])
  /// The folder has no study.
  case isNone(folder: String)
  /// A file cannot be read as what it should be.
  case damaged(path: String)
  /// The system refuses a file.
  case file(path: String, reason: String)
  /// Asked to stop, with what there is in the part files.
  case stopped(done: Int, of: Int)

  /// The error in words.
  public var description: String {
    switch self {
    case .isAnother(let folder, let differences):
      "\(folder) holds another study: \(differences.joined(separator: "; ")); choose another --output, or --force to replace it"
    case .isNone(let folder): "\(folder) holds no study: there is no \(StudyFolder.manifestName)"
    case .damaged(let path): "\(path) is not the record of a study"
    case .file(let path, let reason): "\(path): \(reason)"
    case .stopped(let done, let total):
      "stopped with \(done) of \(total) units; the same command continues"
    }
  }
}
