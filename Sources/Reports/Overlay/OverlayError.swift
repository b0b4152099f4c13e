public import Analyses

/// What keeps several runs from being shown together.
public enum OverlayError: Error, Equatable {
  /// Two arguments are the same chains.
  case sameChains(String, String)
  /// Two runs have one name.
  case sameName(String, paths: [String])
  /// A name is empty.
  case emptyName(String)
  /// There are more runs than colours.
  case tooMany(Int, most: Int)
  /// No run has a parameter of this name.
  case unknownParameter(String, available: [String], nearest: String?)
  /// A parameter is named twice.
  case parameterTwice(String)
  /// More parameters than a figure can show.
  case tooManyParameters(Int, most: Int)
  /// Of the parameters that were chosen no two runs have one.
  case notShared([String], shared: [String])
  /// No two runs have a parameter in common.
  case nothingShared([(run: String, names: [String])])
  /// An option that only several runs have.
  case forSeveral(option: String)
  /// Text that is not `name=value`.
  case notAMark(String)
  /// A value is marked twice.
  case markedTwice(String)

  /// Whether two errors say the same.
  public static func == (a: OverlayError, b: OverlayError) -> Bool {
    a.description == b.description
  }

  /// How a program ends with this error.
  public var exitStatus: ExitStatus {
    if case .nothingShared = self { return .wrongData }
    return .wrongUsage
  }
}

extension OverlayError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .sameChains(let first, let second):
      first == second
        ? "\(first) is given more than once" : "\(first) and \(second) are the same chains"
    case .sameName(let name, let paths):
      "\(paths.joined(separator: " and ")) both have the name '\(name)'; NAME=\(paths.last ?? "") gives another"
    case .emptyName(let text): "'\(text)' has no name before the equals sign"
    case .tooMany(let count, let most):
      "\(count) runs are more than can be told apart; give at most \(most)"
    case .unknownParameter(let name, let available, let nearest):
      "no run has a parameter '\(name)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "; there are \(Self.list(available))")
    case .parameterTwice(let name): "--parameters names \(name) more than once"
    case .tooManyParameters(let count, let most):
      "\(count) parameters are more than one figure can show; name at most \(most)"
    case .notShared(let names, let shared):
      "no two runs share \(names.joined(separator: " or ")); they share \(shared.isEmpty ? "nothing" : Self.list(shared))"
    case .nothingShared(let runs):
      "no parameter is in two of the runs: "
        + runs.map { "\(Self.list($0.names)) in \($0.run)" }.joined(separator: "; ")
        + "; --rename a=b tells which are the same"
    case .forSeveral(let option): "\(option) is for several runs; here is one"
    case .notAMark(let text): "'--truth \(text)' is not name=value"
    case .markedTwice(let name): "--truth names \(name) more than once"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(16).joined(separator: ", ") + (names.count > 16 ? ", …" : "")
  }
}
