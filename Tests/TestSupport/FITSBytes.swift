/// Composes FITS files byte by byte from the standard (version 4.0), so that readers are tested
/// against the format and not against the library that writes it.
public struct FITSBytes: Sendable {
  /// The bytes so far, a multiple of 2880.
  public private(set) var bytes: [UInt8] = []

  /// A file with an empty primary unit.
  public init() {
    append(
      header: [
        "SIMPLE  =                    T", "BITPIX  =                    8",
        "NAXIS   =                    0",
      ], data: [])
  }

  /// A file that begins with any header and any data.
  public init(header cards: [String], data: [UInt8]) { append(header: cards, data: data) }

  /// A file with an image of doubles in its primary unit.
  public init(primaryImage axes: [Int], _ pixels: [Double]) {
    var cards = ["SIMPLE  =                    T", Self.card("BITPIX", -64)]
    cards.append(Self.card("NAXIS", axes.count))
    for (index, length) in axes.enumerated() {
      cards.append(Self.card("NAXIS\(index + 1)", length))
    }
    append(header: cards, data: pixels.flatMap { Self.bigEndian($0.bitPattern) })
  }

  /// A column of a binary table: TFORM, further cards without the column's number (`TNULL`,
  /// `TSCAL`), and the bytes of each cell.
  public struct Column: Sendable {
    let name: String
    let form: String
    let cards: [(key: String, value: String)]
    let cells: [[UInt8]]

    /// A column from the bytes of its cells.
    public init(
      _ name: String, _ form: String, _ cards: [(key: String, value: String)] = [], cells: [[UInt8]]
    ) {
      self.name = name
      self.form = form
      self.cards = cards
      self.cells = cells
    }

    /// A column of doubles.
    public init(
      _ name: String, _ cards: [(key: String, value: String)] = [], doubles: [Double]
    ) {
      self.init(name, "1D", cards, cells: doubles.map { FITSBytes.bigEndian($0.bitPattern) })
    }
  }

  /// Adds a binary table.
  public mutating func append(table name: String, _ columns: [Column]) {
    let rows = columns.first?.cells.count ?? 0
    let width = columns.reduce(0) { $0 + ($1.cells.first?.count ?? 0) }
    var cards = [
      "XTENSION= 'BINTABLE'", Self.card("BITPIX", 8), Self.card("NAXIS", 2),
      Self.card("NAXIS1", width),
      Self.card("NAXIS2", rows), Self.card("PCOUNT", 0), Self.card("GCOUNT", 1),
      Self.card("TFIELDS", columns.count),
    ]
    for (index, column) in columns.enumerated() {
      cards.append("\(Self.padded("TTYPE\(index + 1)"))= '\(column.name)'")
      cards.append("\(Self.padded("TFORM\(index + 1)"))= '\(column.form)'")
      for card in column.cards {
        cards.append("\(Self.padded("\(card.key)\(index + 1)"))= \(card.value)")
      }
    }
    cards.append("EXTNAME = '\(name)'")
    append(header: cards, data: (0..<rows).flatMap { row in columns.flatMap { $0.cells[row] } })
  }

  /// Adds the header of a binary table of one column of doubles, with any width and number of rows,
  /// and a row of zeros.
  public mutating func append(tableOfWidth width: Int, rows: Int) {
    let cards = [
      "XTENSION= 'BINTABLE'", Self.card("BITPIX", 8), Self.card("NAXIS", 2),
      Self.card("NAXIS1", width), Self.card("NAXIS2", rows), Self.card("PCOUNT", 0),
      Self.card("GCOUNT", 1), Self.card("TFIELDS", 1), "TTYPE1  = 'z'", "TFORM1  = '1D'",
    ]
    append(header: cards, data: [UInt8](repeating: 0, count: 24))
  }

  /// Adds an image of doubles.
  public mutating func append(
    image name: String, axes: [Int], _ pixels: [Double], cards extra: [String] = []
  ) {
    var cards = ["XTENSION= 'IMAGE   '", Self.card("BITPIX", -64), Self.card("NAXIS", axes.count)]
    for (index, length) in axes.enumerated() {
      cards.append(Self.card("NAXIS\(index + 1)", length))
    }
    cards += [Self.card("PCOUNT", 0), Self.card("GCOUNT", 1), "EXTNAME = '\(name)'"] + extra
    append(header: cards, data: pixels.flatMap { Self.bigEndian($0.bitPattern) })
  }

  /// Adds a compressed image: a table of one column COMPRESSED_DATA, with the cards that tell how
  /// the image was compressed, without those of its axes.
  public mutating func append(
    compressedAxes axes: [Int], form: String, cards: [String], rows: Int, data: [UInt8]
  ) {
    var header = [
      "XTENSION= 'BINTABLE'", Self.card("BITPIX", 8), Self.card("NAXIS", 2),
      Self.card("NAXIS1", 8), Self.card("NAXIS2", rows), Self.card("PCOUNT", data.count - 8 * rows),
      Self.card("GCOUNT", 1), Self.card("TFIELDS", 1), "TTYPE1  = 'COMPRESSED_DATA'",
      "TFORM1  = '\(form)'", "ZIMAGE  =                    T", Self.card("ZNAXIS", axes.count),
    ]
    for (index, length) in axes.enumerated() {
      header.append(Self.card("ZNAXIS\(index + 1)", length))
    }
    append(header: header + cards, data: data)
  }

  /// The bytes of an integer, the most significant first.
  public static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// Adds a unit: the cards of its header without END, and the data behind it.
  public mutating func append(header cards: [String], data: [UInt8]) {
    for card in cards + ["END"] { bytes += Array(Self.padded(card, to: 80).utf8) }
    pad(with: UInt8(ascii: " "))
    bytes += data
    pad(with: 0)
  }

  private mutating func pad(with byte: UInt8) {
    bytes += [UInt8](repeating: byte, count: (2880 - bytes.count % 2880) % 2880)
  }

  /// A card in fixed format.
  public static func card(_ key: String, _ value: Int) -> String {
    let digits = String(value)
    return "\(padded(key))= " + String(repeating: " ", count: 20 - digits.count) + digits
  }

  private static func padded(_ text: String, to length: Int = 8) -> String {
    text + String(repeating: " ", count: max(0, length - text.count))
  }
}
