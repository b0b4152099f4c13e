/// Composes zip archives of NumPy arrays byte by byte, so that the reader is tested against the
/// format and not against a library that writes it. Members are stored.
public enum ZipBytes {
  /// What SNANA writes: `nsn`, and `cov` with the upper triangle in single precision.
  public static func packedCovariance(size: Int, _ triangle: [Double]) -> [UInt8] {
    let count = array("<i8", shape: "()", littleEndian(UInt64(size)))
    let values = array(
      "<f4", shape: "(\(triangle.count),)",
      triangle.flatMap { littleEndian(Float($0).bitPattern) })
    return archive([("nsn.npy", count), ("cov.npy", values)])
  }

  /// An array in NumPy's format, version 1.
  public static func array(_ kind: String, shape: String, _ data: [UInt8]) -> [UInt8] {
    let header = "{'descr': '\(kind)', 'fortran_order': False, 'shape': \(shape), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(UInt16(header.utf8.count))
      + Array(header.utf8) + data
  }

  /// An archive of stored members.
  public static func archive(_ members: [(name: String, data: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, data) in members {
      let offset = UInt32(bytes.count)
      let common =
        littleEndian(UInt16(20)) + littleEndian(UInt16(0)) + littleEndian(UInt16(0))
        + littleEndian(UInt32(0)) + littleEndian(checksum(data)) + littleEndian(UInt32(data.count))
        + littleEndian(UInt32(data.count)) + littleEndian(UInt16(name.utf8.count))
        + littleEndian(UInt16(0))
      bytes += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + data
      directory += [0x50, 0x4b, 1, 2] + littleEndian(UInt16(20)) + common
      directory += [UInt8](repeating: 0, count: 10) + littleEndian(offset) + Array(name.utf8)
    }
    let start = UInt32(bytes.count)
    bytes += directory
    bytes += [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    bytes += littleEndian(UInt16(members.count)) + littleEndian(UInt16(members.count))
    bytes += littleEndian(UInt32(directory.count)) + littleEndian(start) + [0, 0]
    return bytes
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// CRC-32 as the zip format defines it, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var register = UInt32.max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1) * 0xedb8_8320 }
    }
    return ~register
  }
}
