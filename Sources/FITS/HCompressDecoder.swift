/// R. White's H-compress: a two-dimensional Haar transform whose coefficients are written bit plane
/// by bit plane as quadtrees (FITS 4.0, section 10.4.4; White, Postman and Lattanzi 1992).
struct HCompressDecoder {
  /// Pixels along the slow axis.
  private let rows: Int
  /// Pixels along the fast axis.
  private let columns: Int
  /// The divisor of the coefficients.
  private let scale: Int
  private var coefficients: [Int]

  /// Unpacks the pixels of a tile, the fast axis first.
  ///
  /// - Parameter isSmooth: whether blocks are smoothed away.
  static func pixels(
    _ bytes: ArraySlice<UInt8>, count: Int, isSmooth: Bool
  ) throws(DamagedTile) -> [Int] {
    let decoder = try HCompressDecoder(bytes, count: count)
    var transform = HaarTransform(
      decoder.coefficients, rows: decoder.rows, columns: decoder.columns)
    transform.invert(smoothing: isSmooth ? decoder.scale : 0)
    return transform.values.map { Int(Int32(truncatingIfNeeded: $0)) }
  }

  private init(_ bytes: ArraySlice<UInt8>, count: Int) throws(DamagedTile) {
    var reader = BitReader(bytes)
    func whole(_ bits: Int) throws(DamagedTile) -> Int {
      Int(Int32(truncatingIfNeeded: try reader.bits(bits)))
    }
    guard try reader.bits(16) == 0xdd99 else {
      throw DamagedTile(reason: "it does not begin like H-compressed data")
    }
    rows = try whole(32)
    columns = try whole(32)
    scale = try whole(32)
    // Quadrants without pixels do not occur in what is written.
    guard rows > 1, columns > 1, rows.multipliedReportingOverflow(by: columns) == (count, false)
    else { throw DamagedTile(reason: "it says that it has \(rows) × \(columns) pixels") }
    let sum = Int(truncatingIfNeeded: try reader.bits(32) << 32 | reader.bits(32))
    let planes = [try whole(8), try whole(8), try whole(8)]
    guard planes.allSatisfy({ $0 < 64 }) else {
      throw DamagedTile(reason: "it has too many bit planes")
    }
    coefficients = [Int](repeating: 0, count: count)
    let (halfRows, halfColumns) = ((rows + 1) / 2, (columns + 1) / 2)
    try readQuadrant(&reader, 0, 0, halfRows, halfColumns, planes[0])
    try readQuadrant(&reader, 0, halfColumns, halfRows, columns / 2, planes[1])
    try readQuadrant(&reader, halfRows, 0, rows / 2, halfColumns, planes[1])
    try readQuadrant(&reader, halfRows, halfColumns, rows / 2, columns / 2, planes[2])
    guard try reader.bits(4) == 0 else {
      throw DamagedTile(reason: "its bit planes do not end where they should")
    }
    reader.skipToNextByte()
    for index in 0..<count where coefficients[index] != 0 {
      if try reader.bits(1) == 1 { coefficients[index] = 0 &- coefficients[index] }
    }
    coefficients[0] = sum
    if scale > 1 {
      for index in 0..<count { coefficients[index] = coefficients[index] &* scale }
    }
  }

  /// Reads the bit planes of the coefficients in a rectangle, the highest first.
  private mutating func readQuadrant(
    _ reader: inout BitReader, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int, _ planes: Int
  ) throws(DamagedTile) {
    var levels = 0
    while 1 << levels < max(rows, columns) { levels += 1 }
    for plane in stride(from: planes - 1, through: 0, by: -1) {
      var nodes = Quadtree(rows: 1, columns: 1)
      switch try reader.bits(4) {
      case 0:
        nodes = Quadtree(rows: (rows + 1) / 2, columns: (columns + 1) / 2)
        for index in nodes.codes.indices { nodes.codes[index] = UInt8(try reader.bits(4)) }
      case 0xf:
        nodes.codes[0] = try Quadtree.code(&reader)
        if nodes.codes[0] == 0 { continue }
        for level in stride(from: levels - 1, to: 0, by: -1) {
          nodes = nodes.expanded(
            rows: (rows + 1 << level - 1) >> level, columns: (columns + 1 << level - 1) >> level)
          for index in nodes.codes.indices.reversed() where nodes.codes[index] != 0 {
            nodes.codes[index] = try Quadtree.code(&reader)
          }
        }
      default: throw DamagedTile(reason: "a bit plane is written in an unknown way")
      }
      let leaves = nodes.expanded(rows: rows, columns: columns)
      for (index, bit) in leaves.codes.enumerated() where bit != 0 {
        let place = (row + index / columns) * self.columns + column + index % columns
        coefficients[place] |= 1 << plane
      }
    }
  }
}

/// One level of a quadtree: for each node four bits that say which of its children are set.
private struct Quadtree {
  let columns: Int
  var codes: [UInt8]

  init(rows: Int, columns: Int) {
    self.columns = columns
    codes = [UInt8](repeating: 0, count: rows * columns)
  }

  /// The level below: 1 for each child that is set.
  func expanded(rows: Int, columns: Int) -> Quadtree {
    var children = Quadtree(rows: rows, columns: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        let code = codes[row / 2 * self.columns + column / 2]
        children.codes[row * columns + column] = code >> UInt8(3 - 2 * (row & 1) - column & 1) & 1
      }
    }
    return children
  }

  /// Reads four bits in the fixed Huffman code of H-compress, of 3 to 6 bits.
  static func code(_ reader: inout BitReader) throws(DamagedTile) -> UInt8 {
    var code = Int(try reader.bits(3))
    if code < 4 { return 1 << UInt8(code) }
    code = code << 1 | Int(try reader.bits(1))
    if code < 13 { return [3, 5, 10, 12, 15][code - 8] }
    code = code << 1 | Int(try reader.bits(1))
    if code < 31 { return [6, 7, 9, 11, 13][code - 26] }
    return try reader.bits(1) == 0 ? 0 : 14
  }
}
