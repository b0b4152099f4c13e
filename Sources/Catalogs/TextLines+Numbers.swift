/// Which fields of rows are read, and what they are called.
struct NumberFields {
  /// The fields by their places in a row.
  let places: [Int]
  /// What they are called in messages.
  let names: [String]
  /// The numbers that stand for nothing, by field; none, mostly.
  var nulls: [Double?]

  init(_ places: [Int], _ names: [String], nulls: [Double?]? = nil) {
    (self.places, self.names) = (places, names)
    self.nulls = nulls ?? places.map { _ in nil }
  }
}

extension TextLines {
  /// The numbers in some fields of the lines from one on, a list for each field; NaN where one is
  /// empty or says that there is none.
  ///
  /// - Throws: `CatalogError` with the line of the first field that is not a number.
  func numbers(
    in wanted: NumberFields, from first: Int, _ separator: FieldSeparator
  ) throws(CatalogError) -> [[Double]] {
    let count = data.count - first
    // Field by field, so that a row is cut once; a field that is wanted twice is copied.
    var firstTarget = [Int](repeating: -1, count: (wanted.places.max() ?? -1) + 1)
    for (target, place) in wanted.places.enumerated() where firstTarget[place] < 0 {
      firstTarget[place] = target
    }
    var numbers = [Double](repeating: .nan, count: wanted.places.count * count)
    var mistake: (index: Int, target: Int, problem: CatalogError.Problem)?
    var decimals = DecimalCommas(self, from: first, separator)
    bytes.withUnsafeBufferPointer { bytes in
      numbers.withUnsafeMutableBufferPointer { numbers in
        for row in 0..<count {
          let line = data[first + row]
          let range = line.start..<line.start + Int(line.length)
          var cutter = FieldCutter(UnsafeBufferPointer(rebasing: bytes[range]), separator)
          for target in firstTarget {
            guard let field = cutter.next() else { break }
            if target < 0 { continue }
            guard let number = field.number ?? decimals.number(field.bytes) else {
              let problem =
                decimals.isMixed
                ? CatalogError.Problem.mixedDecimals(found: excerpt(field.bytes))
                : .notANumber(found: excerpt(field.bytes))
              mistake = (first + row, target, problem)
              return
            }
            numbers[target * count + row] = number
          }
        }
      }
    }
    if let mistake {
      throw CatalogError(
        path, row: number(of: data[mistake.index]), column: wanted.names[mistake.target],
        mistake.problem)
    }
    return wanted.places.enumerated().map { target, place in
      let source = firstTarget[place]
      var column = Array(numbers[source * count..<(source + 1) * count])
      if let null = wanted.nulls[target] {
        for row in column.indices where column[row] == null { column[row] = .nan }
      }
      return column
    }
  }
}

/// Fields that are not plain numbers: gaps, and numbers with decimal commas.
private struct DecimalCommas {
  private let lines: TextLines
  private let first: Int
  private let separator: FieldSeparator
  /// Whether there are decimal points in the table as well, so that commas may separate thousands.
  private(set) var isMixed = false
  private var isKnown = false

  init(_ lines: TextLines, from first: Int, _ separator: FieldSeparator) {
    (self.lines, self.first, self.separator) = (lines, first, separator)
  }

  /// The number of a field; NaN if it says that there is none, nil if it is neither.
  mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    if isGap(bytes) { return .nan }
    // Where commas separate, one inside of a field stands in quotes.
    guard bytes.count < 64,
      bytes.count(where: { $0 == UInt8(ascii: ",") }) == 1
    else { return nil }
    let plain = bytes.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
    guard let number = plain.withUnsafeBufferPointer(decimalNumber) else { return nil }
    if !isKnown { (isMixed, isKnown) = (hasPoints, true) }
    return isMixed ? nil : number
  }

  /// Whether any number among the first rows has a decimal point.
  private var hasPoints: Bool {
    lines.data[first...].prefix(100).contains { line in
      lines.withBytes(of: line) { bytes in
        var cutter = FieldCutter(bytes, separator)
        while let field = cutter.next() {
          if field.bytes.contains(UInt8(ascii: ".")), field.number?.isFinite == true { return true }
        }
        return false
      }
    }
  }
}

/// Whether a field says that there is no value, in the words of pandas, astropy, R and the journals.
private func isGap(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard bytes.count <= 8 else { return false }
  return gaps.contains(String(decoding: bytes, as: UTF8.self).lowercased())
}

private let gaps: Set = [
  "", "-", "--", "---", "...", "…", "na", "n/a", "<na>", "nan", "null", "none", "masked", "nil",
  ".",
  "inde", "indef",
]
