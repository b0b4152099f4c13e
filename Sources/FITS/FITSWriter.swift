import CCFITSIO
import Files
import Foundation

/// Writes a FITS file: an empty primary unit, then tables and images in the order in which they are
/// added.
///
/// Every unit gets CHECKSUM and DATASUM, without the time at which they were computed: the same
/// content gives the same bytes. The file is whole or absent: it is written next to its destination
/// under a hidden name, and `close` flushes it to the disk and puts it there, over whatever has that
/// name.
public struct FITSWriter: ~Copyable {
  private let handle: UnsafeMutablePointer<fitsfile>
  private let path: String
  private let file: NewFile
  private var unit = 1
  /// Makes CFITSIO's lock, once: its own first calls do so while another thread may hold it.
  private static let initialStatus = fits_init_cfitsio()

  /// A keyword of a header.
  public struct Keyword: Sendable {
    let name: String
    let value: String
    let comment: String

    /// A keyword with a text value: a name of up to eight characters, a value of up to 68.
    public init(_ name: String, _ value: String, comment: String) {
      self.name = name
      self.value = value
      self.comment = comment
    }
  }

  /// A column of doubles.
  public struct Column: Sendable {
    let name: String
    let unit: String
    let comment: String

    /// A column with its TTYPE, the comment of that, and TUNIT; an empty comment or unit is left out.
    public init(_ name: String, unit: String = "", comment: String = "") {
      (self.name, self.unit, self.comment) = (name, unit, comment)
    }
  }

  /// A column of texts, one for each row.
  public struct TextColumn: Sendable {
    let name: String
    let comment: String
    let texts: [String]
    /// The bytes of a cell: a column of no bytes is not a column to all readers.
    let width: Int

    /// A column with its TTYPE and the comment of that; cells are as wide as the longest text, and blanks fill them. The standard
    /// allows printable ASCII; anything else is written in UTF-8.
    public init(_ name: String, _ texts: [String], comment: String = "") {
      (self.name, self.texts, self.comment) = (name, texts, comment)
      width = max(1, texts.lazy.map(\.utf8.count).max() ?? 0)
    }

    /// The bytes of a cell.
    func cell(row: Int) -> [UInt8] {
      let text = Array(texts[row].utf8)
      return text + [UInt8](repeating: UInt8(ascii: " "), count: width - text.count)
    }
  }

  /// Begins a file with an empty primary unit.
  ///
  /// - Throws: `FITSError` if it cannot be created.
  public init(creating path: String, keywords: [Keyword]) throws(FITSError) {
    var handle: UnsafeMutablePointer<fitsfile>?
    var status = Self.initialStatus
    ffcmsg()
    NewFile.sweep(for: path)
    let temporaryPath = NewFile.unusedPath(for: path)
    ffdkinit(&handle, temporaryPath, &status)
    if let handle {
      ffcrimll(handle, 8, 0, nil, &status)
      Self.finishUnit(handle, keywords, &status)
    }
    guard status == 0, let handle else {
      let error = FITSError(path: path, unit: nil, status: status)
      if let handle {
        ffclos(handle, &status)
        unlink(temporaryPath)
      }
      throw error
    }
    do {
      file = try NewFile(for: path, madeAt: temporaryPath)
    } catch {
      ffclos(handle, &status)
      unlink(temporaryPath)
      throw FITSError(path: path, unit: nil, message: error.reason)
    }
    self.handle = handle
    self.path = path
  }

  deinit {
    var status: CInt = 0
    ffclos(handle, &status)
  }

  /// Adds a binary table of doubles, and of texts behind them, row by row: memory does not grow with it.
  ///
  /// - Parameters:
  ///   - name: EXTNAME.
  ///   - columns: names and units.
  ///   - texts: columns of texts, with as many as there are rows.
  ///   - rowCount: the number of rows.
  ///   - row: makes a row of its number, one value for each column.
  /// - Throws: `FITSError` if it cannot be written.
  public mutating func appendTable(
    named name: String, columns: [Column], texts: [TextColumn] = [], rowCount: Int,
    row: (Int) -> [Double]
  ) throws(FITSError) {
    for column in texts {
      precondition(column.texts.count == rowCount, "\(column.texts.count) texts, \(rowCount) rows")
    }
    unit += 1
    var status: CInt = 0
    ffcrtb(handle, BINARY_TBL, 0, 0, nil, nil, nil, name, &status)
    let handle = handle
    func insert(_ number: CInt, _ name: String, form: String) {
      // `fficol` takes mutable C strings although it only reads them.
      var (label, format) = (Array(name.utf8CString), Array(form.utf8CString))
      fficol(handle, number, &label, &format, &status)
    }
    for (index, column) in columns.enumerated() {
      let number = CInt(index + 1)
      insert(number, column.name, form: "1D")
      if !column.comment.isEmpty { ffmcom(handle, "TTYPE\(number)", column.comment, &status) }
      if !column.unit.isEmpty {
        ffpkys(handle, "TUNIT\(number)", column.unit, "unit of the column", &status)
      }
    }
    for (index, column) in texts.enumerated() {
      let number = CInt(columns.count + index + 1)
      insert(number, column.name, form: "\(column.width)A")
      if !column.comment.isEmpty { ffmcom(handle, "TTYPE\(number)", column.comment, &status) }
    }
    ffirow(handle, 0, LONGLONG(rowCount), &status)
    var bytes: [UInt8] = []
    let rowsAtOnce = 4096
    for first in stride(from: 0, to: rowCount, by: rowsAtOnce) {
      bytes.removeAll(keepingCapacity: true)
      for number in first..<min(first + rowsAtOnce, rowCount) {
        let values = row(number)
        precondition(
          values.count == columns.count, "\(values.count) values for \(columns.count) columns")
        for value in values {
          withUnsafeBytes(of: value.bitPattern.bigEndian) { bytes += $0 }
        }
        for column in texts { bytes += column.cell(row: number) }
      }
      ffptbb(handle, LONGLONG(first + 1), 1, LONGLONG(bytes.count), &bytes, &status)
    }
    Self.finishUnit(handle, [], &status)
    try check(status)
  }

  /// Adds an image of doubles with `width` pixels per row.
  public mutating func appendImage(
    named name: String, width: Int, pixels: [Double], keywords: [Keyword] = []
  ) throws(FITSError) {
    precondition(
      width > 0 && pixels.count % width == 0, "\(pixels.count) pixels in rows of \(width)")
    unit += 1
    var axes = [LONGLONG(width), LONGLONG(pixels.count / width)]
    var status: CInt = 0
    ffcrimll(handle, DOUBLE_IMG, 2, &axes, &status)
    ffpkys(handle, "EXTNAME", name, "name of this extension", &status)
    // CFITSIO takes a mutable pointer although it only reads; a copy could have a gigabyte.
    pixels.withUnsafeBufferPointer {
      let start = UnsafeMutablePointer(mutating: $0.baseAddress)
      ffppr(handle, TDOUBLE, 1, LONGLONG($0.count), start, &status)
    }
    Self.finishUnit(handle, keywords, &status)
    try check(status)
  }

  /// Completes the file and gives it its name.
  ///
  /// - Throws: `FITSError` if the file system refuses, for example for want of space.
  public consuming func close() throws(FITSError) {
    var status: CInt = 0
    ffflus(handle, &status)
    try check(status)
    do { try file.commit(synced: true) } catch {
      throw FITSError(path: path, unit: nil, message: error.reason)
    }
  }

  private static func finishUnit(
    _ handle: UnsafeMutablePointer<fitsfile>, _ keywords: [Keyword], _ status: inout CInt
  ) {
    for keyword in keywords {
      ffpkys(handle, keyword.name, keyword.value, keyword.comment, &status)
    }
    // `ffpcks` would add the time.
    var (dataSum, sum): (UInt, UInt) = (0, 0)
    ffpkys(handle, "CHECKSUM", String(repeating: "0", count: 16), "HDU checksum", &status)
    ffpkys(handle, "DATASUM", "0", "data unit checksum", &status)
    // Ends the header, which the sum takes in.
    ffrdef(handle, &status)
    ffgcks(handle, &dataSum, &sum, &status)
    ffmkys(handle, "DATASUM", "\(dataSum)", "&", &status)
    ffgcks(handle, &dataSum, &sum, &status)
    var code = [CChar](repeating: 0, count: 17)
    ffesum(sum, 1, &code)
    ffmkys(handle, "CHECKSUM", code, "&", &status)
  }

  private func check(_ status: CInt) throws(FITSError) {
    if status != 0 { throw FITSError(path: path, unit: unit, status: status) }
  }
}
