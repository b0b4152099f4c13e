import Archives
import FITS
import Foundation

extension FITSFile {
  /// Reads a file, compressed by gzip or not.
  init(opening path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    try self.init(bytes.starts(with: Gzip.magic) ? try Gzip.unpack(bytes) : bytes, path: path)
  }

  /// All numbers in all units.
  func everything() throws -> [Double] {
    var numbers: [Double] = []
    for unit in units {
      switch unit.content {
      case .image: numbers += try pixels(of: unit)
      case .table(let columns, _):
        for column in columns.indices { numbers += try self.numbers(inColumn: column, of: unit) }
      case .other: break
      }
    }
    return numbers
  }
}
