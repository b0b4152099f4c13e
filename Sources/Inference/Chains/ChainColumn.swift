/// A column of a chain, without a copy.
public struct ChainColumn: RandomAccessCollection, Sendable, Equatable, ExpressibleByArrayLiteral {
  private let table: DrawTable?
  private let column: Int
  private let rows: Range<Int>

  init(_ table: DrawTable?, _ column: Int, _ rows: Range<Int>) {
    self.table = table
    self.column = column
    self.rows = rows
  }

  /// A column of some numbers.
  public init(arrayLiteral elements: Double...) {
    let table = DrawTable(width: 1, folder: nil)
    for element in elements { table.append([element]) }
    self.init(table, 0, 0..<elements.count)
  }

  /// 0.
  public var startIndex: Int { 0 }
  /// The number of draws.
  public var endIndex: Int { rows.count }

  /// The number of a draw.
  public subscript(draw: Int) -> Double {
    precondition(draw >= 0 && draw < rows.count, "draw \(draw) of \(rows.count)")
    return table?[rows.lowerBound + draw, column] ?? .nan
  }

  /// The numbers in order; blocks that have been read may leave memory.
  public struct Iterator: IteratorProtocol {
    fileprivate let table: DrawTable?
    fileprivate let column: Int
    fileprivate var row: Int
    fileprivate let end: Int

    /// The next number.
    public mutating func next() -> Double? {
      guard row < end, let table else { return nil }
      defer {
        row += 1
        if row.isMultiple(of: DrawTable.blockRows) { table.release(row / DrawTable.blockRows - 1) }
      }
      return table[row, column]
    }
  }

  /// The numbers in order.
  public func makeIterator() -> Iterator {
    Iterator(table: table, column: column, row: rows.lowerBound, end: rows.upperBound)
  }

  /// All numbers, copied.
  public var array: [Double] { table?.copy(column, rows) ?? [] }

  /// Whether two columns hold the same numbers.
  public static func == (a: ChainColumn, b: ChainColumn) -> Bool { a.elementsEqual(b) }
}
