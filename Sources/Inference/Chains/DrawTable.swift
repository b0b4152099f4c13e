import Foundation
import Synchronization

/// Numbers of draws in columns, which grow by rows: in memory, and where there are many, in an unlinked
/// file, so that memory stays flat.
///
/// Rows are kept in blocks, each of which holds its columns one after the other; what has been written
/// never changes. One task at a time may append; any task may read what was appended.
final class DrawTable: @unchecked Sendable {
  /// The numbers of a row.
  let width: Int
  private(set) var count = 0
  private var blocks: [Block] = []
  /// Where the file is made; nil to stay in memory.
  let folder: String?
  private var descriptor: CInt?
  /// The block that a row was read from last.
  private let latest = Atomic(0)

  private struct Block {
    let numbers: UnsafeMutablePointer<Double>
    let isInFile: Bool
  }

  /// The rows of a block, a whole number of pages for each column.
  static let blockRows = 4096
  /// The number of blocks kept in memory before there is a file.
  private static let mostInMemory = 8

  init(width: Int, folder: String?) {
    self.width = width
    self.folder = folder
  }

  deinit {
    for block in blocks {
      if block.isInFile { munmap(block.numbers, blockBytes) } else { block.numbers.deallocate() }
    }
    if let descriptor { close(descriptor) }
  }

  private var blockBytes: Int { Self.blockRows * width * MemoryLayout<Double>.stride }

  subscript(row: Int, column: Int) -> Double {
    blocks[row / Self.blockRows].numbers[column * Self.blockRows + row % Self.blockRows]
  }

  /// Some columns of a row, whose block may leave the memory when rows of another are read.
  func row(_ row: Int, _ columns: Range<Int>) -> [Double] {
    let index = row / Self.blockRows
    let last = latest.exchange(index, ordering: .relaxed)
    if last != index { release(last) }
    return columns.map { self[row, $0] }
  }

  /// Adds a row; the numbers of each part follow each other.
  func append(_ parts: [Double]...) {
    let row = count % Self.blockRows
    if row == 0 { addBlock() }
    let block = blocks[blocks.count - 1].numbers
    var column = 0
    for part in parts {
      for value in part {
        block[column * Self.blockRows + row] = value
        column += 1
      }
    }
    count += 1
  }

  /// The rows of a range of one column.
  func copy(_ column: Int, _ rows: Range<Int>) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count) { buffer, filled in
      var row = rows.lowerBound
      while row < rows.upperBound {
        let (index, first) = (row / Self.blockRows, row % Self.blockRows)
        let length = min(Self.blockRows - first, rows.upperBound - row)
        guard let target = buffer.baseAddress else { break }
        (target + (row - rows.lowerBound)).initialize(
          from: blocks[index].numbers + column * Self.blockRows + first, count: length)
        release(index)
        row += length
      }
      filled = rows.count
    }
  }

  private func addBlock() {
    if let last = blocks.indices.last { release(last) }
    if let folder, blocks.count >= Self.mostInMemory, let numbers = mapped(folder) {
      blocks.append(Block(numbers: numbers, isInFile: true))
    } else {
      blocks.append(
        Block(numbers: .allocate(capacity: Self.blockRows * width), isInFile: false))
    }
  }

  /// Room for a block in the file; nil if it cannot grow.
  private func mapped(_ folder: String) -> UnsafeMutablePointer<Double>? {
    if descriptor == nil {
      var name = Array("\(folder)/.draws-XXXXXX".utf8CString)
      let file = mkstemp(&name)
      guard file >= 0 else { return nil }
      unlink(name)
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      descriptor = file
    }
    let offset = blocks.count { $0.isInFile } * blockBytes
    // Space is reserved in advance: on a full disk draws stay in memory, and no write fails later.
    guard let descriptor, posix_fallocate(descriptor, off_t(offset), off_t(blockBytes)) == 0,
      let address = mmap(
        nil, blockBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, off_t(offset)),
      address != MAP_FAILED
    else { return nil }
    return address.bindMemory(to: Double.self, capacity: Self.blockRows * width)
  }

  /// Lets a full block of the file leave the memory; it comes back when it is read.
  func release(_ index: Int) {
    if blocks.indices.contains(index), blocks[index].isInFile {
      madvise(blocks[index].numbers, blockBytes, MADV_DONTNEED)
    }
  }
}
