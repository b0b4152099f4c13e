/// The number that a word spells, correctly rounded; nil if it is not a number.
///
/// Exponents of Fortran are read too: `1.5D-3`, and `1.5-103`, where three digits leave no room for the
/// letter. `5-2` is a range, and `0x1p-3` nothing that a catalog holds.
func decimalNumber(_ word: UnsafeBufferPointer<UInt8>) -> Double? {
  var index = 0
  if let number = scannedNumber(word, &index), index == word.count { return number }
  let text = String(decoding: word, as: UTF8.self)
  if text.contains(where: { "xX".contains($0) }) { return nil }
  if let number = Double(text) { return number }
  guard let place = text.dropFirst().lastIndex(where: { "dD+-".contains($0) }) else { return nil }
  let (mantissa, hasLetter) = (text[..<place], "dD".contains(text[place]))
  guard mantissa.last?.isNumber == true || mantissa.last == "." else { return nil }
  let exponent = hasLetter ? text[text.index(after: place)...] : text[place...]
  guard Int(exponent) != nil, hasLetter || (mantissa.contains(".") && exponent.count == 4) else {
    return nil
  }
  return Double("\(mantissa)E\(exponent)")
}

/// The number at a place of a text, correctly rounded, with the place behind it; nil for what is no
/// number, or one that only the C library reads: with more than 19 digits, or a power of ten that is
/// far from 1.
///
/// Digits whose value fits into 53 bits, with a power of ten up to 22, are one exact product or
/// quotient (Clinger 1990). Others are divided by a power of five in whole numbers, with 64 bits of the
/// quotient, and rounded once.
@inline(__always)
func scannedNumber(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Double? {
  var index = place
  let end = bytes.count
  guard index < end else { return nil }
  let isNegative = bytes[index] == UInt8(ascii: "-")
  if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
  var mantissa: UInt64 = 0
  let wholeStart = index
  while index < end, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
    mantissa = mantissa &* 10 &+ UInt64(digit)
    index += 1
  }
  var digits = index - wholeStart
  var exponent = 0
  if index < end, bytes[index] == UInt8(ascii: ".") {
    index += 1
    let start = index
    while index < end, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      index += 1
    }
    exponent = start - index
    digits -= exponent
  }
  // Nineteen digits do not overflow.
  guard digits > 0, digits <= 19 else { return nil }
  if index < end,
    bytes[index] | 0x20 == UInt8(ascii: "e") || bytes[index] | 0x20 == UInt8(ascii: "d")
  {
    index += 1
    guard index < end else { return nil }
    let isBelowOne = bytes[index] == UInt8(ascii: "-")
    if isBelowOne || bytes[index] == UInt8(ascii: "+") { index += 1 }
    let start = index
    var power = 0
    while index < end, index - start < 4, case let digit = bytes[index] &- UInt8(ascii: "0"),
      digit < 10
    {
      power = 10 * power + Int(digit)
      index += 1
    }
    guard index > start else { return nil }
    exponent += isBelowOne ? -power : power
  }
  let magnitude: Double
  if mantissa == 0 {
    magnitude = 0
  } else if mantissa < 1 << 53, exponent >= -22, exponent <= 22 {
    magnitude =
      exponent < 0
      ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
  } else if exponent < 0, exponent >= -27 {
    magnitude = quotient(mantissa, tenTo: -exponent)
  } else {
    return nil
  }
  place = index
  return isNegative ? -magnitude : magnitude
}

/// A whole number over 10ᵏ for k up to 27, correctly rounded.
private func quotient(_ number: UInt64, tenTo power: Int) -> Double {
  let divisor = powersOfFive[power]
  // Both with their highest bit set, and the number below the divisor.
  let (numberShift, divisorShift) = (number.leadingZeroBitCount, divisor.leadingZeroBitCount)
  let (upper, lower) = (number << numberShift, divisor << divisorShift)
  let isHalved = upper >= lower
  let (quotient, remainder) = lower.dividingFullWidth(
    isHalved ? (upper >> 1, upper << 63) : (upper, 0))
  // The quotient is from 2⁶³ on; its lowest eleven bits are rounded away.
  let kept = quotient >> 11
  let rest = quotient & 0x7FF
  let isAbove = rest > 0x400 || (rest == 0x400 && (remainder != 0 || kept & 1 == 1))
  let exponent = (isHalved ? 1 : 0) - 64 + 11 - numberShift + divisorShift - power
  return Double(sign: .plus, exponent: exponent, significand: Double(kept + (isAbove ? 1 : 0)))
}

/// The exact powers of ten.
private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

/// The powers of five that fit into 64 bits.
private let powersOfFive: [UInt64] = (0...27).map { power in
  (0..<power).reduce(1) { product, _ in 5 * product }
}
