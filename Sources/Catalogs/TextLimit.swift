/// Limits on the size of a text table, so that a small compressed file cannot fill the memory.
///
/// The largest samples that surveys announce have a million supernovae; no release has 100 columns.
public enum TextLimit: Sendable, Equatable {
  /// A line with more fields than a table has columns.
  case fields
  /// A line with more bytes than these fields would have.
  case lineBytes
  /// Rows of a table of supernovae, of which a sample takes ten times as much.
  case supernovae
  /// Rows of a table of any numbers.
  case rows
  /// A list of files with more bytes than its keys could take.
  case listBytes

  /// The largest number of them.
  public var largest: Int {
    switch self {
    case .fields: 10_000
    case .lineBytes: 1 << 18
    case .supernovae: 2_000_000
    case .rows: 10_000_000
    case .listBytes: 1 << 20
    }
  }
}
