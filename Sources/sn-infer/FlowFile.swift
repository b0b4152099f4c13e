import Foundation
import Samplers

/// A saved flow on disk.
enum FlowFile {
  /// Reads a flow.
  static func read(_ path: String) throws(FlowFileError) -> SavedFlow {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw FlowFileError(path: path, .missing)
    }
    guard !isDirectory.boolValue, let data = try? Data(contentsOf: URL(fileURLWithPath: path))
    else { throw FlowFileError(path: path, .unreadable) }
    do {
      return try SavedFlow(json: data)
    } catch {
      throw FlowFileError(path: path, .content(error))
    }
  }

  /// Makes sure that a file can be written, before the work that it is for.
  static func check(_ path: String, replacing: Bool) throws(FlowFileError) {
    var isDirectory: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
      guard replacing else { throw FlowFileError(path: path, .exists) }
      if isDirectory.boolValue {
        throw FlowFileError(path: path, .cannotWrite(reason: "this is a directory"))
      }
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      let reason = "\(String(cString: strerror(errno))) (folder \(folder))"
      throw FlowFileError(path: path, .cannotWrite(reason: reason))
    }
  }

  /// Writes a file, whole or not at all.
  static func write(_ data: Data, to path: String) throws(FlowFileError) {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw FlowFileError(path: path, .cannotWrite(reason: error.localizedDescription))
    }
  }
}

/// What is wrong with a file of a flow, or of its samples.
struct FlowFileError: Error, Equatable {
  let path: String
  let problem: Problem

  init(path: String, _ problem: Problem) {
    self.path = path
    self.problem = problem
  }

  enum Problem: Equatable {
    case missing
    case unreadable
    case content(SavedFlowError)
    case tooFewRows(found: Int, needed: Int)
    case constantColumn(String)
    case implausibleScale(column: String)
    case noWeights
    case burnInOfTable
    case nothingLearned
    case overflow(row: Int)
    case damagedCheckpoint
    case otherCheckpoint
    case exists
    case cannotWrite(reason: String)
  }

  var status: ExitStatus {
    switch problem {
    case .missing, .unreadable: .noInput
    case .exists, .cannotWrite, .otherCheckpoint: .cannotCreate
    case .burnInOfTable: .wrongUsage
    default: .wrongData
    }
  }
}

extension FlowFileError: CustomStringConvertible {
  var description: String {
    let sentence =
      switch problem {
      case .missing: "there is no such file"
      case .unreadable: "the file cannot be read"
      case .content(let error): error.description
      case .tooFewRows(let found, let needed):
        "found \(found) \(found == 1 ? "row" : "rows") where at least \(needed) are needed"
      case .constantColumn(let name):
        "column '\(name)' is the same in all rows, so it has no density; choose others with --columns"
      case .implausibleScale(let name):
        "the numbers of column '\(name)' are too large or too small to be scaled; divide them first"
      case .noWeights: "the weights of the chain are negative or all zero"
      case .burnInOfTable:
        "--burn-in is for chains in GetDist's format, and this is a table; leave out its first rows, or the option"
      case .nothingLearned:
        "−log p of the held-out rows was never finite; a smaller --time or --learning-rate may help, and columns without --no-standardise"
      case .overflow(let row):
        "row \(row) that is drawn from it is not finite: its parameters or scales are too large"
      case .damagedCheckpoint:
        "this is no checkpoint of a training, or a damaged one, so it cannot be continued; leave out --resume to begin anew"
      case .otherCheckpoint:
        "the checkpoint is of other samples or options; give those of the stopped run, or leave out --resume"
      case .exists: "the file exists already; use --force to replace it"
      case .cannotWrite(let reason): "the file cannot be written: \(reason)"
      }
    return "\(path): \(sentence)"
  }
}
