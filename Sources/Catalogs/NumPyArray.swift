import Foundation

/// What the header of an array in NumPy's format, version 1 to 3, says of the numbers behind it.
struct NumPyArray {
  /// What is wrong with a header, in words.
  struct Mistake: Error {
    let reason: String
  }

  /// How many numbers there are, of whatever shape.
  let count: Int
  private let kind: Kind
  private let start: Int

  /// How many bytes header and numbers have.
  let byteCount: Int

  /// The longest beginning that is needed: a header is much shorter.
  static let longestHeader = 1 << 16

  private enum Kind: String, CaseIterable {
    case single = "<f4"
    case double = "<f8"
    case int32 = "<i4"
    case int64 = "<i8"

    var width: Int { self == .single || self == .int32 ? 4 : 8 }
  }

  /// Reads the header in the first bytes of an array.
  init(header bytes: [UInt8]) throws(Mistake) {
    guard bytes.count > 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw Mistake(reason: "is not a NumPy array")
    }
    let lengthBytes = bytes[6] > 1 ? 4 : 2
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    start = 8 + lengthBytes + length
    guard start <= bytes.count else { throw Mistake(reason: "is cut short") }
    let header = String(decoding: bytes[8 + lengthBytes..<start], as: UTF8.self)
    guard let kind = Kind.allCases.first(where: { header.contains("'\($0.rawValue)'") }) else {
      throw Mistake(reason: "has numbers of an unknown kind: \(header)")
    }
    guard let count = Self.elementCount(header) else { throw Mistake(reason: "is cut short") }
    let (dataCount, overflow) = count.multipliedReportingOverflow(by: kind.width)
    guard !overflow, dataCount < .max - start else { throw Mistake(reason: "is cut short") }
    self.kind = kind
    self.count = count
    byteCount = start + dataCount
  }

  /// Tells a body how to get each number from the bytes of the whole array, `byteCount` of them.
  func withNumbers<Value>(of bytes: [UInt8], _ body: ((Int) -> Double) -> Value) -> Value {
    precondition(bytes.count == byteCount, "\(bytes.count) bytes of an array of \(byteCount)")
    return bytes.withUnsafeBytes { buffer in
      switch kind {
      case .single:
        body {
          Double(
            Float(bitPattern: buffer.loadUnaligned(fromByteOffset: start + 4 * $0, as: UInt32.self))
          )
        }
      case .double:
        body {
          Double(bitPattern: buffer.loadUnaligned(fromByteOffset: start + 8 * $0, as: UInt64.self))
        }
      case .int32:
        body { Double(buffer.loadUnaligned(fromByteOffset: start + 4 * $0, as: Int32.self)) }
      case .int64:
        body { Double(buffer.loadUnaligned(fromByteOffset: start + 8 * $0, as: Int64.self)) }
      }
    }
  }

  /// The product of the lengths in `'shape': (…)`; nil if there is no such thing.
  private static func elementCount(_ header: String) -> Int? {
    guard let key = header.range(of: "'shape'"),
      let open = header[key.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    var product = 1
    for part in header[header.index(after: open)..<close].split(separator: ",") {
      guard let length = Int(part.trimmingCharacters(in: .whitespaces)), length >= 0 else {
        return nil
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
