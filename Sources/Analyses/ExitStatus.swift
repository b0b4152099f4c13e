public import Catalogs
public import Chains
public import Cosmology
public import Samplers

/// The exit codes of the program, after the BSD `sysexits` where there is one.
public enum ExitStatus: Int32, Sendable {
  /// The result stands.
  case success = 0
  /// No result can be trusted, or a check failed.
  case failedCheck = 10
  /// The result stands, but a check failed, or it is not known to be complete.
  case failedWitness = 11
  /// Options that contradict themselves or each other.
  case wrongUsage = 64
  /// Data that cannot be what they are taken for.
  case wrongData = 65
  /// A file is missing, or cannot be read.
  case noInput = 66
  /// A sampler could not start, or an internal error.
  case internalError = 70
  /// The system gives no thread, or no memory.
  case systemRefused = 71
  /// A file cannot be written.
  case cannotCreate = 73
  /// Standard output was lost.
  case outputLost = 74
  /// Stopped before the end, to be resumed.
  case stopped = 75
  /// Interrupted, to be resumed.
  case interrupted = 130
}

extension AnalysisError {
  /// How a program ends with this error.
  public var exitStatus: ExitStatus {
    switch self {
    case .unreadable: .noInput
    case .written(_, _, let error): error.exitStatus
    case .several(let errors): errors.first?.exitStatus ?? .wrongData
    case .file, .tooFewData, .metricOfOthers, .noMocks, .notForecast: .wrongData
    default: .wrongUsage
    }
  }
}

extension ChainFileError {
  /// How a program ends with this error.
  public var exitStatus: ExitStatus {
    switch problem {
    case .missing, .gap, .unreadable, .noChains: .noInput
    default: .wrongData
    }
  }
}

extension CatalogError {
  /// How a program ends with this error.
  public var exitStatus: ExitStatus {
    switch problem {
    case .missing, .isDirectory, .unreadable, .noSuchPart: .noInput
    case .exists, .cannotCreate: .cannotCreate
    default: .wrongData
    }
  }
}

extension SamplingError {
  /// How a program ends with this error.
  public var exitStatus: ExitStatus {
    switch self {
    case .storage: .cannotCreate
    case .derived: .wrongUsage
    default: .internalError
    }
  }
}

extension Verdict.Grade {
  /// The exit status of a run with this grade.
  public var exitStatus: ExitStatus {
    switch self {
    case .good: .success
    case .withCare, .notKnownComplete: .failedWitness
    case .rejected: .failedCheck
    }
  }
}

extension GoodnessOfFit.Grade {
  /// The exit status of a fit of this grade.
  public var exitStatus: ExitStatus {
    switch self {
    case .plausible, .unusual: .success
    case .implausible: .failedWitness
    case .meaningless: .failedCheck
    }
  }
}
