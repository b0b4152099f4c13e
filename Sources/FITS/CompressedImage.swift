/// An image that is stored tile by tile in the rows of a binary table (FITS 4.0, section 10.1).
struct CompressedImage: Sendable, Equatable {
  enum Algorithm: Sendable, Equatable {
    case rice(blockSize: Int, bytesPerPixel: Int)
    case gzip(isShuffled: Bool)
    case hCompress(isSmooth: Bool)
    case pixelList
  }

  /// How floating-point pixels became whole numbers.
  enum Quantization: Sendable, Equatable {
    case rounded
    case dithered(Dither)
    /// Not at all: their bytes are compressed as they are.
    case none
  }

  let axes: [Int]
  let tiles: TileGrid
  let bitsPerPixel: Int
  let algorithm: Algorithm
  let quantization: Quantization
  let table: TableLayout
  /// The packed bytes of each tile.
  let data: TableField
  /// Where the pixels are if `data` has nothing: not packed, or by gzip.
  let unpackedData: TableField?
  let gzipData: TableField?
  /// Settings of each tile, where a column has them rather than the header.
  let scale: TableField?
  let zero: TableField?
  let blank: TableField?

  init(_ header: FITSHeader, _ table: TableLayout) throws(FITSFault) {
    self.table = table
    func field(_ name: String) -> TableField? {
      table.fields.first { $0.column.name.uppercased() == name }
    }
    func number(_ name: String) throws(FITSFault) -> TableField? {
      guard let field = field(name) else { return nil }
      guard field.column.isNumeric else { throw .noColumn(name) }
      return field
    }
    scale = try number("ZSCALE")
    zero = try number("ZZERO")
    blank = try number("ZBLANK")
    guard (scale == nil) == (zero == nil) else {
      throw .noColumn(scale == nil ? "ZSCALE" : "ZZERO")
    }
    bitsPerPixel = try header.required("ZBITPIX", in: -64...64)
    guard NumberFormat(bits: bitsPerPixel) != nil else {
      throw .wrongValue(
        "ZBITPIX", found: "\(bitsPerPixel)", expected: "8, 16, 32, 64, -32 or -64")
    }
    algorithm = try Self.algorithm(header)
    quantization = try Self.quantization(
      header, isWhole: bitsPerPixel > 0, hasScales: scale != nil)

    let packed: NumberFormat = algorithm == .pixelList ? .short : .byte
    guard let data = field("COMPRESSED_DATA"), case .reference(packed, _) = data.kind else {
      throw .noColumn("COMPRESSED_DATA")
    }
    self.data = data
    unpackedData = field("UNCOMPRESSED_DATA")
    gzipData = field("GZIP_COMPRESSED_DATA")

    // What other programs have room for.
    let count = try header.required("ZNAXIS", in: 1...6)
    var (axes, lengths) = ([Int](), [Int]())
    for axis in 1..<count + 1 {
      let length = try header.required("ZNAXIS\(axis)", in: 1...Int.max)
      axes.append(length)
      let tile = try header.integer("ZTILE\(axis)", in: 1...Int.max)
      lengths.append(min(tile ?? (axis == 1 ? length : 1), length))
    }
    try Self.check(axes, heap: table.heap.count)
    self.axes = axes
    tiles = TileGrid(axes: axes, tile: lengths)
    guard tiles.count == table.rows else {
      throw .tileCount(rows: table.rows, tiles: tiles.count)
    }
  }

  /// Rejects an image that would fill the memory: of more than 2 GiB as doubles, or, beyond
  /// 256 MiB, a thousand times as many pixels as there are packed bytes.
  private static func check(_ axes: [Int], heap: Int) throws(FITSFault) {
    let pixels = try DataStructure.product(axes)
    guard pixels <= min(1 << 28, max(1 << 25, 1000 * min(heap, 1 << 40))) else {
      throw .tooLarge(axes.map(String.init).joined(separator: " × ") + " compressed pixels")
    }
  }

  private static func algorithm(_ header: FITSHeader) throws(FITSFault) -> Algorithm {
    /// A setting by its name: ZNAMEi has the name, ZVALi the value.
    func setting(_ name: String, in range: ClosedRange<Int>) throws(FITSFault) -> Int? {
      for number in 1...TableLayout.largestFieldCount {
        guard let found = try header.word("ZNAME\(number)") else { return nil }
        if found == name { return try header.integer("ZVAL\(number)", in: range) }
      }
      return nil
    }
    guard let name = try header.word("ZCMPTYPE") else { throw .missing("ZCMPTYPE") }
    switch name {
    case "RICE_1", "RICE_ONE":
      let bytes = try setting("BYTEPIX", in: 1...4) ?? 4
      guard bytes != 3 else {
        throw .wrongValue("BYTEPIX", found: "3", expected: "1, 2 or 4")
      }
      return .rice(
        blockSize: try setting("BLOCKSIZE", in: 1...1 << 16) ?? 32, bytesPerPixel: bytes)
    case "GZIP_1": return .gzip(isShuffled: false)
    case "GZIP_2": return .gzip(isShuffled: true)
    case "HCOMPRESS_1":
      return .hCompress(isSmooth: try setting("SMOOTH", in: 0...1 << 16) ?? 0 != 0)
    case "PLIO_1": return .pixelList
    default:
      throw .wrongValue(
        "ZCMPTYPE", found: name,
        expected: "RICE_1, GZIP_1, GZIP_2, HCOMPRESS_1 or PLIO_1")
    }
  }

  private static func quantization(
    _ header: FITSHeader, isWhole: Bool, hasScales: Bool
  ) throws(FITSFault) -> Quantization {
    guard !isWhole else { return .rounded }
    let seed = try header.integer("ZDITHER0", in: 1...10_000) ?? 1
    let method = try header.word("ZQUANTIZ")
    guard hasScales, method != "NONE" else { return .none }
    switch method {
    case "SUBTRACTIVE_DITHER_1": return .dithered(Dither(seed: seed, keepsZero: false))
    case "SUBTRACTIVE_DITHER_2": return .dithered(Dither(seed: seed, keepsZero: true))
    case "NO_DITHER", nil: return .rounded
    case let method?:
      throw .wrongValue(
        "ZQUANTIZ", found: method,
        expected: "NONE, NO_DITHER, SUBTRACTIVE_DITHER_1 or SUBTRACTIVE_DITHER_2")
    }
  }
}
