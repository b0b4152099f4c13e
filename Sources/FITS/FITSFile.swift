import CCFITSIO
import Foundation

/// A FITS file open for reading, by CFITSIO; compressed by gzip or not.
///
/// File names are taken as they are: CFITSIO's extended syntax (brackets, URLs) is switched off.
public struct FITSFile: ~Copyable {
  private let handle: UnsafeMutablePointer<fitsfile>
  private let path: String

  /// Opens a file.
  ///
  /// - Throws: `FITSError` if it is missing, or its first header is not that of a FITS file.
  public init(opening path: String) throws(FITSError) {
    try Self.checkAxes(path)
    var handle: UnsafeMutablePointer<fitsfile>?
    var status: CInt = 0
    ffcmsg()
    ffdkopn(&handle, path, READONLY, &status)
    guard status == 0, let handle else {
      throw FITSError(path: path, unit: nil, status: status)
    }
    self.handle = handle
    self.path = path
  }

  deinit {
    var status: CInt = 0
    ffclos(handle, &status)
  }

  /// Lists the units of the file.
  ///
  /// - Throws: `FITSError` if a header is damaged, or the file ends before the data that its
  ///   headers announce.
  public func units() throws(FITSError) -> [FITSUnit] {
    var units: [FITSUnit] = []
    while try select(units.count + 1) { units.append(try describeSelectedUnit(units.count + 1)) }
    return units
  }

  /// Reads a column of numbers from a table; undefined cells (TNULL, NaN) come as NaN.
  ///
  /// Integers and floating-point numbers of any width are converted, TSCAL and TZERO applied.
  public func numbers(inColumn column: Int, of unit: FITSUnit) throws(FITSError) -> [Double] {
    guard case .table(_, let rows) = unit.content else { return [] }
    _ = try select(unit.index)
    var values = [Double](repeating: 0, count: rows)
    var isNull = [CChar](repeating: 0, count: rows)
    var (anyNull, status) = (CInt(0), CInt(0))
    ffgcfd(
      handle, CInt(column + 1), 1, 1, LONGLONG(rows), &values, &isNull, &anyNull, &status)
    try check(status, unit: unit.index)
    if anyNull != 0 {
      for row in 0..<rows where isNull[row] != 0 { values[row] = .nan }
    }
    return values
  }

  /// Reads all pixels of an image, the first axis fastest; undefined pixels come as NaN.
  public func pixels(of unit: FITSUnit) throws(FITSError) -> [Double] {
    guard case .image(let axes) = unit.content, !axes.isEmpty else { return [] }
    _ = try select(unit.index)
    var values = [Double](repeating: 0, count: axes.reduce(1, *))
    var first = [Int](repeating: 1, count: axes.count)
    var (null, anyNull, status) = (Double.nan, CInt(0), CInt(0))
    ffgpxv(
      handle, TDOUBLE, &first, LONGLONG(values.count), &null, &values, &anyNull, &status)
    try check(status, unit: unit.index)
    return values
  }
}

// MARK: - Moving and describing

extension FITSFile {
  /// Refuses a header with more than 99 axes, on which CFITSIO 4.2 writes past its own arrays.
  ///
  /// Looks at every card of a header, that is, of the blocks from one that begins a unit to the one
  /// with END, in an uncompressed file; CFITSIO must see a compressed one first.
  private static func checkAxes(_ path: String) throws(FITSError) {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    else { return }
    let axes = data.withUnsafeBytes { bytes in
      var isHeader = false
      for block in stride(from: 0, to: bytes.count - 79, by: 2880) {
        func begins(_ position: Int, with key: StaticString) -> Bool {
          bytes.baseAddress.map {
            memcmp($0 + position, key.utf8Start, key.utf8CodeUnitCount) == 0
          } ?? false
        }
        isHeader = isHeader || begins(block, with: "SIMPLE  =") || begins(block, with: "XTENSION=")
        guard isHeader else { continue }
        for card in stride(from: block, through: min(block + 2800, bytes.count - 80), by: 80) {
          if begins(card, with: "END     ") { isHeader = false }
          guard begins(card, with: "NAXIS   = ") else { continue }
          let value = String(decoding: bytes[card + 10..<card + 30], as: UTF8.self)
          if let axes = Int(value.trimmingCharacters(in: .whitespaces)), axes > 99 { return axes }
        }
      }
      return 0
    }
    guard axes == 0 else {
      throw FITSError(path: path, unit: nil, message: "a header announces \(axes) axes")
    }
  }

  /// Makes a unit the current one; returns false if the file ends before it.
  private func select(_ index: Int) throws(FITSError) -> Bool {
    var (kind, status) = (CInt(0), CInt(0))
    ffmahd(handle, CInt(index), &kind, &status)
    if status == END_OF_FILE {
      ffcmsg()
      return false
    }
    try check(status, unit: index)
    return true
  }

  private func describeSelectedUnit(_ index: Int) throws(FITSError) -> FITSUnit {
    var (kind, status) = (CInt(0), CInt(0))
    ffghdt(handle, &kind, &status)
    try check(status, unit: index)
    let content: FITSUnit.Content =
      kind == IMAGE_HDU
      ? .image(axes: try imageAxes(index))
      : .table(columns: try tableColumns(index), rows: try rowCount(index))
    try checkThatDataAreThere(index, content)
    return FITSUnit(index: index, name: text(ofKey: "EXTNAME") ?? "", content: content)
  }

  private func imageAxes(_ index: Int) throws(FITSError) -> [Int] {
    var (count, status) = (CInt(0), CInt(0))
    ffgidm(handle, &count, &status)
    try check(status, unit: index)
    // CFITSIO reads pixels through arrays of nine axes.
    guard count <= 9 else {
      throw FITSError(
        path: path, unit: index, message: "an image of \(count) axes, at most 9 can be read")
    }
    var axes = [LONGLONG](repeating: 0, count: Int(count))
    ffgiszll(handle, count, &axes, &status)
    try check(status, unit: index)
    return axes.map { Int($0) }
  }

  private func rowCount(_ index: Int) throws(FITSError) -> Int {
    var (rows, status) = (LONGLONG(0), CInt(0))
    ffgnrwll(handle, &rows, &status)
    try check(status, unit: index)
    return Int(rows)
  }

  private func tableColumns(_ index: Int) throws(FITSError) -> [FITSUnit.Column] {
    var (count, status) = (CInt(0), CInt(0))
    ffgncl(handle, &count, &status)
    try check(status, unit: index)
    var columns: [FITSUnit.Column] = []
    for column in 0..<count {
      var (type, repetitions, width) = (CInt(0), 0, 0)
      ffeqty(handle, column + 1, &type, &repetitions, &width, &status)
      try check(status, unit: index)
      let isNumber =
        type > 0 && ![TBIT, TLOGICAL, TSTRING, TCOMPLEX, TDBLCOMPLEX].contains(type)
      columns.append(
        FITSUnit.Column(
          name: text(ofKey: "TTYPE\(column + 1)") ?? "",
          unit: text(ofKey: "TUNIT\(column + 1)") ?? "",
          isNumeric: isNumber && repetitions == 1))
    }
    return columns
  }

  /// The value of a text keyword of a unit, without the blanks at its end; nil if there is none.
  public func text(ofKey key: String, in unit: FITSUnit) throws(FITSError) -> String? {
    _ = try select(unit.index)
    return text(ofKey: key)
  }

  private func text(ofKey key: String) -> String? {
    var value = [CChar](repeating: 0, count: 81)
    var status: CInt = 0
    ffgkys(handle, key, &value, nil, &status)
    guard status == 0 else {
      ffcmsg()
      return nil
    }
    return FITSError.string(value)
  }

  /// CFITSIO reads a header without asking whether the data behind it exist, so a file that was cut
  /// short shows only when the last byte of a table or the last pixel of an image is read.
  private func checkThatDataAreThere(_ index: Int, _ content: FITSUnit.Content) throws(FITSError) {
    var status: CInt = 0
    switch content {
    case .table(_, let rows):
      var (width, byte) = (LONGLONG(0), UInt8(0))
      ffgkyjj(handle, "NAXIS1", &width, nil, &status)
      guard rows > 0, status == 0 else { break }
      try checkSize([rows, Int(width)], index)
      ffgtbb(handle, LONGLONG(rows), width, 1, &byte, &status)
    case .image(let axes):
      guard !axes.isEmpty, !axes.contains(0) else { break }
      try checkSize(axes, index)
      var (last, pixel, anyNull) = (axes, 0.0, CInt(0))
      ffgpxv(handle, TDOUBLE, &last, 1, nil, &pixel, &anyNull, &status)
    }
    guard status == 0 else {
      ffcmsg()
      throw FITSError(
        path: path, unit: index, message: "the file ends before the data that its header announces")
    }
  }

  /// Refuses a size that no file has; CFITSIO's own arithmetic would overflow on it.
  private func checkSize(_ factors: [Int], _ index: Int) throws(FITSError) {
    var size = 1
    for factor in factors {
      let (product, overflow) = size.multipliedReportingOverflow(by: factor)
      guard factor > 0, !overflow, product < 1 << 40 else {
        let text = factors.map(String.init).joined(separator: " × ")
        throw FITSError(path: path, unit: index, message: "its header announces \(text) elements")
      }
      size = product
    }
  }

  private func check(_ status: CInt, unit: Int) throws(FITSError) {
    if status != 0 { throw FITSError(path: path, unit: unit, status: status) }
  }
}
