import CZlib

/// The decompression of one zlib, gzip or raw deflate stream after another.
enum Inflation {
  /// What surrounds the deflated data, as zlib's number of window bits.
  enum Wrapping: CInt {
    case gzip = 31
    case none = -15
  }

  /// Unpacks the stream at the beginning of some bytes.
  ///
  /// - Parameters:
  ///   - limit: the largest number of bytes that may come out.
  ///   - isPrefixEnough: whether to stop without complaint once `limit` bytes are there.
  ///   - expectedCount: how many bytes will probably come out, so that they need not be moved.
  /// - Returns: the unpacked bytes, and how many packed ones were read.
  static func inflate(
    _ input: ArraySlice<UInt8>, _ wrapping: Wrapping, limit: Int, isPrefixEnough: Bool = false,
    expectedCount: Int = 0
  ) throws(ArchiveError) -> (output: [UInt8], consumed: Int) {
    var stream = z_stream()
    let size = CInt(MemoryLayout<z_stream>.size)
    guard inflateInit2_(&stream, wrapping.rawValue, ZLIB_VERSION, size) == Z_OK else {
      throw .corrupt(reason: "zlib cannot be started")
    }
    defer { inflateEnd(&stream) }
    // zlib counts in 32 bits, so that both sides go through in portions.
    let portion = 1 << 20
    var output: [UInt8] = []
    // The last portion begins with room for a whole one.
    if expectedCount > 0 { output.reserveCapacity(min(expectedCount, limit) + portion) }
    var consumed = 0
    while true {
      let room = min(portion, limit - output.count)
      guard room > 0 else {
        if isPrefixEnough { return (output, consumed) }
        throw .tooLarge(limit: limit)
      }
      let start = input.startIndex + consumed
      let end = min(start + portion, input.endIndex)
      let outputStart = output.count
      output.append(contentsOf: repeatElement(0, count: room))
      let status = input[start..<end].withUnsafeBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
          // zlib's field is not const, although it only reads.
          stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          stream.avail_in = UInt32(source.count)
          stream.next_out = target.baseAddress.map { $0 + outputStart }
          stream.avail_out = UInt32(room)
          return CZlib.inflate(&stream, Z_NO_FLUSH)
        }
      }
      let wasRead = end - start - Int(stream.avail_in)
      let wasWritten = room - Int(stream.avail_out)
      consumed += wasRead
      output.removeLast(room - wasWritten)
      switch status {
      case Z_STREAM_END: return (output, consumed)
      case Z_OK, Z_BUF_ERROR:
        if wasRead == 0, wasWritten == 0 { throw .truncated }
      default:
        throw .corrupt(reason: stream.msg.map { String(cString: $0) } ?? "zlib's error \(status)")
      }
    }
  }
}
