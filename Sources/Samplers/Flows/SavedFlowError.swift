/// Why something is not a saved flow.
public enum SavedFlowError: Error, Equatable {
  /// Not JSON, or JSON of something else.
  case notASavedFlow
  /// Another version of the format than this program knows.
  case unknownVersion(found: Int, newest: Int)
  /// JSON of a flow that lacks something or has it in another type.
  case malformed(String)
  /// A list whose length is not the flow's dimension.
  case wrongCount(of: String, found: Int, expected: Int)
  /// A number of parameters other than the architecture's.
  case wrongParameterCount(found: Int, expected: Int)
  /// A parameter that is not a finite number.
  case notFinite(parameter: Int)
  /// A part whose shape does not fit the flow's dimension.
  case wrongShape(part: String, found: [Int], dimension: Int)
  /// A part with an impossible number.
  case impossible(part: String, String)
  /// The flow of a run that does not say which offset was integrated out.
  case withoutOffset
}

extension SavedFlowError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .withoutOffset:
      "the flow does not say which offset was integrated out, as those of earlier versions do not; fit again"
    case .notASavedFlow:
      "this is not a saved flow; 'sn-infer flow train' writes one"
    case .unknownVersion(let found, let newest):
      "the flow is saved in version \(found) of the format, and this program knows version \(newest) only"
    case .malformed(let reason):
      "the saved flow is damaged: \(reason)"
    case .wrongCount(let name, let found, let expected):
      "the saved flow has \(found) \(name) where its dimension is \(expected)"
    case .wrongParameterCount(let found, let expected):
      "the saved flow has \(found) parameters where its architecture has \(expected)"
    case .notFinite(let parameter):
      "parameter \(parameter) of the flow is not a finite number"
    case .wrongShape(let part, let found, let dimension):
      "the \(part) of the saved flow has the shape \(found), which does not fit dimension \(dimension)"
    case .impossible(let part, let expected):
      "the \(part) of the saved flow is impossible: \(expected) expected"
    }
  }
}
