public import Foundation

/// A JSON document as a tree, to damage one value of it at a time.
public indirect enum DamagedJSON: Codable, Sendable {
  case null
  case bool(Bool)
  case unsigned(UInt64)
  case integer(Int64)
  case number(Double)
  case text(String)
  case array([DamagedJSON])
  case object([String: DamagedJSON])

  /// Values that no reader should rely on not to find.
  public static let hostileValues: [DamagedJSON] = [
    .null, .bool(true), .integer(0), .integer(-1), .integer(.max), .integer(.min),
    .unsigned(.max), .number(0.5), .number(1e308), .number(-1e308), .number(.leastNonzeroMagnitude),
    .text(""),
    .text("NaN"), .text("Infinity"), .array([]), .object([:]),
  ]

  /// All documents in which one value is a hostile one or missing, with where it is; of a list the
  /// first element stands for all.
  public static func variants(of document: Data) throws -> [(place: String, document: Data)] {
    let tree = try JSONDecoder().decode(DamagedJSON.self, from: document)
    let encoder = JSONEncoder()
    return try tree.damaged("").map { ($0.place, try encoder.encode($0.tree)) }
  }

  private func damaged(_ place: String) -> [(place: String, tree: DamagedJSON)] {
    var variants = Self.hostileValues.map { (place: "\(place) = \($0)", tree: $0) }
    switch self {
    case .array(let elements):
      if let first = elements.first {
        let rest = elements.dropFirst()
        variants += first.damaged("\(place)[0]").map { ($0.place, .array([$0.tree] + rest)) }
        variants.append(("\(place) shorter", .array(Array(rest))))
        variants.append(("\(place) longer", .array(elements + [first])))
      }
    case .object(let members):
      for (key, value) in members.sorted(by: { $0.key < $1.key }) {
        var others = members
        others[key] = nil
        variants.append(("\(place).\(key) missing", .object(others)))
        variants += value.damaged("\(place).\(key)").map { variant in
          (variant.place, .object(members.merging([key: variant.tree]) { $1 }))
        }
      }
    default: break
    }
    return variants
  }

  /// Reads a document.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([DamagedJSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: DamagedJSON].self))
    }
  }

  /// Writes the document.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
