/// Why results could not be written.
public enum OutputError: Error, Equatable {
  /// The folder holds the results of an earlier run.
  case exists(folder: String, file: String)
  /// The folder holds chains, but no record of their run.
  case chainsWithoutRecord(folder: String, file: String)
  /// The record of the run to be continued is damaged.
  case notARecord(path: String)
  /// The record of the run would replace an analysis that no run has written.
  case ownAnalysis(path: String)
  /// The run was started by an earlier version.
  case earlierVersion(folder: String)
  /// Another process is writing to the folder.
  case inUse(folder: String)
  /// The folder holds a different run.
  case differentRun(folder: String, differences: [String])
  /// The folder or a file in it cannot be created.
  case cannotWrite(path: String, reason: String)
}

extension OutputError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .exists(let folder, let file):
      "\(folder): the folder holds the results of an earlier run (\(file));"
        + " use --force to replace them, --resume to continue it, or --output to write elsewhere"
    case .chainsWithoutRecord(let folder, let file):
      "\(folder): there are chains (\(file)) but no analysis.yaml that says what they are of, so they cannot be"
        + " continued; use --force to replace them, or --output to write elsewhere"
    case .earlierVersion(let folder):
      "\(folder): an earlier version of sn-infer started this run, so this one cannot continue it;"
        + " use --force to replace it, or --output to write elsewhere"
    case .notARecord(let path):
      "\(path): this is not the record of a run, so the run cannot be continued;"
        + " use --force to replace it, or --output to write elsewhere"
    case .ownAnalysis(let path):
      "\(path): the record of the run would replace this file, which no run has written;"
        + " use --output to write elsewhere, or give the file another name"
    case .inUse(let folder):
      "\(folder): another run is writing to this folder; wait for it, or use --output"
    case .differentRun(let folder, let differences):
      "\(folder): the folder holds a different run, so it cannot be continued: "
        + differences.joined(separator: "; ")
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    }
  }
}
