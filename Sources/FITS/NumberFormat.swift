/// The binary formats of numbers in FITS, all with the most significant byte first.
enum NumberFormat: Sendable, Equatable {
  case byte, short, int, long, float, double

  /// The format of a letter in TFORM.
  init?(letter: Character) {
    switch letter {
    case "B": self = .byte
    case "I": self = .short
    case "J": self = .int
    case "K": self = .long
    case "E": self = .float
    case "D": self = .double
    default: return nil
    }
  }

  /// The format of a value of BITPIX.
  init?(bits: Int) {
    switch bits {
    case 8: self = .byte
    case 16: self = .short
    case 32: self = .int
    case 64: self = .long
    case -32: self = .float
    case -64: self = .double
    default: return nil
    }
  }

  /// Bytes of a number.
  var width: Int {
    switch self {
    case .byte: 1
    case .short: 2
    case .int, .float: 4
    case .long, .double: 8
    }
  }

  /// Whether the numbers are whole.
  var isInteger: Bool { self != .float && self != .double }

  /// Reads numbers at equal distances and scales them; undefined ones become NaN.
  ///
  /// - Parameters:
  ///   - start: the place of the first number.
  ///   - stride: the distance from one to the next in bytes.
  func numbers(
    in bytes: [UInt8], from start: Int, stride: Int, count: Int, _ scaling: Scaling
  ) -> [Double] {
    func read<Word: FixedWidthInteger & BitwiseCopyable>(_: Word.Type, _ value: (Word) -> Double)
      -> [Double]
    {
      let raw = bytes.span.bytes
      return (0..<count).map { index in
        // The load checks its bounds.
        value(
          Word(
            bigEndian: raw.unsafeLoadUnaligned(
              fromByteOffset: start + index * stride, as: Word.self)))
      }
    }
    return switch self {
    case .byte: read(UInt8.self) { scaling.value(Int($0)) }
    case .short: read(Int16.self) { scaling.value(Int($0)) }
    case .int: read(Int32.self) { scaling.value(Int($0)) }
    case .long: read(Int64.self) { scaling.value(Int($0)) }
    case .float: read(UInt32.self) { scaling.value(Double(Float(bitPattern: $0))) }
    case .double: read(UInt64.self) { scaling.value(Double(bitPattern: $0)) }
    }
  }

  /// The whole numbers, or the bits of others, one after the other.
  func integers(in bytes: some RandomAccessCollection<UInt8>) -> [Int] {
    var bytes = bytes[...]
    var integers: [Int] = []
    integers.reserveCapacity(bytes.count / width)
    while bytes.count >= width {
      integers.append(integer(bytes.prefix(width).reduce(0) { $0 << 8 | UInt64($1) }))
      bytes = bytes.dropFirst(width)
    }
    return integers
  }

  private func integer(_ bits: UInt64) -> Int {
    switch self {
    case .byte: Int(bits)
    case .short: Int(Int16(truncatingIfNeeded: bits))
    case .int, .float: Int(Int32(truncatingIfNeeded: bits))
    case .long, .double: Int(truncatingIfNeeded: bits)
    }
  }
}

/// What turns stored numbers into those that are meant: null, factor and zero point.
struct Scaling: Sendable, Equatable {
  var factor = 1.0
  var zero = 0.0
  /// The stored whole number that says "undefined".
  var null: Int?

  private var isIdentity: Bool { factor == 1 && zero == 0 }

  /// The zero point by which unsigned numbers of 64 bits are stored as signed ones.
  private static let unsignedZero = 9_223_372_036_854_775_808.0

  func value(_ stored: Int) -> Double {
    if stored == null { return .nan }
    if factor == 1, zero == Self.unsignedZero {
      return Double(UInt(bitPattern: stored) ^ (1 << 63))
    }
    return value(Double(stored))
  }

  func value(_ stored: Double) -> Double { isIdentity ? stored : stored * factor + zero }
}
