import Inference

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
  /// A file that no run is known to have written has the name of one that this run would write.
  case notOurs(path: String)
  /// A file has the name of one that would be written, and is not to be replaced.
  case inTheWay(path: String)
  /// The run would need more than there is of something, such as disk space; in bytes.
  case noRoom(of: String, needed: Double, available: Double)
  /// The run was started by an earlier version.
  case earlierVersion(folder: String)
  /// Another process is writing to the folder.
  case inUse(folder: String)
  /// A file says that another process is writing to the folder.
  case lockedByFile(folder: String, path: String)
  /// The folder holds a run, whose own report would be replaced.
  case holdsRun(folder: String)
  /// The folder holds a different run.
  case differentRun(folder: String, differences: [String])
  /// The folder or a file in it cannot be created.
  case cannotWrite(path: String, reason: String)
}

extension OutputError: CustomStringConvertible {
  /// The same for those who store chains.
  var ofStorage: StorageError {
    let parts = description.split(separator: ": ", maxSplits: 1).map(String.init)
    return StorageError(path: parts[0], reason: parts.count > 1 ? parts[1] : "")
  }

  private static func size(_ bytes: Double) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    var (number, unit) = (bytes, 0)
    while number >= 1000, unit + 1 < units.count { (number, unit) = (number / 1000, unit + 1) }
    return "\(Rounding.number(number, digits: 3)) \(units[unit])"
  }

  /// The error as a sentence.
  public var description: String {
    switch self {
    case .exists(let folder, let file):
      "\(folder): the folder holds the results of an earlier run (\(file));"
        + " use --force to replace them, --resume to continue it, or --output to write elsewhere"
    case .chainsWithoutRecord(let folder, let file):
      "\(folder): there are chains (\(file)) but no analysis.yaml that says what they are of, so they cannot be"
        + " continued; use --force to replace them, or --output to write elsewhere"
    case .notOurs(let path):
      "\(path): this file is in the way, and no run is known to have written it, so it is not replaced;"
        + " move or remove it, or use --output to write elsewhere"
    case .inTheWay(let path):
      "\(path): this is in the way; use --force to replace a file, or --output to write elsewhere"
    case .noRoom(let resource, let needed, let available):
      "this run would need at least \(Self.size(needed)) of \(resource), where \(Self.size(available)) are available;"
        + " ask for fewer draws or chains"
    case .earlierVersion(let folder):
      "\(folder): an earlier version of sn-infer started this run, so this one cannot continue it;"
        + " move its files away, or use --output to write elsewhere"
    case .notARecord(let path):
      "\(path): this is not the record of a run, and run.files does not say that the chains are of this one;"
        + " --resume with the options and data that the run began with continues it where run.files is whole,"
        + " --force replaces it, --output writes elsewhere"
    case .ownAnalysis(let path):
      "\(path): the record of the run would replace this file, which no run has written;"
        + " use --output to write elsewhere, or give the file another name"
    case .inUse(let folder):
      "\(folder): another run is writing to this folder; wait for it, or use --output"
    case .lockedByFile(let folder, let path):
      "\(folder): another run is writing to this folder, according to \(path); wait for it, use --output,"
        + " or remove that file if its run has died on another machine"
    case .holdsRun(let folder):
      "\(folder): the folder holds a run, whose own report would be replaced; use --output to write elsewhere"
    case .differentRun(let folder, let differences):
      "\(folder): the folder holds a different run, so it cannot be continued: "
        + differences.joined(separator: "; ")
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    }
  }
}
