/// Why results could not be written.
public enum OutputError: Error, Equatable {
  /// The folder holds the results of an earlier run.
  case exists(folder: String, file: String)
  /// The folder or a file in it cannot be created.
  case cannotWrite(path: String, reason: String)
}

extension OutputError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .exists(let folder, let file):
      "\(folder): the folder holds the results of an earlier run (\(file));"
        + " use --force to replace them, or --output to write elsewhere"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    }
  }
}
