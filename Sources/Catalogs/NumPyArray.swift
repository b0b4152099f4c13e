import Foundation

/// What the header of an array in NumPy's format, version 1 to 3, says of the numbers behind it.
struct NumPyArray {
  /// What is wrong with a header, in words.
  struct Mistake: Error {
    let reason: String
  }

  /// The lengths of its dimensions; none for a single number.
  let shape: [Int]
  /// How many numbers there are, of whatever shape.
  let count: Int
  private let kind: Kind
  private let isBigEndian: Bool
  private let start: Int

  /// How many bytes header and numbers have.
  let byteCount: Int

  /// The first bytes of every array.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest beginning that is needed: a header is much shorter.
  static let longestHeader = 1 << 16

  private enum Kind: String {
    case single = "f4"
    case double = "f8"
    case int32 = "i4"
    case int64 = "i8"

    var width: Int { self == .single || self == .int32 ? 4 : 8 }
  }

  /// Reads the header in the first bytes of an array.
  init(header bytes: [UInt8]) throws(Mistake) {
    guard bytes.count > 12, bytes.starts(with: Self.magic) else {
      throw Mistake(reason: "is not a NumPy array")
    }
    let lengthBytes = bytes[6] > 1 ? 4 : 2
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    start = 8 + lengthBytes + length
    guard start <= bytes.count else { throw Mistake(reason: "is cut short") }
    let header = String(decoding: bytes[8 + lengthBytes..<start], as: UTF8.self)
    guard let word = Self.value(of: "descr", in: header)?.split(separator: "'").last,
      let kind = Kind(rawValue: String(word.dropFirst())), "<>=".contains(word.first ?? " ")
    else {
      let kind = Self.value(of: "descr", in: header) ?? ""
      throw Mistake(reason: "has numbers of an unknown kind: \(kind)")
    }
    guard let shape = Self.shape(header) else { throw Mistake(reason: "is cut short") }
    var count = 1
    for length in shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: length)
      if overflow { throw Mistake(reason: "is cut short") }
      count = next
    }
    let (dataCount, overflow) = count.multipliedReportingOverflow(by: kind.width)
    guard !overflow, dataCount < .max - start else { throw Mistake(reason: "is cut short") }
    self.kind = kind
    isBigEndian = word.first == ">"
    self.shape = shape
    self.count = count
    byteCount = start + dataCount
  }

  /// What is wrong with an array of some bytes, in words; nil if these are all it has.
  func mistake(ofLength length: Int?) -> Mistake? {
    guard let length, length >= byteCount else { return Mistake(reason: "is cut short") }
    guard length > byteCount else { return nil }
    return Mistake(reason: "has \(length - byteCount) bytes too many after its numbers")
  }

  /// How many rows a square matrix may have that the numbers are, all of it or the upper triangle.
  var matrixSizes: [Int] {
    switch shape.count {
    case 2: return shape[0] == shape[1] ? [shape[0]] : []
    case 1:
      let whole = Int(Double(count).squareRoot())
      let half = Int((Double(2 * count) + 0.25).squareRoot() - 0.5)
      return [whole].filter { $0 * $0 == count } + [half].filter { $0 * ($0 + 1) / 2 == count }
    default: return []
    }
  }

  /// Tells a body how to get each number from the bytes of the whole array, `byteCount` of them.
  func withNumbers<Value>(of bytes: [UInt8], _ body: ((Int) -> Double) -> Value) -> Value {
    precondition(bytes.count == byteCount, "\(bytes.count) bytes of an array of \(byteCount)")
    return bytes.withUnsafeBytes { buffer in
      func word32(_ index: Int) -> UInt32 {
        let word = buffer.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
        return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
      }
      func word64(_ index: Int) -> UInt64 {
        let word = buffer.loadUnaligned(fromByteOffset: start + 8 * index, as: UInt64.self)
        return isBigEndian ? UInt64(bigEndian: word) : UInt64(littleEndian: word)
      }
      return switch kind {
      case .single: body { Double(Float(bitPattern: word32($0))) }
      case .double: body { Double(bitPattern: word64($0)) }
      case .int32: body { Double(Int32(bitPattern: word32($0))) }
      case .int64: body { Double(Int64(bitPattern: word64($0))) }
      }
    }
  }

  /// What stands behind a key up to the next comma.
  private static func value(of key: String, in header: String) -> Substring? {
    guard let range = header.range(of: "'\(key)':") else { return nil }
    return header[range.upperBound...].prefix { $0 != "," }
      .drop { $0 == " " }
  }

  /// The numbers in `'shape': (…)`; nil if there is no such thing.
  private static func shape(_ header: String) -> [Int]? {
    guard let key = header.range(of: "'shape'"),
      let open = header[key.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    var shape: [Int] = []
    for part in header[header.index(after: open)..<close].split(separator: ",") {
      let word = part.trimmingCharacters(in: .whitespaces)
      if word.isEmpty { continue }
      guard let length = Int(word), length >= 0 else { return nil }
      shape.append(length)
    }
    return shape
  }
}
