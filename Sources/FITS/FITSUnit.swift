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
  }

  /// One column of a table.
  public struct Column: Sendable, Equatable {
    /// The value of TTYPE, empty if there is none.
    public let name: String
    /// The value of TUNIT, empty if there is none.
    public let unit: String
    /// Whether a cell is one number, after scaling.
    public let isNumeric: Bool
  }
}
