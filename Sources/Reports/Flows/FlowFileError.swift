public import Analyses
public import Samplers

/// What is wrong with a file of a flow, or of its samples.
public struct FlowFileError: Error, Equatable {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let problem: Problem

  /// An error with its file.
  public init(path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// What can be wrong.
  public enum Problem: Sendable, Equatable {
    case missing
    case unreadable
    case content(SavedFlowError)
    case data(FlowDataError)
    case noWeights
    case givenColumns([String])
    case burnInOfTable
    case nothingLearned
    case overflow(row: Int)
    case damagedCheckpoint
    case otherCheckpoint
    case exists
    case cannotWrite(reason: String)
  }
}

extension FlowFileError {
  /// How a program ends with this error.
  public var exitStatus: ExitStatus {
    switch problem {
    case .missing, .unreadable: .noInput
    case .exists, .cannotWrite, .otherCheckpoint: .cannotCreate
    case .burnInOfTable, .givenColumns: .wrongUsage
    default: .wrongData
    }
  }
}

extension FlowFileError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    let sentence =
      switch problem {
      case .missing: "there is no such file"
      case .unreadable: "the file cannot be read"
      case .content(let error): error.description
      case .data(let error): error.description
      case .noWeights: "the weights of the chain are negative or all zero"
      case .givenColumns(let needed) where needed.isEmpty:
        "its density is not given anything; leave out --given"
      case .givenColumns(let needed):
        "its density is given \(needed.joined(separator: ", ")); say which with --given \(needed.map { "\($0)=…" }.joined(separator: ","))"
      case .burnInOfTable:
        "--burn-in is for chains in GetDist's format, and this is a table; remove its first rows, or leave out the option"
      case .nothingLearned:
        "−log p of the held-out rows was never finite; a smaller --time or --learning-rate may help, or leaving out --no-standardise"
      case .overflow(let row):
        "row \(row) drawn from it is not finite: its parameters or scales are too large"
      case .damagedCheckpoint:
        "this is not a training checkpoint, or it is damaged or of an earlier version, so training cannot continue; leave out --resume to start over"
      case .otherCheckpoint:
        "the checkpoint belongs to other samples or options; give those of the stopped run, or leave out --resume"
      case .exists: "the file already exists; use --force to replace it"
      case .cannotWrite(let reason): "the file cannot be written: \(reason)"
      }
    return "\(path): \(sentence)"
  }
}
