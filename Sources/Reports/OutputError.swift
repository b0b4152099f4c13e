/// Why results could not be written.
public enum OutputError: Error, Equatable {
  /// The folder holds the results of an earlier run.
  case exists(folder: String, file: String)
  /// The folder holds chains, but not the manifest that would say of what.
  case chainsWithoutManifest(folder: String, file: String)
  /// The manifest of the run to be continued is damaged.
  case notAManifest(path: String)
  /// Another process is writing to the folder.
  case inUse(folder: String)
  /// The run to be continued is another one.
  case differentRun(folder: String, differences: [String])
  /// The run to be continued has more draws already than are wanted.
  case longerRun(folder: String, draws: Int)
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
    case .chainsWithoutManifest(let folder, let file):
      "\(folder): there are chains (\(file)) but no run.json that says of what, so they cannot be"
        + " continued; use --force to replace them, or --output to write elsewhere"
    case .notAManifest(let path):
      "\(path): this is not the manifest of a run, so the run cannot be continued;"
        + " use --force to replace it, or --output to write elsewhere"
    case .inUse(let folder):
      "\(folder): another run is writing to this folder; wait for it, or use --output"
    case .longerRun(let folder, let draws):
      "\(folder): the run has chains of up to \(draws) draws already; give --draws \(draws) or more to continue it"
    case .differentRun(let folder, let differences):
      "\(folder): the folder holds another run, so it cannot be continued: "
        + differences.joined(separator: "; ")
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    }
  }
}
