/// A sum of numbers without rounding: the same bits in any order, however the terms are divided among threads and processes.
///
/// A fixed-point number that covers all of `Double`, from 2⁻¹⁰⁷⁴ to 2¹⁰²⁴, in digits of 32 bits that carry late (Kulisch 2002).
/// Adding a term is a few integer operations; `value` rounds once.
public struct ReproducibleSum: Sendable {
  /// 2,098 bits of `Double` and two digits for what sums carry.
  private static let digitCount = 68
  private static let mask: Int64 = 0xffff_ffff
  /// Each term adds less than 2³² to a digit of 64 bits.
  private static let termsBetweenCarries = 1 << 30

  private var digits = InlineArray<68, Int64>(repeating: 0)
  private var pendingTerms = 0
  /// The sum of the terms that are not finite; 0 without any.
  private var unbounded = 0.0

  /// The sum of no terms.
  public init() {}

  /// The sum of some terms.
  public init(_ terms: some Sequence<Double>) { for term in terms { self += term } }

  /// Adds a term; one that is not finite makes the sum what IEEE 754 has for it.
  public static func += (sum: inout ReproducibleSum, term: Double) {
    guard term.isFinite else {
      sum.unbounded += term
      return
    }
    // The term is ± `significand` · 2^(`position` − 1074).
    let hasHiddenBit: UInt64 = term.isNormal ? 1 : 0
    let significand = term.significandBitPattern | hasHiddenBit << 52
    let position = max(0, Int(term.exponentBitPattern) - 1)
    let (index, shift) = (position >> 5, UInt64(position & 31))
    let low = significand << shift
    let sign: Int64 = term.sign == .minus ? -1 : 1
    sum.digits[index] += sign * Int64(low & 0xffff_ffff)
    sum.digits[index + 1] += sign * Int64(low >> 32)
    sum.digits[index + 2] += sign * Int64(significand >> (64 - shift))
    sum.pendingTerms += 1
    if sum.pendingTerms == Self.termsBetweenCarries { sum.carry() }
  }

  /// Adds the terms of another sum.
  public static func += (sum: inout ReproducibleSum, other: ReproducibleSum) {
    sum.carry()
    var other = other
    other.carry()
    for index in 0..<Self.digitCount { sum.digits[index] += other.digits[index] }
    sum.unbounded += other.unbounded
    sum.carry()
  }

  /// Brings all digits but the first, which has the sign, to 0 ≤ digit < 2³².
  private mutating func carry() {
    var carried: Int64 = 0
    for index in 0..<Self.digitCount - 1 {
      let digit = digits[index] + carried
      digits[index] = digit & Self.mask
      carried = digit >> 32
    }
    digits[Self.digitCount - 1] += carried
    pendingTerms = 0
  }

  /// The sum, rounded to the nearest number; infinite beyond the largest.
  public var value: Double {
    guard unbounded == 0 else { return unbounded.isNaN ? .nan : unbounded }
    var magnitude = self
    magnitude.carry()
    let isNegative = magnitude.digits[Self.digitCount - 1] < 0
    if isNegative {
      for index in 0..<Self.digitCount { magnitude.digits[index].negate() }
      magnitude.carry()
    }
    guard let top = (0..<Self.digitCount).last(where: { magnitude.digits[$0] != 0 }) else {
      return 0
    }
    // The 64 bits below the highest one; if any bit below them is set, the last tells rounding so.
    let highest = 32 * top + 63 - magnitude.digits[top].leadingZeroBitCount
    let lowest = max(0, highest - 63)
    var bits: UInt64 = 0
    for index in (lowest >> 5)...top {
      let digit = UInt64(magnitude.digits[index])
      let shift = 32 * index - lowest
      bits |= shift >= 0 ? digit << UInt64(shift) : digit >> UInt64(-shift)
    }
    let isInexact =
      (0..<(lowest >> 5)).contains { magnitude.digits[$0] != 0 }
      || magnitude.digits[lowest >> 5] & ((1 << Int64(lowest & 31)) - 1) != 0
    if isInexact { bits |= 1 }
    return Double(
      sign: isNegative ? .minus : .plus, exponent: lowest - 1074, significand: Double(bits))
  }

  // MARK: - Between processes

  /// The sum as bytes, little-endian.
  public var bytes: [UInt8] {
    var whole = self
    whole.carry()
    let words = (0..<Self.digitCount).map { UInt64(bitPattern: whole.digits[$0]) }
    return (words + [unbounded.bitPattern]).flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
  }

  /// A sum from its bytes; nil if they are none.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 8 * (Self.digitCount + 1) else { return nil }
    func word(_ index: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[8 * index + $1]) << UInt64(8 * $1) }
    }
    for index in 0..<Self.digitCount { digits[index] = Int64(bitPattern: word(index)) }
    unbounded = Double(bitPattern: word(Self.digitCount))
  }
}
