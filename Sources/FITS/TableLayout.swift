/// Where the cells of a table lie: ASCII or binary, with the heap behind it.
struct TableLayout: Sendable, Equatable {
  static let largestFieldCount = 999

  /// The bytes of all rows in the file.
  let rowBytes: Range<Int>
  let rowWidth: Int
  let rows: Int
  let fields: [TableField]
  /// The bytes of the heap in the file, from THEAP on.
  let heap: Range<Int>

  init(_ header: FITSHeader, _ structure: DataStructure) throws(FITSFault) {
    rowWidth = structure.axes[0]
    rows = structure.axes[1]
    // Rows without bytes would cost nothing in the file, but memory here.
    guard rowWidth > 0 || rows == 0 else { throw .tooLarge("\(rows) rows of 0 bytes") }
    let start = structure.bytes.lowerBound
    rowBytes = start..<start + rowWidth * rows
    let count = try header.required("TFIELDS", in: 0...Self.largestFieldCount)
    var fields: [TableField] = []
    if structure.kind == .asciiTable {
      for number in 1..<count + 1 {
        fields.append(try TableField(ascii: number, header, rowWidth: rowWidth))
      }
      heap = rowBytes.upperBound..<rowBytes.upperBound
    } else {
      var end = 0
      for number in 1..<count + 1 {
        let field = try TableField(binary: number, header, offset: end)
        end += field.width
        fields.append(field)
      }
      guard end == rowWidth else { throw .rowWidth(announced: rowWidth, ofColumns: end) }
      // Where nothing refers to a heap, its position cannot be checked.
      let hasHeap = fields.contains { if case .reference = $0.kind { true } else { false } }
      let place =
        hasHeap
        ? try header.integer("THEAP", in: rowBytes.count...rowBytes.count + structure.heapSize)
        : nil
      heap = start + (place ?? rowBytes.count)..<structure.bytes.upperBound
    }
    self.fields = fields
  }

  /// The bytes of a cell in the file.
  func cell(_ field: TableField, row: Int) -> Range<Int> {
    let start = rowBytes.lowerBound + row * rowWidth + field.offset
    return start..<start + field.width
  }
}
