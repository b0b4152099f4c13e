/// A small dense matrix, laid out for products with vectors: column by column, with the rows in
/// strips that stay in registers while the columns pass by.
struct Panel: Sendable {
  /// The number of rows, as given.
  let rowCount: Int
  /// The number of elements that a product has: the rows, padded with zeros.
  let paddedCount: Int
  /// The number of columns, hence of elements of a vector to be multiplied.
  let columnCount: Int
  private let elements: [Double]
  private let strips: [Strip]

  /// Rows that are summed together.
  private struct Strip {
    let first: Int
    /// 16, 8 or 4 rows.
    let width: Int
    /// The columns between which there is anything but zeros.
    let columns: Range<Int>
  }

  init(rows: Int, columns: Int, _ element: (_ row: Int, _ column: Int) -> Double) {
    rowCount = rows
    columnCount = columns
    let padded = (rows + 3) / 4 * 4
    paddedCount = padded
    var elements = [Double](repeating: 0, count: padded * columns)
    for column in 0..<columns {
      for row in 0..<rows { elements[column * padded + row] = element(row, column) }
    }
    self.elements = elements
    func strip(_ first: Int, _ width: Int) -> Strip {
      let used = (0..<columns).filter { column in
        (first..<first + width).contains { elements[column * padded + $0] != 0 }
      }
      return Strip(
        first: first, width: width, columns: (used.first ?? 0)..<((used.last ?? -1) + 1))
    }
    var strips: [Strip] = []
    var first = 0
    while first < padded {
      let width = [16, 8].first { first + $0 <= padded } ?? 4
      let wide = strip(first, width)
      let narrow = stride(from: first, to: first + width, by: 4).map { strip($0, 4) }
      // The blocks of a covariance leave most of a wide strip zero.
      let narrowSize = narrow.reduce(0) { $0 + 4 * $1.columns.count }
      strips += 2 * narrowSize < width * wide.columns.count ? narrow : [wide]
      first += width
    }
    self.strips = strips
  }

  /// The element in a row and a column.
  func element(_ row: Int, _ column: Int) -> Double { elements[column * paddedCount + row] }

  /// The transposed matrix.
  var transposed: Panel {
    Panel(rows: columnCount, columns: rowCount) { element($1, $0) }
  }

  /// Writes A x, `paddedCount` elements.
  func multiply(_ vector: UnsafePointer<Double>, into product: UnsafeMutablePointer<Double>) {
    elements.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      for strip in strips {
        switch strip.width {
        case 16: sum(strip, start, vector, into: product, as: SIMD16<Double>.self)
        case 8: sum(strip, start, vector, into: product, as: SIMD8<Double>.self)
        default: sum(strip, start, vector, into: product, as: SIMD4<Double>.self)
        }
      }
    }
  }

  @inline(__always)
  private func sum<Block: SIMD>(
    _ strip: Strip, _ elements: UnsafePointer<Double>, _ vector: UnsafePointer<Double>,
    into product: UnsafeMutablePointer<Double>, as: Block.Type
  ) where Block.Scalar == Double {
    let (first, end) = (strip.columns.lowerBound, strip.columns.upperBound)
    var place = UnsafeRawPointer(elements + first * paddedCount + strip.first)
    let stride = paddedCount * MemoryLayout<Double>.stride
    var sum = Block(repeating: 0)
    var column = first
    if Block.scalarCount < 16 {
      // Two columns at a time keep enough sums in flight to hide the latency of an addition.
      var nextSum = sum
      while column + 1 < end {
        sum += place.loadUnaligned(as: Block.self) * vector[column]
        nextSum += (place + stride).loadUnaligned(as: Block.self) * vector[column + 1]
        place += 2 * stride
        column += 2
      }
      sum += nextSum
    }
    while column < end {
      sum += place.loadUnaligned(as: Block.self) * vector[column]
      place += stride
      column += 1
    }
    // Lane by lane: a store of the whole would have to be aligned.
    let target = product + strip.first
    for lane in 0..<Block.scalarCount { target[lane] = sum[lane] }
  }
}
