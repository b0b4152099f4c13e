/// Containers composed byte by byte from their standards: what the readers unpack is not made by their own code.
enum SeedBytes {
  // MARK: FITS 4.0

  /// A file of some units, each the cards of its header without END, and its data.
  static func fits(_ units: [(cards: [String], data: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    func pad(_ byte: UInt8) {
      bytes += [UInt8](repeating: byte, count: (2880 - bytes.count % 2880) % 2880)
    }
    for unit in units {
      for card in unit.cards + ["END"] {
        bytes += card.utf8 + [UInt8](repeating: 0x20, count: 80 - card.utf8.count)
      }
      pad(0x20)
      bytes += unit.data
      pad(0)
    }
    return bytes
  }

  /// A card whose value ends in column 30.
  static func card(_ key: String, _ value: some CustomStringConvertible) -> String {
    let (name, digits) = (key, "\(value)")
    return name + String(repeating: " ", count: 8 - name.count) + "= "
      + String(repeating: " ", count: max(0, 20 - digits.count)) + digits
  }

  static func axes(_ axes: [Int], bits: Int) -> [String] {
    [card("BITPIX", bits), card("NAXIS", axes.count)]
      + axes.enumerated().map { card("NAXIS\($0 + 1)", $1) }
  }

  static let emptyUnit: (cards: [String], data: [UInt8]) = (
    ["SIMPLE  =                    T"] + axes([], bits: 8), []
  )

  static func image(_ name: String, _ shape: [Int], _ pixels: [Double]) -> ([String], [UInt8]) {
    (
      ["XTENSION= 'IMAGE   '"] + axes(shape, bits: -64)
        + [card("PCOUNT", 0), card("GCOUNT", 1), "EXTNAME = '\(name)'"],
      pixels.flatMap { bigEndian($0.bitPattern) }
    )
  }

  /// A binary table of columns with their TFORM.
  static func table(
    _ name: String, _ columns: [(name: String, form: String)], rows: [[UInt8]], heap: [UInt8] = [],
    cards: [String] = []
  ) -> ([String], [UInt8]) {
    (
      ["XTENSION= 'BINTABLE'"] + axes([rows.first?.count ?? 0, rows.count], bits: 8)
        + [card("PCOUNT", heap.count), card("GCOUNT", 1), card("TFIELDS", columns.count)]
        + columns.enumerated().flatMap { index, column in
          [
            "TTYPE\(index + 1)  = '\(column.name)'", "TFORM\(index + 1)  = '\(column.form)'",
          ]
        } + ["EXTNAME = '\(name)'"] + cards,
      rows.flatMap { $0 } + heap
    )
  }

  static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  // MARK: gzip, zip and NumPy

  static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// A gzip file whose blocks are stored (RFC 1951, section 3.2.4).
  static func gzip(_ content: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
    let largest = 0xffff
    var start = 0
    repeat {
      let block = content[start..<min(start + largest, content.count)]
      start += block.count
      let length = UInt16(block.count)
      bytes += [start == content.count ? 1 : 0] + littleEndian(length) + littleEndian(~length)
      bytes += block
    } while start < content.count
    return bytes + littleEndian(checksum(content)) + littleEndian(UInt32(content.count))
  }

  /// A zip archive of stored members.
  static func zip(_ members: [(name: String, data: [UInt8])]) -> [UInt8] {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, data) in members {
      let offset = UInt32(bytes.count)
      let size = littleEndian(UInt32(data.count))
      let common =
        [20, 0, 0, 0, 0, 0, 0, 0, 0, 0] + littleEndian(checksum(data)) + size + size
        + littleEndian(UInt16(name.utf8.count)) + [0, 0]
      bytes += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + data
      directory += [0x50, 0x4b, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
      directory += littleEndian(offset) + Array(name.utf8)
    }
    let count = littleEndian(UInt16(members.count))
    let end = littleEndian(UInt32(directory.count)) + littleEndian(UInt32(bytes.count)) + [0, 0]
    return bytes + directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count + end
  }

  /// An array in NumPy's format, version 1.
  static func array(_ kind: String, shape: String, _ data: [UInt8]) -> [UInt8] {
    let header = "{'descr': '\(kind)', 'fortran_order': False, 'shape': \(shape), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(UInt16(header.utf8.count))
      + Array(header.utf8) + data
  }

  private static let checksums: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { register, _ in
      register >> 1 ^ (register & 1) * 0xedb8_8320
    }
  }

  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { checksums[Int(($0 ^ UInt32($1)) & 0xff)] ^ $0 >> 8 }
  }
}
