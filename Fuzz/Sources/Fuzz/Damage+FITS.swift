import Inference

/// Damage to FITS files that keeps their blocks: to cards of headers, and to numbers of the data.
extension Damage {
  private static let values = [
    "0", "-1", "1", "2", "3", "8", "16", "-32", "-64", "999", "1000", "2147483647", "-2147483648",
    "9223372036854775807", "99999999999999999999", "1.5", "1E308", "NaN", "T", "F", "''", "'1D'",
    "'0D'", "'1PE(3)'", "'1QD(9999999999)'", "'99999999999D'", "'8X'", "'1A'", "'F8.3'", "'A5'",
    "'1C'", "'BINTABLE'", "'IMAGE'", "'TABLE'", "'RICE_1'", "'GZIP_2'", "'HCOMPRESS_1'", "'PLIO_1'",
    "'NOCOMPRESS'", "'mmag'", "'km/s'", "",
  ]
  private static let keys = [
    "BITPIX", "NAXIS", "NAXIS1", "NAXIS2", "NAXIS3", "PCOUNT", "GCOUNT", "TFIELDS", "TFORM1",
    "TFORM2", "TBCOL1", "TSCAL1", "TZERO1", "TNULL1", "TDIM1", "THEAP", "BSCALE", "BZERO", "BLANK",
    "ZIMAGE", "ZNAXIS", "ZNAXIS1", "ZTILE1", "ZTILE2", "ZBITPIX", "ZCMPTYPE", "ZNAME1", "ZVAL1",
    "ZVAL2", "ZBLANK", "ZSCALE", "ZZERO", "ZQUANTIZ", "ZDITHER0", "EXTNAME", "COVTYPE", "SIMPLE",
    "GROUPS", "CONTINUE", "END",
  ]

  mutating func editFITSGently(_ bytes: inout [UInt8]) {
    let (_, data) = parts(of: bytes)
    guard chance(0.8), !data.isEmpty else { return editComment(&bytes) }
    // A low bit of a number's mantissa.
    let place = data[below(data.count)] + 8 * below(360)
    if place + 7 < bytes.count { bytes[place + 3 + below(5)] ^= 1 << UInt8(below(8)) }
  }

  private mutating func editComment(_ bytes: inout [UInt8]) {
    let (cards, _) = parts(of: bytes)
    guard !cards.isEmpty else { return }
    let card = cards[below(cards.count)]
    bytes.replaceSubrange(card + 60..<card + 80, with: "/ any comment       ".utf8)
  }

  mutating func editFITS(_ bytes: inout [UInt8]) {
    let (cards, data) = parts(of: bytes)
    guard !cards.isEmpty else { return }
    let (card, other) = (cards[below(cards.count)], cards[below(cards.count)])
    let copy = Array(bytes[other..<other + 80])
    switch below(8) {
    case 0...2: write(Self.values[below(Self.values.count)], to: card, &bytes)
    case 3:
      let key = Self.keys[below(Self.keys.count)]
      bytes.replaceSubrange(card..<card + 80, with: [UInt8](repeating: 0x20, count: 80))
      bytes.replaceSubrange(card..<card + key.utf8.count, with: key.utf8)
      write(Self.values[below(Self.values.count)], to: card, &bytes)
    case 4: bytes.replaceSubrange(card..<card + 80, with: copy)
    case 5:
      bytes.replaceSubrange(other..<other + 80, with: Array(bytes[card..<card + 80]))
      bytes.replaceSubrange(card..<card + 80, with: copy)
    case 6: bytes[card + below(30)] = UInt8(0x20 + below(95))
    default:
      guard !data.isEmpty else { return }
      let hostile: [UInt64] = [
        0, 0x7ff0_0000_0000_0000, 0x7ff8_0000_0000_0000, .max, 1 << 63, 0x7fff_ffff, 0xff,
        0x4000_0000_4000_0000, Double(1e300).bitPattern, Double(-1).bitPattern,
        Double(1).bitPattern,
      ]
      let place = data[below(data.count)] + (chance(0.5) ? 4 * below(10) : 8 * below(360))
      guard place + 8 <= bytes.count else { return }
      let number = SeedBytes.bigEndian(hostile[below(hostile.count)])
      bytes.replaceSubrange(place..<place + 8, with: number)
    }
  }

  /// Writes a value in one of the spellings that the standard allows.
  private mutating func write(_ value: String, to card: Int, _ bytes: inout [UInt8]) {
    var text = chance(0.5) ? String(repeating: " ", count: max(0, 20 - value.count)) : ""
    text = "= \(text)\(value)"
    if chance(0.2) { text += " / x" }
    if chance(0.1) { text = text.replacing("= ", with: "=") }
    let field = Array(text.utf8.prefix(72))
    let rest = [UInt8](repeating: 0x20, count: 72 - field.count)
    bytes.replaceSubrange(card + 8..<card + 80, with: field + rest)
  }

  /// Where cards begin, up to END, and where blocks of data do.
  private func parts(of bytes: [UInt8]) -> (cards: [Int], data: [Int]) {
    var (cards, data): ([Int], [Int]) = ([], [])
    var isHeader = false
    for block in stride(from: 0, to: bytes.count - 2879, by: 2880) {
      if bytes[block...].starts(with: "SIMPLE".utf8)
        || bytes[block...].starts(with: "XTENSION".utf8)
      {
        isHeader = true
      }
      guard isHeader else {
        data.append(block)
        continue
      }
      for card in stride(from: block, to: block + 2880, by: 80) {
        if bytes[card..<card + 8].elementsEqual("END     ".utf8) {
          isHeader = false
          break
        }
        cards.append(card)
      }
    }
    return (cards, data)
  }
}
