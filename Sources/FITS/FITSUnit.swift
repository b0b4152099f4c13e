/// One header-data unit of a FITS file.
public struct FITSUnit: Sendable, Equatable {
  /// The position in the file, counted from 1.
  public let index: Int
  /// The value of EXTNAME, empty if there is none.
  public let name: String
  /// What it holds.
  public let content: Content

  /// What a unit holds.
  public enum Content: Sendable, Equatable {
    /// An image with the lengths of its axes, the fastest first; no axes for an empty primary unit.
    case image(axes: [Int])
    /// A table, ASCII or binary.
    case table(columns: [Column], rows: Int)
    /// Something that is not read here: an extension of another kind, or random groups.
    case other
  }

  /// One column of a table.
  public struct Column: Sendable, Equatable {
    /// The value of TTYPE, empty if there is none.
    public let name: String
    /// The value of TUNIT, empty if there is none.
    public let unit: String
    /// The comment of TTYPE, empty if there is none.
    public let comment: String
    /// Whether a cell is one number, after scaling.
    public let isNumeric: Bool
    /// Whether a cell is one truth value.
    public let isLogical: Bool
  }

  /// Its header.
  let header: FITSHeader
  /// Where the data lie in the file, without what fills up the last block.
  let byteRange: Range<Int>
  /// How its data lie in the file.
  let storage: Storage

  enum Storage: Sendable, Equatable {
    case image(PlainImage)
    case compressedImage(CompressedImage)
    case table(TableLayout)
    case other
  }

  /// Parses the unit that a header begins.
  ///
  /// - Parameters:
  ///   - start: where the data begin.
  ///   - end: where the file ends.
  init(_ header: FITSHeader, index: Int, dataFrom start: Int, to end: Int) throws(FITSFault) {
    self.header = header
    self.index = index
    name = try header.text("EXTNAME") ?? ""
    let structure = try DataStructure(header, isPrimary: index == 1, from: start, to: end)
    byteRange = structure.bytes
    switch structure.kind {
    case .image:
      content = .image(axes: structure.axes)
      storage = .image(PlainImage(structure))
    case .randomGroups, .other:
      content = .other
      storage = .other
    case .asciiTable, .binaryTable:
      let table = try TableLayout(header, structure)
      guard structure.kind == .binaryTable, try header.flag("ZIMAGE") else {
        content = .table(columns: table.fields.map(\.column), rows: table.rows)
        storage = .table(table)
        break
      }
      let image = try CompressedImage(header, table)
      content = .image(axes: image.axes)
      storage = .compressedImage(image)
    }
  }
}
