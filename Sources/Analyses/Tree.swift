import Foundation

/// Settings as in a file: what JSON and YAML have in common, with the order of keys.
enum Tree: Equatable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// What is too large for `int`.
  case unsigned(UInt64)
  case number(Double)
  case text(String)
  case list([Tree])
  case map([(key: String, value: Tree)])

  /// The value under a key.
  subscript(key: String) -> Tree? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// This tree with the values of another in place of its own; the other's keys keep the order of this.
  func overlaid(by other: Tree) -> Tree {
    guard case .map(let own) = self, case .map(let others) = other else { return other }
    let kept = own.map { key, value in
      (key: key, value: other[key].map { value.overlaid(by: $0) } ?? value)
    }
    return .map(kept + others.filter { self[$0.key] == nil })
  }

  /// This tree without the value at a key path or, if there is none, without what lacks it; nil if nothing is left out.
  func leavingOut(_ place: String) -> Tree? {
    guard case .map(var entries) = self,
      let index = entries.firstIndex(where: { key, _ in
        place == key || [".", "["].contains { place.hasPrefix(key + $0) }
      })
    else { return nil }
    let rest = place.dropFirst(entries[index].key.count + 1)
    if let inner = entries[index].value.leavingOut(String(rest)) {
      entries[index].value = inner
    } else {
      entries.remove(at: index)
    }
    return .map(entries)
  }

  /// All values by their key paths, as text.
  func leaves(_ path: String = "") -> [String: String] {
    switch self {
    case .map(let entries):
      entries.reduce(into: [:]) { leaves, entry in
        let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        leaves.merge(entry.value.leaves(place)) { first, _ in first }
      }
    default: [path: text]
    }
  }

  /// The value as typed.
  var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    case .list(let values): "[\(values.map(\.text).joined(separator: ", "))]"
    case .map(let entries):
      "{\(entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
    }
  }

  static func == (a: Tree, b: Tree) -> Bool { a.leaves() == b.leaves() }
}

extension Tree: Codable {
  /// Any key.
  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      // In a fixed order, whatever that of the decoder is.
      let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
      self = .map(try keys.map { ($0.stringValue, try container.decode(Tree.self, forKey: $0)) })
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else {
      self = .list(try container.decode([Tree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .map(let entries):
      var container = encoder.container(keyedBy: Key.self)
      for (key, value) in entries { try container.encode(value, forKey: Key(stringValue: key)) }
    case .list(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try container.encode(value)
      case .int(let value): try container.encode(value)
      case .unsigned(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      default: try container.encodeNil()
      }
    }
  }

  /// The settings of a value.
  init(_ value: some Encodable) throws {
    self = try JSONDecoder().decode(Tree.self, from: JSONEncoder().encode(value))
  }

  /// The value from its settings.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
  }
}
