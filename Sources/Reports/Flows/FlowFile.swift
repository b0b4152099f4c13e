public import Foundation
import Inference
public import Samplers

/// A saved flow on disk.
public enum FlowFile {
  /// Reads a flow.
  public static func read(_ path: String) throws(FlowFileError) -> SavedFlow {
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

  /// Whether there is a file.
  public static func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// Reads the flow of an amortised posterior.
  public static func amortised(_ path: String) throws(FlowFileError) -> AmortisedPosterior {
    let saved = try read(path)
    do {
      return try AmortisedPosterior(saved)
    } catch {
      throw FlowFileError(path: path, .content(error))
    }
  }

  /// Checks that a file can be written, before the work starts.
  public static func check(_ path: String, replacing: Bool) throws(FlowFileError) {
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
  public static func write(_ data: Data, to path: String) throws(FlowFileError) {
    do {
      try DurableFile.write(data, to: path, synced: true, naming: true)
    } catch {
      throw FlowFileError(path: path, .cannotWrite(reason: error.reason))
    }
  }
}
