import Foundation

enum JSONCoding {
  /// A value written and read again.
  static func copy<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }
}
