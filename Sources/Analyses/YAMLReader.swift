import Foundation
import Yams

/// Parses YAML, and records the line of every value.
struct YAMLReader {
  private let path: String
  /// How many more values there may be once aliases are expanded.
  private var left = 100_000
  /// The lines of values by their key paths.
  private(set) var lines: [String: Int] = [:]

  /// - Parameter path: what stands for the text in errors.
  init(_ path: String) { self.path = path }

  /// Reads a text.
  ///
  /// - Throws: `AnalysisError.file`.
  mutating func tree(_ text: String) throws(AnalysisError) -> Tree {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      let reason = "\(error)".split(separator: "\n").joined(separator: " ")
      throw .file(path: path, line: nil, reason: "this is not YAML: \(reason)")
    }
    return try node.map { node throws(AnalysisError) in try tree(node) } ?? .null
  }

  private mutating func tree(_ node: Node, _ place: String = "") throws(AnalysisError) -> Tree {
    left -= 1
    guard left > 0 else {
      throw .file(path: path, line: nil, reason: "this is far more than the settings of a run")
    }
    lines[place] = node.mark?.line
    switch node {
    case .scalar(let scalar): return value(node, scalar)
    case .sequence(let sequence):
      var values: [Tree] = []
      for item in sequence { values.append(try tree(item, place)) }
      return .list(values)
    case .mapping(let mapping):
      var entries: [(key: String, value: Tree)] = []
      for (key, value) in mapping {
        let name = key.scalar?.string ?? "?"
        let inside = place.isEmpty ? name : "\(place).\(name)"
        let part = try tree(value, inside)
        lines[inside] = key.mark?.line
        entries.append((name, part))
      }
      return .map(entries)
    case .alias:
      throw .file(path: path, line: node.mark?.line, reason: "this alias has no anchor")
    }
  }

  private func value(_ node: Node, _ scalar: Node.Scalar) -> Tree {
    guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
    if node.null != nil { return .null }
    if let value = node.bool, ["true", "false"].contains(scalar.string.lowercased()) {
      return .bool(value)
    }
    if let value = node.int { return .int(value) }
    if let value = UInt64(scalar.string) { return .unsigned(value) }
    if let value = Double(scalar.string) ?? node.float, value.isFinite { return .number(value) }
    // Cobaya's .inf is none that is used here.
    return .text(scalar.string)
  }

  /// A value as YAML.
  static func node(_ tree: Tree) -> Node {
    switch tree {
    case .map(let entries):
      return Node(entries.map { (Node($0.key), node($0.value)) }, Tag(.map))
    case .list(let values):
      let isShort = values.allSatisfy {
        switch $0 {
        case .map, .list: false
        default: true
        }
      }
      return Node(values.map(node), Tag(.seq), isShort ? .flow : .block)
    case .text(let text):
      // What would be read as something else is put in quotes.
      let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
      let isPlain =
        text.wholeMatch(of: /[A-Za-z_\/][A-Za-z0-9_.\/-]*/) != nil
        && !words.contains(text.lowercased())
      return Node(text, Tag(.str), isPlain ? .any : .singleQuoted)
    default: return Node(tree.text)
    }
  }
}
