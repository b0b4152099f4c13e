import Archives
import Foundation

/// A matrix as SNANA's `create_covariance` packs it: a zip archive (`.npz`) of NumPy arrays, `nsn`
/// with the number of supernovae and `cov` with the upper triangle in row order, or all of it.
enum PackedMatrix {
  /// Reads the whole symmetric matrix, row by row.
  ///
  /// - Throws: `CatalogError` if the archive is damaged, or does not hold these two arrays.
  static func read(
    _ bytes: [UInt8], _ path: String
  ) throws(CatalogError) -> (size: Int, elements: [Double]) {
    let archive: ZipArchive
    let counts: [Double]
    let values: [Double]
    do {
      archive = try ZipArchive(bytes)
      guard let count = try archive.member(named: "nsn.npy"),
        let covariance = try archive.member(named: "cov.npy")
      else { throw CatalogError(path, .packedWrongly(reason: "it holds \(archive.names)")) }
      counts = try numbers(count, "nsn", path)
      values = try numbers(covariance, "cov", path)
    } catch let error as CatalogError {
      throw error
    } catch let error as ArchiveError {
      throw CatalogError(path, .archive(reason: error.description))
    } catch {
      throw CatalogError(path, .unreadable(reason: "\(error)"))
    }
    guard counts.count == 1, counts[0] >= 1, counts[0] <= 1e6, counts[0] == counts[0].rounded()
    else { throw CatalogError(path, .packedWrongly(reason: "nsn is no count")) }
    let size = Int(counts[0])
    if values.count == size * size { return (size, values) }
    guard values.count == size * (size + 1) / 2 else {
      throw CatalogError(
        path,
        .packedWrongly(reason: "cov has \(values.count) elements where nsn announces \(size) rows"))
    }
    return (size, unpacked(values, size))
  }

  private static func unpacked(_ triangle: [Double], _ size: Int) -> [Double] {
    var elements = [Double](repeating: 0, count: size * size)
    var index = 0
    for row in 0..<size {
      for column in row..<size {
        elements[row * size + column] = triangle[index]
        elements[column * size + row] = triangle[index]
        index += 1
      }
    }
    return elements
  }

  /// The numbers of an array in NumPy's format, version 1 to 3, of any shape.
  private static func numbers(
    _ bytes: [UInt8], _ name: String, _ path: String
  ) throws(CatalogError) -> [Double] {
    func wrong(_ reason: String) -> CatalogError {
      CatalogError(path, .packedWrongly(reason: "\(name) \(reason)"))
    }
    guard bytes.count > 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw wrong("is not a NumPy array")
    }
    let wide = bytes[6] > 1
    let lengthBytes = wide ? 4 : 2
    let headerLength = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + headerLength
    guard start <= bytes.count else { throw wrong("is cut short") }
    let header = String(decoding: bytes[8 + lengthBytes..<start], as: UTF8.self)
    let widths = ["<f4": 4, "<f8": 8, "<i4": 4, "<i8": 8]
    guard let kind = widths.keys.first(where: { header.contains("'\($0)'") }),
      let width = widths[kind]
    else { throw wrong("has numbers of an unknown kind: \(header)") }
    guard (bytes.count - start).isMultiple(of: width) else { throw wrong("is cut short") }
    let numbers = bytes.withUnsafeBytes { buffer in
      stride(from: start, to: buffer.count, by: width).map { offset -> Double in
        switch kind {
        case "<f4":
          Double(Float(bitPattern: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        case "<f8":
          Double(bitPattern: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        case "<i4": Double(buffer.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        default: Double(buffer.loadUnaligned(fromByteOffset: offset, as: Int64.self))
        }
      }
    }
    // The shape announces the number of elements; what follows it would be no part of the array.
    guard numbers.count == elementCount(header) else { throw wrong("is cut short") }
    return numbers
  }

  /// The product of the lengths in `'shape': (…)`; nil if there is no such thing.
  private static func elementCount(_ header: String) -> Int? {
    guard let key = header.range(of: "'shape'"),
      let open = header[key.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    var product = 1
    for part in header[header.index(after: open)..<close].split(separator: ",") {
      guard let length = Int(part.trimmingCharacters(in: .whitespaces)), length >= 0 else {
        return nil
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      product = next
    }
    return product
  }
}
