/// What is wrong with compressed data.
public enum ArchiveError: Error, Equatable {
  /// The data end too early.
  case truncated
  /// The data are damaged; the reason is zlib's, or what is wrong with a zip directory.
  case corrupt(reason: String)
  /// More than `limit` bytes would come out.
  case tooLarge(limit: Int)
  /// A member is compressed by an unknown method.
  case unknownMethod(member: String)
}

extension ArchiveError: CustomStringConvertible {
  /// The error in words, without the file.
  public var description: String {
    switch self {
    case .truncated: "the compressed data end too early; fetch the file again"
    case .corrupt(let reason): "the compressed data are damaged (\(reason)); fetch the file again"
    case .tooLarge(let limit): "unpacking it would give more than \(limit) bytes"
    case .unknownMethod(let member):
      "its member '\(member)' is neither stored nor deflated; pack it again with an ordinary zip"
    }
  }
}
