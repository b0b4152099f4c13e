import Archives

extension CompressedImage {
  /// All pixels, the first axis fastest; undefined ones come as NaN.
  func pixels(in bytes: [UInt8], _ header: FITSHeader) throws(FITSFault) -> [Double] {
    let scalings = try TileScalings(self, in: bytes, header)
    var pixels = [Double](repeating: 0, count: axes.reduce(1, *))
    // Tiles that shared their bytes could make a small file work for hours.
    var unread = table.heap.count
    for tile in 0..<tiles.count {
      let count = tiles.pixelCount(ofTile: tile)
      let values: [Double]
      do {
        values = try self.values(
          ofTile: tile, count: count, in: bytes, scalings.scaling(ofTile: tile), &unread)
      } catch let error as DamagedTile {
        throw FITSFault.tile(tile + 1, reason: error.reason)
      } catch let error as FITSFault {
        throw error
      } catch {
        throw .tile(tile + 1, reason: "\(error)")
      }
      tiles.place(values, ofTile: tile, into: &pixels)
    }
    return pixels
  }

  private func values(
    ofTile tile: Int, count: Int, in bytes: [UInt8], _ scaling: Scaling, _ unread: inout Int
  ) throws -> [Double] {
    let outside = FITSFault.tile(tile + 1, reason: "its data lie outside the heap")
    func packed(_ field: TableField?) throws -> (format: NumberFormat, bytes: ArraySlice<UInt8>)? {
      guard let field,
        let place = try table.reference(field, row: tile, in: bytes, orThrow: outside),
        place.count > 0
      else { return nil }
      let size = place.count * place.format.width
      unread -= size
      guard unread >= 0 else { throw DamagedTile(reason: "it shares its data with others") }
      return (place.format, bytes[place.start..<place.start + size])
    }
    if let (format, data) = try packed(data) {
      return try values(ofTile: tile, count: count, data, format, scaling)
    }
    if let (format, data) = try packed(unpackedData) {
      guard data.count == count * format.width else { throw wrongLength(data.count) }
      return format.numbers(in: Array(data), from: 0, stride: format.width, count: count, Scaling())
    }
    if bitsPerPixel < 0, let format = NumberFormat(bits: bitsPerPixel),
      let (_, data) = try packed(gzipData)
    {
      let unpacked = try unpack(data, count: count)
      guard unpacked.count == count * format.width else { throw wrongLength(unpacked.count) }
      return format.numbers(in: unpacked, from: 0, stride: format.width, count: count, Scaling())
    }
    throw DamagedTile(reason: "it has no data")
  }

  private func values(
    ofTile tile: Int, count: Int, _ data: ArraySlice<UInt8>, _ format: NumberFormat,
    _ scaling: Scaling
  ) throws -> [Double] {
    let pixels: [Int]
    switch algorithm {
    case .rice(let blockSize, let bytesPerPixel):
      pixels = try RiceDecoder.pixels(
        data, count: count, bytesPerPixel: bytesPerPixel, blockSize: blockSize)
    case .hCompress(let isSmooth):
      pixels = try HCompressDecoder.pixels(data, count: count, isSmooth: isSmooth)
    case .pixelList:
      pixels = try PixelListDecoder.pixels(format.integers(in: data), count: count)
    case .gzip(let isShuffled):
      var unpacked = try unpack(data, count: count)
      let width = unpacked.count / count
      // Of whole numbers gzip may have been given fewer bytes than BITPIX says.
      let bits = quantization == .none ? -8 * width : 8 * width
      guard unpacked.count % count == 0, let format = NumberFormat(bits: bits) else {
        throw wrongLength(unpacked.count)
      }
      if isShuffled {
        let planes = unpacked
        for index in 0..<count {
          for byte in 0..<width { unpacked[index * width + byte] = planes[byte * count + index] }
        }
      }
      guard quantization != .none else {
        return format.numbers(in: unpacked, from: 0, stride: width, count: count, scaling)
      }
      pixels = format.integers(in: unpacked)
    }
    switch quantization {
    case .rounded: return pixels.map(scaling.value)
    case .dithered(let dither): return dither.values(pixels, ofTile: tile, scaling)
    case .none: throw DamagedTile(reason: "its pixels are not whole numbers")
    }
  }

  /// Unpacks what gzip packed, up to 8 bytes per pixel.
  private func unpack(_ data: ArraySlice<UInt8>, count: Int) throws -> [UInt8] {
    try Gzip.unpack(Array(data), limit: 8 * count + 1)
  }

  private func wrongLength(_ count: Int) -> DamagedTile {
    DamagedTile(reason: "it has \(count) bytes")
  }
}

/// What turns the whole numbers of each tile into pixels.
private struct TileScalings {
  private let scales: [Double]?
  private let zeros: [Double]?
  private let blanks: [Double]?
  private let common: Scaling
  /// BSCALE and BZERO, which come after the scales of the tiles.
  private let image: Scaling

  init(_ image: CompressedImage, in bytes: [UInt8], _ header: FITSHeader) throws(FITSFault) {
    func column(_ field: TableField?) throws(FITSFault) -> [Double]? {
      guard let field else { return nil }
      return try image.table.numbers(field, in: bytes, header)
    }
    scales = try column(image.scale)
    zeros = try column(image.zero)
    blanks = try column(image.blank)
    let factor = try header.number("BSCALE") ?? 1
    var zero = try header.number("BZERO") ?? 0
    // Pixel lists have no negative numbers, so that unsigned ones are stored as they are.
    if image.algorithm == .pixelList, zero == 32_768 { zero = 0 }
    self.image = Scaling(factor: factor, zero: zero)
    let (null, other) = (try header.integer("ZBLANK"), try header.integer("BLANK"))
    common = Scaling(
      factor: try header.number("ZSCALE") ?? 1, zero: try header.number("ZZERO") ?? 0,
      null: null ?? other)
  }

  func scaling(ofTile tile: Int) -> Scaling {
    var scaling = common
    if let scales, let zeros {
      scaling.factor = scales[tile] * image.factor
      scaling.zero = zeros[tile] * image.factor + image.zero
    } else if scaling.factor == 1, scaling.zero == 0 {
      scaling.factor = image.factor
      scaling.zero = image.zero
    }
    if let blanks { scaling.null = Int(exactly: blanks[tile]) }
    return scaling
  }
}
