import Foundation

/// The options of a notebook, `--name value` or `--name` alone, as its first lines declare them.
public struct NotebookOptions {
  private var values: [String: String] = [:]

  /// Reads the command line; `--help` and what is not declared end the program.
  ///
  /// - Parameters:
  ///   - about: what the notebook does.
  ///   - valued: names of options with a value, with what they mean.
  ///   - flags: names of options without.
  public init(
    _ about: String, valued: KeyValuePairs<String, String>, flags: KeyValuePairs<String, String>
  ) {
    var arguments = CommandLine.arguments.dropFirst()
    func stop(_ text: String, _ code: Int32) -> Never {
      FileHandle.standardError.write(Data((text + "\n").utf8))
      exit(code)
    }
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
        guard let value = arguments.popFirst() else { stop("\(argument) needs a value", 64) }
        values[name] = value
      } else {
        stop("there is no option '\(argument)'; see --help", 64)
      }
    }
  }

  /// Whether a flag is there.
  public func has(_ name: String) -> Bool { values[name] != nil }

  /// The text of an option.
  public func text(_ name: String, default standard: String) -> String { values[name] ?? standard }

  /// The number of an option; what is none ends the program.
  public func number(_ name: String, default standard: Double) -> Double {
    guard let text = values[name] else { return standard }
    return Self.parse(text, name)
  }

  /// The numbers of an option, separated by commas.
  public func numbers(_ name: String, default standard: [Double]) -> [Double] {
    guard let text = values[name] else { return standard }
    return text.split(separator: ",").map { Self.parse(String($0), name) }
  }

  private static func parse(_ text: String, _ name: String) -> Double {
    guard let number = Double(text), number.isFinite else {
      FileHandle.standardError.write(Data("--\(name) needs a number, not '\(text)'\n".utf8))
      exit(64)
    }
    return number
  }
}
