/// One column of a table: what TFORM says, and where it lies in a row.
struct TableField: Sendable, Equatable {
  /// What a cell holds.
  enum Kind: Sendable, Equatable {
    /// Numbers in binary.
    case binary(NumberFormat)
    /// A number in digits, with the decimals where it has no point.
    case digits(decimals: Int)
    /// The length and place of numbers in the heap, of four bytes each, or of eight.
    case reference(NumberFormat?, isWide: Bool)
    /// Truth values, `T` and `F`, of a byte each.
    case logical
    /// Text.
    case text
    /// Bits, complex numbers.
    case other
  }

  /// Counted from 1.
  let number: Int
  let column: FITSUnit.Column
  let kind: Kind
  /// The first byte in the row, and the number of bytes.
  let offset: Int
  let width: Int

  private init(
    _ number: Int, _ header: FITSHeader, _ kind: Kind, isSingle: Bool, offset: Int, width: Int
  ) throws(FITSFault) {
    self.number = number
    self.kind = kind
    self.offset = offset
    self.width = width
    let isNumber =
      switch kind {
      case .binary, .digits: true
      case .reference, .logical, .text, .other: false
      }
    column = FITSUnit.Column(
      name: try header.text("TTYPE\(number)") ?? "", unit: try header.text("TUNIT\(number)") ?? "",
      comment: header.comment("TTYPE\(number)"), isNumeric: isNumber && isSingle,
      isLogical: kind == .logical && isSingle)
  }

  private static func form(_ number: Int, _ header: FITSHeader) throws(FITSFault) -> String {
    guard let form = try header.word("TFORM\(number)") else { throw .missing("TFORM\(number)") }
    return form
  }

  /// A column of a binary table: `rT`, a repeat count and a letter.
  init(binary number: Int, _ header: FITSHeader, offset: Int) throws(FITSFault) {
    let form = try Self.form(number, header)
    func refused(_ expected: String) -> FITSFault {
      .wrongValue("TFORM\(number)", found: "'\(form)'", expected: expected)
    }
    let digits = form.prefix { $0.isASCII && $0.isNumber }
    guard let count = digits.isEmpty ? 1 : Int(digits), count <= 1 << 40 else {
      throw refused("a repeat count")
    }
    let letters = form.dropFirst(digits.count)
    let kind: Kind
    let width: Int
    switch letters.first {
    case "L":
      (kind, width) = (.logical, count)
    case "A":
      (kind, width) = (.text, count)
    case "X":
      (kind, width) = (.other, (count + 7) / 8)
    case "C":
      (kind, width) = (.other, 8 * count)
    case "M":
      (kind, width) = (.other, 16 * count)
    case "P", "Q":
      guard count <= 1 else { throw refused("P or Q with at most one descriptor") }
      let isWide = letters.first == "Q"
      kind = .reference(
        letters.dropFirst().first.flatMap(NumberFormat.init(letter:)), isWide: isWide)
      width = count * (isWide ? 16 : 8)
    default:
      guard let format = letters.first.flatMap(NumberFormat.init(letter:)) else {
        throw refused("a format of a binary table")
      }
      (kind, width) = (.binary(format), format.width * count)
    }
    try self.init(number, header, kind, isSingle: count == 1, offset: offset, width: width)
  }

  /// A column of an ASCII table: `Aw`, `Iw`, `Fw.d`, `Ew.d` or `Dw.d`, from column TBCOL on.
  init(ascii number: Int, _ header: FITSHeader, rowWidth: Int) throws(FITSFault) {
    let form = try Self.form(number, header)
    let letter = form.first ?? " "
    let sizes = form.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    let largestCount = "FED".contains(letter) ? 2 : "AI".contains(letter) ? 1 : 0
    guard sizes.count <= largestCount, let width = Int(sizes[0]), width > 0, width <= rowWidth,
      let decimals = sizes.count == 2 ? Int(sizes[1]) : 0, (0..<width).contains(decimals)
    else {
      throw .wrongValue(
        "TFORM\(number)", found: "'\(form)'", expected: "a format of an ASCII table")
    }
    let key = "TBCOL\(number)"
    let offset = try header.required(key, in: 1...max(1, rowWidth)) - 1
    guard offset + width <= rowWidth else { throw .outsideRow(key) }
    try self.init(
      number, header, letter == "A" ? .text : .digits(decimals: decimals), isSingle: true,
      offset: offset, width: width)
  }
}
