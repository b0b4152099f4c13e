/// A small dense matrix, laid out for products with vectors: column by column, with the rows padded
/// to whole blocks, which stay in registers while the columns pass by.
struct Panel: Sendable {
  /// The number of rows, as given.
  let rowCount: Int
  /// The number of elements that a product has: the rows, padded with zeros.
  let paddedCount: Int
  /// The number of columns, hence of elements of a vector to be multiplied.
  let columnCount: Int
  private let elements: [Double]
  /// For each block of rows the columns between which it has anything but zeros.
  private let ranges: [Range<Int>]

  private typealias Block = SIMD8<Double>

  init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> Double) {
    rowCount = rows
    columnCount = columns
    let width = Block.scalarCount
    let padded = (rows + width - 1) / width * width
    paddedCount = padded
    var elements = [Double](repeating: 0, count: padded * columns)
    for column in 0..<columns {
      for row in 0..<rows { elements[column * padded + row] = element(row, column) }
    }
    self.elements = elements
    ranges = stride(from: 0, to: padded, by: width).map { first in
      let used = (0..<columns).filter { column in
        (first..<first + width).contains { elements[column * padded + $0] != 0 }
      }
      return (used.first ?? 0)..<((used.last ?? -1) + 1)
    }
  }

  /// The element in a row and a column.
  func element(_ row: Int, _ column: Int) -> Double { elements[column * paddedCount + row] }

  /// The transposed matrix.
  var transposed: Panel {
    Panel(rows: columnCount, columns: rowCount) { element($1, $0) }
  }

  /// Writes A x, `paddedCount` elements.
  func multiply(_ vector: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>) {
    elements.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      let stride = paddedCount * MemoryLayout<Double>.stride
      let width = MemoryLayout<Block>.stride
      var block = 0
      // Two blocks at a time keep enough sums in flight to hide the latency of an addition.
      while block + 1 < ranges.count {
        let first = min(ranges[block].lowerBound, ranges[block + 1].lowerBound)
        let last = max(ranges[block].upperBound, ranges[block + 1].upperBound)
        var (sum, nextSum) = (Block.zero, Block.zero)
        var place = start + block * width + first * stride
        for column in first..<last {
          let factor = vector[column]
          sum += place.loadUnaligned(as: Block.self) * factor
          nextSum += (place + width).loadUnaligned(as: Block.self) * factor
          place += stride
        }
        store(sum, to: product, block)
        store(nextSum, to: product, block + 1)
        block += 2
      }
      guard block < ranges.count else { return }
      var sum = Block.zero
      var place = start + block * width + ranges[block].lowerBound * stride
      for column in ranges[block] {
        sum += place.loadUnaligned(as: Block.self) * vector[column]
        place += stride
      }
      store(sum, to: product, block)
    }
  }

  /// Writes a block lane by lane: a store of the whole would have to be aligned.
  private func store(_ sum: Block, to product: UnsafeMutablePointer<Double>, _ block: Int) {
    let target = product + block * Block.scalarCount
    for lane in 0..<Block.scalarCount { target[lane] = sum[lane] }
  }
}
