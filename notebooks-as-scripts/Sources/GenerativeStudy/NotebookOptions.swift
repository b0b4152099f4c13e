import Foundation

/// The options of a notebook, `--name value` or `--name` alone, as its first lines declare them.
///
/// What cannot be ends the program with exit code 64.
public struct NotebookOptions {
  private var values: [String: String] = [:]

  /// Reads the command line; `--help` and what is not declared end the program.
  ///
  /// - Parameters:
  ///   - about: what the notebook does.
  ///   - valued: names of options with a value, with what they mean.
  ///   - flags: names of options without.
  ///   - arguments: what follows the program's name.
  public init(
    _ about: String, valued: KeyValuePairs<String, String>, flags: KeyValuePairs<String, String>,
    arguments: [String] = Array(CommandLine.arguments.dropFirst())
  ) {
    var arguments = arguments[...]
    while let argument = arguments.popFirst() {
      let name = String(argument.dropFirst(2))
      if argument == "--help" {
        let lines =
          (valued.map { ("--\($0.key) X", $0.value) } + flags.map { ("--\($0.key)", $0.value) })
          .map { "  \($0.0.padding(toLength: 20, withPad: " ", startingAt: 0)) \($0.1)" }
        print("\(about)\n\n\(lines.joined(separator: "\n"))")
        exit(0)
      } else if argument.hasPrefix("--"), flags.contains(where: { $0.key == name }) {
        values[name] = "yes"
      } else if argument.hasPrefix("--"), valued.contains(where: { $0.key == name }) {
        guard let value = arguments.popFirst() else { Self.stop("\(argument) needs a value") }
        values[name] = value
      } else {
        Self.stop("there is no option '\(argument)'; see --help")
      }
    }
  }

  /// Whether a flag is there.
  public func has(_ name: String) -> Bool { values[name] != nil }

  /// The text of an option.
  public func text(_ name: String, default standard: String) -> String { values[name] ?? standard }

  /// The number of an option, above 0.
  public func number(_ name: String, default standard: Double) -> Double {
    numbers(name, default: [standard], isList: false)[0]
  }

  /// The numbers of an option, separated by commas, above 0; each once.
  public func numbers(_ name: String, default standard: [Double]) -> [Double] {
    numbers(name, default: standard, isList: true)
  }

  /// The whole number of an option, 1 to 10⁹.
  public func count(_ name: String, default standard: Int) -> Int {
    counts(name, default: [standard], isList: false)[0]
  }

  /// The whole numbers of an option, separated by commas, 1 to 10⁹.
  public func counts(_ name: String, default standard: [Int]) -> [Int] {
    counts(name, default: standard, isList: true)
  }

  /// Names of an option, separated by commas, among those that there are; all, without the option.
  public func names(_ name: String, among all: [String]) -> [String] {
    guard let words = words(name, isList: true) else { return all }
    if let unknown = words.first(where: { !all.contains($0) }) {
      Self.stop("--\(name) must be among \(all.joined(separator: ", ")), not '\(unknown)'")
    }
    return words
  }

  private func numbers(_ name: String, default standard: [Double], isList: Bool) -> [Double] {
    words(name, isList: isList)?.map { word in
      guard let number = Double(word), number.isFinite, number > 0 else {
        Self.stop("--\(name) needs a number above 0, not '\(word)'")
      }
      return number
    } ?? standard
  }

  private func counts(_ name: String, default standard: [Int], isList: Bool) -> [Int] {
    words(name, isList: isList)?.map { word in
      guard let count = Int(word), (1...1_000_000_000).contains(count) else {
        Self.stop("--\(name) needs a whole number from 1 to 1000000000, not '\(word)'")
      }
      return count
    } ?? standard
  }

  private func words(_ name: String, isList: Bool) -> [String]? {
    guard let text = values[name] else { return nil }
    guard isList else { return [text] }
    var words: [String] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    where !words.contains(word) {
      words.append(word)
    }
    return words
  }

  private static func stop(_ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    exit(64)
  }
}
